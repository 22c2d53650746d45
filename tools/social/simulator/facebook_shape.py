# SPDX-License-Identifier: MIT
"""How Graph writes its nodes and edges, with the fields that were asked for."""
import base64

from .clock import facebook_time, parse_time
from .facebook_errors import GraphError
from .facebook_fields import plain, print_fields
from .facebook_world import DAY

# Every field that Meta's own specification names; those without a value here are just left out.
KNOWN = {
    "Page": "about access_token category description email fan_count followers_count has_added_app id "
            "is_published is_verified link name overall_star_rating phone picture talking_about_count "
            "tasks unread_message_count unread_notif_count username verification_status website "
            "new_like_count rating_count",
    "PagePost": "actions admin_creator application attachments backdated_time call_to_action "
                "can_reply_privately child_attachments created_time event feed_targeting from full_picture "
                "icon id is_app_share is_expired is_hidden is_inline_created is_instagram_eligible "
                "is_popular is_published is_spherical message message_tags parent_id permalink_url "
                "picture place privacy promotable_id properties scheduled_publish_time shares "
                "status_type story story_tags subscribed target targeting timeline_visibility to "
                "updated_time via comments likes reactions",
    "Comment": "admin_creator application attachment can_comment can_hide can_like can_remove "
               "can_reply_privately comment_count created_time from id is_hidden is_private like_count "
               "live_broadcast_timestamp message message_tags object parent permalink_url "
               "private_reply_conversation user_likes comments likes reactions",
    "UnifiedThread": "can_reply folder former_participants id is_owner is_subscribed link linked_group "
                     "message_count messages name participants scoped_thread_key senders snippet "
                     "unread_count updated_time wallpaper",
    "UnifiedMessage": "attachments created_time from id is_unsupported message reactions reply_to "
                      "shares sticker story tags thread_id to",
    "User": "id name first_name last_name profile_pic email username",
}
KNOWN = {kind: set(names.split()) for kind, names in KNOWN.items()}
DEFAULT = {"Page": "name id", "PagePost": "created_time message id",
           "Comment": "created_time from message id", "UnifiedThread": "id link updated_time",
           "UnifiedMessage": "id created_time", "User": "name id"}
EDGES = {"comments", "messages", "participants", "senders", "likes", "reactions", "attachments"}
DETAILED_MESSAGES = 20
STAFF = ("10000000000000007", "Paola Bianchi")


class Shaper:
    """Writes nodes for one call."""

    def __init__(self, net, call, page):
        self.net = net
        self.state = net.state
        self.call = call
        self.page = page
        self.now = call.now

    def node(self, node, fields=None):
        """A node with the wanted fields; `id` always comes along."""
        kind = node.kind
        out = {}
        for field in fields or plain(DEFAULT[kind]):
            if field.name not in KNOWN[kind]:
                raise GraphError(100, f"(#100) Tried accessing nonexisting field ({field.name}) on node "
                                      f"type ({kind})")
            value = self._value(node, field)
            if value is not None:
                out[field.name] = value
        if "id" not in out and (fields is None or fields):
            out["id"] = self.id_of(node)
        return out

    def id_of(self, node):
        return self.state.psid(self.page, node) if node.kind == "User" else str(node.id)

    def _value(self, node, field):
        if field.name == "id":
            return self.id_of(node)
        if field.name in EDGES:
            return self.edge(node, field.name, field.arguments, field.inside)
        reader = getattr(self, f"_{node.kind.lower()}", None)
        return reader(node, field) if reader else None

    # -- nodes ----------------------------------------------------------------------------------

    def _page(self, page, field):
        unread = sum(self.unread(c) > 0 for c in page.conversations.values())
        return {"name": page.name, "username": page.username, "fan_count": page.fans,
                "followers_count": page.fans + 12, "link": f"https://www.facebook.com/{page.id}",
                "unread_message_count": unread, "is_published": True, "category": "Telecom Company",
                "access_token": self.net.token_of(page)}.get(field.name)

    def _user(self, person, field):
        first, _, last = person.name.partition(" ")
        return {"name": person.name, "first_name": first, "last_name": last or None,
                "email": f"{self.state.psid(self.page, person)}@facebook.com"}.get(field.name)

    def author(self, node, field):
        """`from`: missing when the person hides it."""
        author = node.author
        if getattr(author, "hidden", False):
            return None
        return self.node(author, field.inside or plain("name id"))

    def _pagepost(self, post, field):
        own = post.author is post.page
        values = {
            "message": lambda: post.message or None,
            "created_time": lambda: facebook_time(post.created),
            "updated_time": lambda: facebook_time(self.state.updated(post, self.now)),
            "from": lambda: None if post.surface == "tagged" else self.author(post, field),
            "permalink_url": lambda: f"https://www.facebook.com/{post.page.id}/posts/{post.number}",
            "status_type": lambda: "shared_story" if post.is_share else
                           "mobile_status_update" if own else "wall_post",
            "shares": lambda: {"count": post.shares} if post.shares else None,
            "is_hidden": lambda: post.is_hidden, "is_published": lambda: True,
            "can_reply_privately": lambda: self.private_open(post),
            "admin_creator": lambda: {"id": STAFF[0], "name": STAFF[1]} if own else None,
            "to": lambda: None if own else {"data": [{"name": post.page.name, "id": post.page.id}]}}
        return values[field.name]() if field.name in values else None

    def _comment(self, comment, field):
        own = comment.author is comment.page
        values = {
            "message": lambda: comment.message,
            "created_time": lambda: facebook_time(comment.created),
            "from": lambda: self.author(comment, field),
            "parent": lambda: self.node(comment.parent, field.inside) if comment.parent else None,
            "object": lambda: self.node(comment.post, field.inside),
            "comment_count": lambda: len(self.replies(comment)),
            "like_count": lambda: 0, "user_likes": lambda: False,
            "can_comment": lambda: True, "can_like": lambda: True, "can_remove": lambda: True,
            "can_hide": lambda: not own, "is_hidden": lambda: comment.is_hidden,
            "is_private": lambda: False, "can_reply_privately": lambda: self.private_open(comment),
            "private_reply_conversation": lambda: comment.answered_privately and self.node(
                comment.answered_privately, field.inside or plain("id")),
            "attachment": lambda: comment.attachments[0] if comment.attachments else None,
            "permalink_url": lambda: f"https://www.facebook.com/{comment.page.id}/posts/"
                                     f"{comment.post.number}?comment_id={comment.number}"}
        return values[field.name]() if field.name in values else None

    def private_open(self, node):
        return (node.author is not node.page and node.answered_privately is None
                and self.now - node.created <= 7 * DAY)

    def _unifiedthread(self, thread, field):
        messages = thread.at(self.now)
        last = thread.last_inbound(self.now)
        values = {
            "updated_time": lambda: facebook_time(thread.updated(self.now)),
            "snippet": lambda: messages[-1].text[:100], "message_count": lambda: len(messages),
            "unread_count": lambda: self.unread(thread), "folder": lambda: thread.folder,
            "can_reply": lambda: last is not None and self.now - last <= DAY,
            "is_subscribed": lambda: True,
            "link": lambda: f"/{thread.page.id}/inbox/{thread.id[2:]}/?section=messages"}
        return values[field.name]() if field.name in values else None

    def unread(self, thread):
        return sum(1 for m in thread.at(self.now)
                   if m.sender is thread.person and m.created > thread.seen_until)

    def _unifiedmessage(self, message, field):
        thread = message.conversation
        other = thread.page if message.sender is thread.person else thread.person
        values = {
            "created_time": lambda: facebook_time(message.created),
            "message": lambda: message.text,
            "from": lambda: self._party(message.sender, field),
            "to": lambda: {"data": [self._party(other, field)]},
            "tags": lambda: {"data": [{"name": "inbox"}, {"name": "source:chat"}]},
            "thread_id": lambda: thread.id}
        return values[field.name]() if field.name in values else None

    def _party(self, who, field):
        if getattr(who, "hidden", False):
            return None
        number = self.id_of(who)
        everything = {"name": who.name, "email": f"{number}@facebook.com", "id": number}
        wanted = [inner.name for inner in field.inside or ()] or list(everything)
        return {name: everything[name] for name in everything if name in wanted or name == "id"}

    # -- edges ----------------------------------------------------------------------------------

    def replies(self, comment):
        return [c for c in comment.post.comments if c.parent is comment
                and self.state.is_readable(c, self.now)]

    def edge(self, node, name, arguments, fields):
        """{"data": [...], "paging": ...} of an edge, inline or on its own."""
        items = self.items(node, name, arguments)
        if name in ("participants", "senders", "likes", "reactions", "attachments"):
            return {"data": items} if items is not None else None
        limit = arguments.get("limit", "25")
        if not limit.isdigit():
            raise GraphError(100, "(#100) Param limit must be an integer")
        # Page edges have a full page of 100 at most: more is reduced.
        limit = min(int(limit), 100)
        if fields and "fields" not in arguments:
            arguments = {**arguments, "fields": print_fields(fields)}
        chunk, paging = self._chunk(node, name, items, limit, arguments)
        out = {"data": [self._element(item, fields) for item in chunk]}
        if paging:
            out["paging"] = paging
        if arguments.get("summary") in ("true", "1"):
            out["summary"] = {"order": arguments.get("order", "chronological"),
                              "total_count": len(items), "can_comment": True}
        return self.net.odd(self.call, out)

    def _element(self, item, fields):
        if item.kind == "UnifiedMessage" and self.is_old(item):
            return {"id": item.id, "created_time": facebook_time(item.created)}
        out = self.node(item, fields)
        if self.page.long_ids and item.kind == "Comment" and self.call.params["edge"] == "comments":
            out["id"] = item.long_id
        return out

    def is_old(self, message):
        """Beyond the twenty newest only the ids are left."""
        if not self.net.world.settings["horizons"]:
            return False
        newest = message.conversation.at(self.now)[-DETAILED_MESSAGES:]
        return message not in newest

    def items(self, node, name, arguments):
        """Elements of an edge, in the order in which they are answered."""
        if name == "comments":
            return self._comments(node, arguments)
        if name == "messages":
            return list(reversed(node.at(self.now)))
        if name in ("participants", "senders"):
            field = plain("x")[0]
            both = [self._party(node.person, field), self._party(node.page, field)]
            return [party for party in both if party]
        if name == "attachments":
            return node.attachments or None
        if name == "conversations":
            return self._conversations(node, arguments)
        if name in ("likes", "reactions"):
            return []
        return self._posts(node, name, arguments)

    def _comments(self, node, arguments):
        readable = [c for c in (node.comments if node.kind == "PagePost" else node.post.comments)
                    if self._is_shown(c)]
        style = arguments.get("filter", "toplevel")
        if style not in ("toplevel", "stream"):
            raise GraphError(100, "(#100) Param filter must be one of {STREAM, TOPLEVEL}")
        if node.kind == "Comment":
            readable = [c for c in readable if c.parent is node]
        elif style == "toplevel":
            readable = [c for c in readable if c.parent is None]
        order = arguments.get("order", "chronological")
        if order not in ("chronological", "reverse_chronological", "ranked"):
            raise GraphError(100, "(#100) Param order must be one of {CHRONOLOGICAL, "
                                  "REVERSE_CHRONOLOGICAL}")
        readable = _between(readable, arguments, self.now)
        return readable[::-1] if order == "reverse_chronological" else readable

    def _is_shown(self, node):
        """Readable; and of the Page itself, once the access to people's data has ended."""
        own = node.author is node.page
        return self.state.is_readable(node, self.now) and (own or not self.call.principal.is_blind(self.now))

    def _conversations(self, page, arguments):
        folder = arguments.get("folder", "inbox")
        user = arguments.get("user_id")
        found = [c for c in page.conversations.values() if c.at(self.now) and c.folder == folder
                 and (user is None or self.state.psid(page, c.person) == user)]
        return sorted(found, key=lambda c: (c.updated(self.now), c.id), reverse=True)

    def _posts(self, page, name, arguments):
        posts = page.tagged if name == "tagged" else page.posts
        posts = [p for p in posts if self._is_shown(p) and (p.surface == "ads") == (name == "ads_posts")]
        if name == "visitor_posts":
            posts = [p for p in posts if p.author is not page]
        elif name in ("published_posts", "posts"):
            posts = [p for p in posts if p.author is page]
        return _between(posts, arguments, self.now)[::-1]

    # -- paging ---------------------------------------------------------------------------------

    def _chunk(self, node, name, items, limit, arguments):
        keys = [_cursor(item) for item in items]
        start, end = 0, None
        if arguments.get("after"):
            start = self._place(keys, arguments["after"]) + 1
        elif arguments.get("before"):
            end = self._place(keys, arguments["before"])
            start = max(0, end - limit)
        chunk = items[start:start + limit if end is None else end]
        short = self.call.fault("short_page")
        if short and chunk:
            chunk = chunk[:max(1, int(short.params.get("n", 1)))]
        if self.call.fault("empty_page") and chunk and not arguments.get("after"):
            # An empty first page that goes on: only a missing `next` ends an edge.
            url = self.net.url(self.call, node, name, arguments, {"after": _NOWHERE})
            return [], {"cursors": {"before": _NOWHERE, "after": _NOWHERE}, "next": url}
        if not chunk:
            return chunk, None
        first, last = _cursor(chunk[0]), _cursor(chunk[-1])
        paging = {"cursors": {"before": first, "after": last}}
        if keys.index(last) < len(keys) - 1:
            paging["next"] = self.net.url(self.call, node, name, arguments, {"after": last})
        if start > 0:
            paging["previous"] = self.net.url(self.call, node, name, arguments, {"before": first})
        if self.call.fault("duplicates"):
            chunk = items[max(0, start - 2):start] + chunk + chunk[:2]
        if self.call.fault("out_of_order"):
            chunk = chunk[1::2] + chunk[0::2]
        return chunk, paging

    def _place(self, keys, cursor):
        if cursor == _NOWHERE:
            return -1
        try:
            return keys.index(cursor)
        except ValueError:
            raise GraphError(100, "(#100) Invalid cursors values") from None


def _cursor(item):
    return base64.urlsafe_b64encode(f"c:{item.id}".encode()).decode().rstrip("=")


_NOWHERE = base64.urlsafe_b64encode(b"c:nowhere").decode().rstrip("=")


def _between(items, arguments, now):
    for name, keep in (("since", lambda item, t: int(item.created) >= t),
                       ("until", lambda item, t: int(item.created) <= t)):
        if arguments.get(name):
            try:
                limit = parse_time(arguments[name], now)
            except ValueError:
                raise GraphError(100, f"(#100) {name} is not a valid time") from None
            items = [item for item in items if keep(item, limit)]
    return items
