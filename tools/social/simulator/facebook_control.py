# SPDX-License-Identifier: MIT
"""The side door of Facebook: what people, other tools and the owner do."""
from .clock import facebook_time, parse_time
from .facebook import Token
from .facebook_world import Page

KINDS = ("comment", "reply", "visitor_post", "page_post", "message", "tagged", "ad", "share")
SCOPES = ("pages_show_list pages_read_engagement pages_read_user_content pages_manage_engagement "
          "pages_manage_posts pages_messaging pages_manage_metadata").split()


class FacebookControl:
    """What scenarios and the control API do to Facebook."""

    def __init__(self, net):
        self.net = net
        self.state = net.state

    # -- who ------------------------------------------------------------------------------------

    def add_account(self, spec):
        """{page, page_id, username, brand, token, app_secret, human_agent, fans, scopes, public_access, long_ids,
        usage, answers_as, ...}"""
        name = spec["page"]
        number = str(spec.get("page_id") or 300000000 + len(self.state.pages))
        page = self.state.pages.get(number)
        if page is None:
            page = self.state.pages[number] = Page(number, name, spec.get("username"))
        page.brand = spec.get("brand", name)
        page.secret = spec.get("app_secret")
        for flag in ("human_agent", "restricted", "fans", "public_access", "long_ids", "usage",
                     "answers_as"):
            if flag in spec:
                setattr(page, flag, spec[flag])
        value = spec.get("token") or f"fb-token-{name.replace(' ', '')}"
        life = spec.get("expires_in")
        expires = None if life is None else self.state.clock.now() + float(life)
        self.net.tokens[value] = Token(value, page, scopes=spec.get("scopes") or SCOPES, expires=expires)
        if spec.get("user_token"):
            user = self.net.tokens.setdefault(spec["user_token"], Token(spec["user_token"]))
            user.pages.append(page)
        return {"id": page.id, "page": page.name, "tokens": [value]}

    def add_person(self, spec):
        """{name, hidden, blocked, other_app}"""
        person = self.state.person(spec.get("name") or spec["handle"])
        for flag in ("hidden", "blocked", "other_app"):
            if flag in spec:
                setattr(person, flag, bool(spec[flag]))
        return {"id": person.name, "psids": {page.name: self.state.psid(page, person)
                                             for page in self.state.pages.values()}}

    def set_token(self, spec):
        """{token, revoked, subcode, expires_in, data_access_in, scopes}"""
        token = self.net.tokens[spec["token"]]
        if "revoked" in spec:
            token.failure = spec.get("subcode", 460) if spec["revoked"] else None
        if "expires_in" in spec:
            life = spec["expires_in"]
            token.expires = None if life is None else self.state.clock.now() + float(life)
        if "data_access_in" in spec:
            token.data_access = self.state.clock.now() + float(spec["data_access_in"])
        if "scopes" in spec:
            token.scopes = list(spec["scopes"])
        return {"token": token.value}

    # -- what they write ------------------------------------------------------------------------

    def publish(self, spec):
        kind = spec.get("kind") or "comment"
        if kind not in KINDS:
            raise ValueError(f"kind '{kind}' is unknown on facebook; one of {', '.join(KINDS)}")
        now = self.state.clock.now()
        created = parse_time(spec["created_at"], now) if spec.get("created_at") is not None else now
        visible = parse_time(spec["visible_at"], now) if spec.get("visible_at") is not None else None
        target = spec.get("in_reply_to") or spec.get("on")
        node = self.state.find(str(target)) if target and kind in ("comment", "reply") else None
        if target and kind in ("comment", "reply") and node is None:
            raise ValueError(f"object '{target}' is unknown")
        page = node.page if node else self.state.page(spec.get("page") or spec["account"])
        author = self._author(page, spec, kind)
        rest = (spec.get("text", ""), created, visible, spec.get("id"))
        if kind == "message":
            return self._message(page, author, spec, rest)
        if kind in ("comment", "reply"):
            made = self.state.add_comment(node or self._newest(page, created), author, *rest)
        else:
            surface = {"tagged": "tagged", "ad": "ads"}.get(kind, "feed")
            made = self.state.add_post(page, author, *rest, surface=surface)
            made.is_share = kind == "share"
            made.shares = int(spec.get("shares", 0))
        made.attachments = [_attachment(item) for item in spec.get("media") or []]
        return {"id": made.id, "created_at": facebook_time(created),
                "conversation_id": made.post.id if made.post else made.id,
                "author_id": self.state.author_id(made)}

    def _author(self, page, spec, kind):
        name = spec.get("author")
        if kind in ("page_post", "ad") or name is None or name.lower() in (page.name.lower(), page.id):
            return page
        return self.state.person(name)

    def _message(self, page, author, spec, rest):
        person = self.state.person(spec["to"]) if author is page else author
        conversation = self.state.conversation(page, person)
        conversation.folder = spec.get("folder", conversation.folder)
        message = self.state.add_message(conversation, author, *rest)
        message.attachments = [_file(item, index) for index, item in enumerate(spec.get("media") or [])]
        if author is page:
            conversation.seen_until = max(conversation.seen_until, message.created)
        return {"id": message.id, "created_at": facebook_time(message.created),
                "conversation_id": conversation.id, "author_id": self.state.psid(page, person)}

    def _newest(self, page, created):
        """The Page's newest post; made when there is none."""
        for post in reversed(page.posts):
            if not post.deleted and post.created <= created:
                return post
        return self.state.add_post(page, page, f"{page.name}: le novità di oggi", created - 3600)

    def edit(self, spec):
        node = self._node(spec)
        node.message = spec["text"]
        return {"id": node.id}

    def delete(self, spec):
        self._node(spec).deleted = True
        return {"deleted": True}

    def _node(self, spec):
        node = self.state.find(str(spec["id"]))
        if node is None:
            raise ValueError(f"object '{spec['id']}' is unknown")
        return node

    # -- what is there --------------------------------------------------------------------------

    def show(self):
        pages = self.state.pages.values()
        return {
            "accounts": [{"page": page.name, "id": page.id, "brand": page.brand, "app_secret": page.secret,
                          "tokens": [t.value for t in self.net.tokens.values() if t.page is page]}
                         for page in pages],
            "people": [{"name": person.name, "hidden": person.hidden,
                        "psids": {page.name: self.state.psid(page, person) for page in pages}}
                       for person in self.state.people.values()],
            "posts": [self._show(post) for page in pages for post in page.posts + page.tagged],
            "comments": [self._show(c) for page in pages for post in page.posts + page.tagged
                         for c in post.comments],
            "conversations": [{"id": c.id, "page": c.page.name, "person": c.person.name,
                               "messages": [{"id": m.id, "from": m.sender.name, "text": m.text,
                                             "created_at": facebook_time(m.created)}
                                            for m in c.messages]}
                              for c in self.state.conversations.values()]}

    def _show(self, node):
        return {"id": node.id, "page": node.page.name, "author": node.author.name, "text": node.message,
                "created_at": facebook_time(node.created), "deleted": node.deleted,
                "hidden": node.is_hidden, "parent": node.parent.id if node.parent else None,
                "answered_privately": node.answered_privately is not None}


def _file(item, index):
    """An attachment as Messenger lists it."""
    item = {"type": item} if isinstance(item, str) else dict(item)
    url = item.get("url", "https://scontent.example/1.jpg")
    return {"id": str(700000000000001 + index), "mime_type": item.get("mime_type", "image/jpeg"),
            "name": item.get("name", "foto.jpg"), "size": item.get("size", 48211),
            "image_data": {"width": 720, "height": 540, "max_width": 720, "max_height": 540, "url": url}}


def _attachment(item):
    item = {"type": item} if isinstance(item, str) else dict(item)
    words = {"description": item["description"]} if item.get("description") else {}
    return {"type": item.get("type", "photo"), "url": item.get("url", "https://scontent.example/1.jpg"), **words,
            "media": {"image": {"src": "https://scontent.example/1.jpg", "width": 720, "height": 540}}}
