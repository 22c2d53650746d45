# SPDX-License-Identifier: MIT
"""The side door of the Mastodon server: publish, edit and delete as people and other tools would."""
import secrets
from urllib.parse import urlencode

from .clock import parse_time, x_time
from .mastodon import ALL_SCOPES, Token

KINDS = ("mention", "post", "reply", "dm", "boost", "quote", "favourite")


class MastodonControl:
    """What scenarios and the control API do to the server."""

    def __init__(self, net):
        self.net = net
        self.state = net.state
        self.brands = {}

    # -- who ------------------------------------------------------------------------------------

    def add_account(self, spec):
        """{handle, user_id?, name, brand, token, scopes, followers, blocks, follows}"""
        handle = spec["handle"].lstrip("@").partition("@")[0]
        account = self.state.account(handle, create=False) or \
            self.state.add_account(handle, "", spec.get("user_id"), spec.get("name"))
        account.brand = True
        self._flags(account, spec)
        self.brands[account.id] = spec.get("brand", handle)
        token = spec.get("token") or f"mastodon-token-{handle}"
        self.net.tokens[token] = Token(token, account, spec.get("scopes", ALL_SCOPES))
        return {"id": account.id, "handle": account.full, "tokens": [token]}

    def add_person(self, spec):
        account = self.state.account(spec["handle"])
        self._flags(account, spec)
        return {"id": account.id, "handle": account.full}

    def _flags(self, account, spec):
        account.name = spec.get("name", account.name)
        for flag in ("followers", "filtered"):
            if flag in spec:
                setattr(account, flag, spec[flag])
        for flag in ("follows", "blocks"):
            if flag in spec:
                setattr(account, flag, {self.state.account(handle).id for handle in spec[flag]})

    def set_token(self, spec):
        """{token, revoked, scopes}"""
        token = self.net.tokens[spec["token"]]
        token.revoked = bool(spec.get("revoked", token.revoked))
        if "scopes" in spec:
            token.scopes = set(spec["scopes"])
        return {"token": token.value}

    def authorise(self, spec):
        """{handle, client_id, redirect_uri, scopes?}: the code that the page would show."""
        account = self.state.account(spec["handle"], create=False)
        code = secrets.token_urlsafe(24)
        scopes = spec.get("scopes", ALL_SCOPES)
        self.net.codes[code] = (account, spec["client_id"], spec["redirect_uri"], scopes)
        query = urlencode({"code": code, **({"state": spec["state"]} if spec.get("state") else {})})
        return {"code": code, "location": f"{spec['redirect_uri']}?{query}"}

    # -- what they write ------------------------------------------------------------------------

    def publish(self, spec):
        kind = spec.get("kind") or ("reply" if spec.get("in_reply_to") else "mention")
        if kind not in KINDS:
            raise ValueError(f"kind '{kind}' is unknown on mastodon; one of {', '.join(KINDS)}")
        now = self.state.clock.now()
        author = self.state.account(spec["author"])
        when = {name: parse_time(spec[key], now) for name, key in
                (("created", "created_at"), ("visible", "visible_at")) if spec.get(key) is not None}
        if kind == "favourite":
            of = self._status(spec["of"])
            self.state.notify(of.author, "favourite", of, author, when.get("visible", now))
            return {"id": of.id}
        status = self.state.publish(
            author, self._text(spec, kind), number=spec.get("id"), spoiler=spec.get("spoiler", ""),
            reply_to=self._status(spec["in_reply_to"]) if spec.get("in_reply_to") else None,
            reblog=self._status(spec["of"]) if kind == "boost" else None,
            visibility=spec.get("visibility", "direct" if kind == "dm" else "public"),
            quoted=self._status(spec["of"]) if kind == "quote" else None,
            media=spec.get("media") or [], poll=spec.get("poll") or [], **when)
        return {"id": status.id, "created_at": x_time(status.created), "author_id": author.id,
                "visibility": status.visibility}

    def _status(self, number):
        status = self.state.statuses.get(str(number))
        if status is None:
            raise ValueError(f"status {number} is unknown")
        return status

    def _text(self, spec, kind):
        """The brand, or whom it answers, is named unless the text does so already."""
        text = spec.get("text", "")
        name = spec.get("to") or spec.get("account")
        if kind in ("mention", "dm") and name:
            account = self.state.account(name)
            if account not in self.state.named(text):
                text = f"@{account.full if spec.get('author', '').count('@') == 1 else account.acct} {text}"
        return text

    def edit(self, spec):
        status = self._status(spec["id"])
        self.state.edit(status, spec["text"])
        return {"id": status.id}

    def delete(self, spec):
        self._status(spec["id"]).deleted = True
        return {"id": str(spec["id"])}

    def show(self):
        return {"accounts": [{"id": a.id, "handle": a.full, "brand": self.brands.get(a.id), "name": a.name}
                             for a in self.state.accounts.values()],
                "statuses": [{"id": s.id, "author": s.author.full, "text": s.text, "visibility": s.visibility,
                              "created_at": x_time(s.created), "deleted": s.deleted,
                              "in_reply_to": s.reply_to.id if s.reply_to else None}
                             for s in self.state.statuses.values()]}
