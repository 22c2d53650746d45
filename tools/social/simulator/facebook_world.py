# SPDX-License-Identifier: MIT
"""The state of the simulated Facebook: Pages, people, posts, comments, Messenger conversations."""
import base64
import hashlib

DAY = 86400.0


class Page:
    """A Page; `secret` (of the app) makes appsecret_proof compulsory."""

    kind = "Page"

    def __init__(self, number, name, username):
        self.id = number
        self.name = name
        self.username = username
        self.brand = name
        self.secret = None
        self.human_agent = False     # the reviewed feature
        self.restricted = False      # 10 / 1893063
        self.fans = 1000
        self.public_access = False   # may read other Pages (Page Public Content Access)
        self.long_ids = False        # the comments edge writes {page}_{post}_{comment}
        self.answers_as = None       # the version that answers, where the asked one has ended
        self.usage = None            # a figure for all usage headers, instead of the counted one
        self.posts = []
        self.tagged = []
        self.conversations = {}      # person -> Conversation
        self.last_comment = None     # (target, text): the duplicate rule


class Person:
    """Somebody; Pages know him only by a number of their own."""

    kind = "User"

    def __init__(self, name):
        self.name = name
        self.hidden = False          # `from` is missing
        self.blocked = False         # (#551)
        self.other_app = False       # thread controlled by another app


class Node:
    """A post or a comment."""

    def __init__(self, kind, number, page, author, message, created, visible):
        self.kind = kind
        self.number = number
        self.page = page
        self.author = author
        self.message = message
        self.created = created
        self.visible = visible
        self.post = None             # of a comment
        self.parent = None           # the top comment that a reply hangs on
        self.comments = []           # of a post: all levels
        self.deleted = self.is_hidden = False
        self.answered_privately = None
        self.attachments = []
        self.is_share = False        # a person's share of another post
        self.shares = 0              # how often it was shared
        self.surface = "feed"        # or "tagged", "ads"

    @property
    def id(self):
        if self.kind == "Comment":
            return f"{self.post.number}_{self.number}"
        return f"{self.page.id}_{self.number}" if self.surface != "tagged" else str(self.number)

    @property
    def long_id(self):
        """As webhooks and some edges write a comment's id."""
        return f"{self.page.id}_{self.id}" if self.kind == "Comment" else self.id


class Conversation:
    """Messages between a Page and one person, oldest first."""

    kind = "UnifiedThread"

    def __init__(self, number, page, person):
        self.id = f"t_{number}"
        self.page = page
        self.person = person
        self.messages = []
        self.folder = "inbox"
        self.seen_until = 0.0

    def at(self, now):
        return [message for message in self.messages if message.visible <= now]

    def updated(self, now):
        return max((message.created for message in self.at(now)), default=None)

    def last_inbound(self, now):
        return max((m.created for m in self.at(now) if m.sender is self.person), default=None)


class Message:
    """One Messenger message."""

    kind = "UnifiedMessage"

    def __init__(self, number, conversation, sender, text, created, visible):
        digest = hashlib.sha256(f"{conversation.id}/{number}".encode()).digest()
        self.id = "m_" + base64.urlsafe_b64encode(digest * 2).decode().rstrip("=")
        self.conversation = conversation
        self.sender = sender
        self.text = text
        self.created = created
        self.visible = visible
        self.attachments = []


class FacebookWorld:
    """Everything that Facebook remembers."""

    def __init__(self, clock):
        self.clock = clock
        self.pages = {}
        self.people = {}             # name in lower case -> Person
        self.psids = {}              # (page id, psid) -> Person
        self.nodes = {}              # number -> post or comment
        self.conversations = {}
        self.messages = {}
        self.counter = 0

    def next_number(self):
        self.counter += 1
        return 122093000000000000 + self.counter * 7

    # -- who ------------------------------------------------------------------------------------

    def page(self, label):
        """A Page by id, name or username; ValueError when there is none."""
        text = str(label).lower()
        for page in self.pages.values():
            if text in (page.id, page.name.lower(), (page.username or "").lower()):
                return page
        raise ValueError(f"page '{label}' is unknown")

    def person(self, name):
        found = self.people.get(name.lower())
        if found is None:
            found = self.people[name.lower()] = Person(name)
        return found

    def psid(self, page, person):
        """The page-scoped number of a person."""
        digest = hashlib.sha256(f"{page.id}/{person.name.lower()}".encode()).digest()
        number = str(5000000000000000 + int.from_bytes(digest[:6], "big"))
        self.psids[(page.id, number)] = person
        return number

    def author_id(self, node):
        return node.page.id if node.author is node.page else self.psid(node.page, node.author)

    # -- what they write ------------------------------------------------------------------------

    def add_post(self, page, author, message, created, visible=None, number=None, surface="feed"):
        number = self._number(number)
        post = Node("PagePost", number, page, author, message, created,
                    created if visible is None else visible)
        post.surface = surface
        self.nodes[number] = post
        _insert(page.tagged if surface == "tagged" else page.posts, post)
        return post

    def add_comment(self, target, author, message, created, visible=None, number=None):
        """Under a post, or under a comment; a reply to a reply hangs on the top comment."""
        number = self._number(number)
        comment = Node("Comment", number, target.page, author, message, created,
                       created if visible is None else visible)
        comment.post = target if target.kind == "PagePost" else target.post
        if target.kind == "Comment":
            comment.parent = target.parent or target
        self.nodes[number] = comment
        _insert(comment.post.comments, comment)
        return comment

    def _number(self, number):
        number = int(number) if number else self.next_number()
        if number in self.nodes:
            raise ValueError(f"object {number} exists already")
        return number

    def conversation(self, page, person):
        found = page.conversations.get(person)
        if found is None:
            found = Conversation(self.next_number(), page, person)
            page.conversations[person] = found
            self.conversations[found.id] = found
            self.psid(page, person)
        return found

    def add_message(self, conversation, sender, text, created, visible=None, number=None):
        message = Message(number or self.next_number(), conversation, sender, text, created,
                          created if visible is None else visible)
        if number and str(number).startswith("m_"):
            message.id = number
        self.messages[message.id] = message
        _insert(conversation.messages, message)
        return message

    # -- what can be seen -----------------------------------------------------------------------

    def find(self, text):
        """A post or comment by any form of its id; the last part decides."""
        last = text.rsplit("_", 1)[-1]
        node = self.nodes.get(int(last)) if last.isdigit() else None
        if node is None:
            return None
        first = text.split("_", 1)[0]
        known = {str(node.number), node.page.id} | ({str(node.post.number)} if node.post else set())
        return node if first in known else None

    def is_readable(self, node, now):
        while node is not None:
            if node.deleted or node.visible > now:
                return False
            node = node.parent or node.post
        return True

    def updated(self, post, now):
        return max([post.created] + [c.created for c in post.comments if self.is_readable(c, now)])


def _insert(items, item):
    """Keeps a list in order of creation."""
    place = len(items)
    while place > 0 and items[place - 1].created > item.created:
        place -= 1
    items.insert(place, item)
