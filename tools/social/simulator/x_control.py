# SPDX-License-Identifier: MIT
"""The side door of X: publish, edit and delete as people and other tools would."""
from urllib.parse import urlencode

from .clock import parse_time, x_time
from .x_auth import Token
from .x_params import ID

KINDS = ("mention", "post", "reply", "quote", "retweet", "dm")


class XControl:
    """What scenarios and the control API do to X."""

    def __init__(self, net):
        self.net = net
        self.state = net.state
        self.brands = {}             # handle in lower case -> brand name

    # -- who ------------------------------------------------------------------------------------

    def add_account(self, spec):
        """{handle, user_id, name, brand, token | tokens, scopes, expires_in, refresh_token, ...}"""
        handle = spec["handle"].lstrip("@")
        user = self.state.user(handle, create=False) or \
            self.state.add_user(handle, spec.get("user_id"), spec.get("name"))
        user.brand = True
        self._person_flags(user, spec)
        self.brands[handle.lower()] = spec.get("brand", handle)
        if not spec.get("token") and not spec.get("tokens") and not spec.get("oauth1"):
            spec = {**spec, "token": f"x-token-{handle}"}
        for token in [spec.get("token")] + list(spec.get("tokens") or []):
            if token:
                self._add_token(user, token if isinstance(token, dict) else {"value": token}, spec)
        if spec.get("refresh_token"):
            scopes = self.net.credentials.tokens[next(iter(self._tokens_of(user)))].scopes
            self.net.credentials.refresh[spec["refresh_token"]] = (user, scopes, spec.get("client_id"))
        if spec.get("client_id"):
            self.net.credentials.clients[spec["client_id"]] = spec.get("client_secret")
        if spec.get("oauth1"):
            keys = spec["oauth1"]
            self.net.credentials.consumers[keys["consumer_key"]] = keys["consumer_secret"]
            self.net.credentials.add(Token(keys["token"], user, "oauth1", secret=keys["token_secret"]))
        if spec.get("app_token"):
            self.net.credentials.add(Token(spec["app_token"], None, "app"))
        return {"id": str(user.id), "handle": user.username, "tokens": list(self._tokens_of(user))}

    def _add_token(self, user, token, spec):
        life = token.get("expires_in", spec.get("expires_in"))
        scopes = token.get("scopes", spec.get("scopes"))
        expires = None if life is None else self.state.clock.now() + float(life)
        self.net.credentials.add(Token(token["value"], user, token.get("kind", "user"), scopes, expires))

    def _tokens_of(self, user):
        return (t.value for t in self.net.credentials.tokens.values() if t.user is user)

    def add_person(self, spec):
        handle = spec["handle"].lstrip("@")
        user = self.state.user(handle, create=False) or \
            self.state.add_user(handle, spec.get("user_id"), spec.get("name"))
        self._person_flags(user, spec)
        return {"id": str(user.id), "handle": user.username}

    def _person_flags(self, user, spec):
        user.name = spec.get("name", user.name)
        for flag in ("dm_open", "protected", "limits_replies", "premium", "enterprise", "followers",
                     "verified_type"):
            if flag in spec:
                setattr(user, flag, spec[flag])
        for flag in ("follows", "blocks"):
            if flag in spec:
                setattr(user, flag, {self.state.user(handle).id for handle in spec[flag]})

    def authorise(self, spec):
        """{handle, redirect_uri, code_challenge, code_challenge_method, scopes, state} -> the redirect."""
        user = self.state.user(spec["handle"], create=False)
        code = self.net.credentials.authorise(user, spec)
        query = urlencode({"state": spec.get("state", ""), "code": code})
        return {"code": code, "location": f"{spec['redirect_uri']}?{query}"}

    def set_token(self, spec):
        """{token, revoked, expires_in, scopes}: change a token that exists."""
        token = self.net.credentials.tokens[spec["token"]]
        token.revoked = bool(spec.get("revoked", token.revoked))
        if "expires_in" in spec:
            life = spec["expires_in"]
            token.expires = None if life is None else self.state.clock.now() + float(life)
        if "scopes" in spec:
            token.scopes = set(spec["scopes"])
        return {"token": token.value}

    # -- what they write ------------------------------------------------------------------------

    def publish(self, spec):
        kind = spec.get("kind") or ("reply" if spec.get("in_reply_to") else "mention")
        if kind not in KINDS:
            raise ValueError(f"kind '{kind}' is unknown on x; one of {', '.join(KINDS)}")
        now = self.state.clock.now()
        author = self.state.user(spec["author"])
        when = {name: parse_time(spec[key], now) for name, key in
                (("created", "created_at"), ("visible", "visible_at")) if spec.get(key) is not None}
        number = int(spec["id"]) if spec.get("id") else None
        media = [self._media(item, index) for index, item in enumerate(spec.get("media") or [])]
        if kind == "dm":
            other = self.state.user(spec.get("to") or spec["account"])
            event = self.state.message(author, other, spec.get("text", ""), number=number,
                                       conversation=spec.get("conversation"), media=media, **when)
            event.kind = spec.get("event_type", event.kind)
            return {"id": str(event.id), "created_at": x_time(event.created),
                    "conversation_id": event.conversation, "author_id": str(author.id)}
        post = self.state.publish(
            author, self._text(spec, kind), number=number, conversation=spec.get("conversation"),
            reply_to=_id(spec.get("in_reply_to")), media=media, prefix=spec.get("prefix", True),
            quoted=_id(spec.get("of")) if kind == "quote" else None,
            retweeted=_id(spec.get("of")) if kind == "retweet" else None, **when)
        return {"id": str(post.id), "created_at": x_time(post.created),
                "conversation_id": str(post.conversation), "author_id": str(author.id)}

    def _text(self, spec, kind):
        text = spec.get("text", "")
        account = (spec.get("account") or "").lstrip("@")
        if kind == "mention" and account and f"@{account}".lower() not in text.lower():
            return f"@{account} {text}"
        return text

    def _media(self, item, index):
        item = {"type": item} if isinstance(item, str) else dict(item)
        item.setdefault("type", "photo")
        item.setdefault("media_key", f"3_{len(self.state.posts) + 1}{index}")
        item.setdefault("url", f"https://pbs.twimg.com/media/{item['media_key']}.jpg")
        return item

    def edit(self, spec):
        post = self.state.edit(int(spec["id"]), spec["text"])
        return {"id": str(post.id), "history": [str(number) for number in post.chain]}

    def delete(self, spec):
        number = int(spec["id"])
        if number in self.state.posts:
            self.state.delete(number)
        else:
            event = self.state.messages[number]
            event.deleted_for.update(event.participants)
        return {"deleted": True}

    # -- what is there --------------------------------------------------------------------------

    def show(self):
        users = self.state.users
        return {
            "accounts": [{"handle": user.username, "id": str(user.id), "name": user.name,
                          "brand": self.brands.get(user.username.lower()),
                          "tokens": list(self._tokens_of(user))}
                         for user in users.values() if user.brand],
            "people": [{"handle": user.username, "id": str(user.id), "name": user.name,
                        "dm_open": user.dm_open} for user in users.values() if not user.brand],
            "posts": [self._show_post(post) for _, post in sorted(self.state.posts.items())],
            "dms": [{"id": str(e.id), "conversation_id": e.conversation, "text": e.text,
                     "author": users[e.sender].username, "created_at": x_time(e.created),
                     "participants": [users[n].username for n in e.participants if n in users]}
                    for _, e in sorted(self.state.messages.items())]}

    def _show_post(self, post):
        return {"id": str(post.id), "author": self.state.users[post.author].username,
                "text": post.full or post.text, "created_at": x_time(post.created),
                "visible_at": x_time(post.visible), "conversation_id": str(post.conversation),
                "in_reply_to": str(post.reply_to) if post.reply_to else None,
                "deleted": post.deleted, "edit_history": [str(number) for number in post.chain],
                "deep_link": post.deep_link}


def _id(value):
    if value is None or not ID.fullmatch(str(value)):
        return None
    return int(value)
