# SPDX-License-Identifier: MIT
"""The state of the simulated X: users, posts, direct messages and their order."""
import bisect
import hashlib

from . import text as xtext

EPOCH_MS = 1288834974657
DAY = 86400.0


def snowflake(seconds, low=0):
    return max(0, int(seconds * 1000 + 0.5) - EPOCH_MS) << 22 | low


def snowflake_time(number):
    return ((number >> 22) + EPOCH_MS) / 1000.0


class User:
    """A person or a brand."""

    def __init__(self, number, username, name, created):
        self.id = number
        self.username = username
        self.name = name
        self.created = created
        self.brand = False
        self.dm_open = True         # takes messages from everybody
        self.blocks = set()
        self.follows = set()
        self.protected = False
        self.limits_replies = False  # "you are not permitted to reply"
        self.premium = False
        self.enterprise = False      # exempt from the summoned rule
        self.followers = 0
        self.verified_type = "none"


class Post:
    """One post; `text` is stored unescaped, with t.co links."""

    __slots__ = ("id", "author", "text", "full", "raw", "links", "conversation", "created", "visible",
                 "reply_to", "reply_to_user", "quoted", "retweeted", "mentions", "chain", "deleted",
                 "replaced_by", "media", "hidden", "prefix", "cache", "deep_link")

    def __init__(self, number, author, created, visible):
        self.id = number
        self.author = author
        self.created = created
        self.visible = visible
        self.full = None
        self.reply_to = self.reply_to_user = self.quoted = self.retweeted = None
        self.chain = [number]
        self.deleted = self.hidden = False
        self.replaced_by = None
        self.media = []
        self.prefix = 0
        self.cache = None
        self.deep_link = None


class Message:
    """One event of a direct-message conversation."""

    __slots__ = ("id", "conversation", "sender", "participants", "text", "created", "visible",
                 "kind", "media", "deleted_for", "links")

    def __init__(self, number, conversation, sender, participants, text, created, visible):
        self.id = number
        self.conversation = conversation
        self.sender = sender
        self.participants = participants
        self.text = text
        self.created = created
        self.visible = visible
        self.kind = "MessageCreate"
        self.media = []
        self.deleted_for = set()
        self.links = {}


class Ordered:
    """Ids in ascending order under a key."""

    def __init__(self):
        self.lists = {}

    def add(self, key, number):
        numbers = self.lists.setdefault(key, [])
        if not numbers or number > numbers[-1]:
            numbers.append(number)
        else:
            bisect.insort(numbers, number)

    def newest_first(self, key, since=None, until=None):
        numbers = self.lists.get(key, [])
        end = len(numbers) if until is None else bisect.bisect_left(numbers, until)
        start = 0 if since is None else bisect.bisect_right(numbers, since)
        for index in range(end - 1, start - 1, -1):
            yield numbers[index]


class XWorld:
    """Everything that X remembers."""

    def __init__(self, clock):
        self.clock = clock
        self.users = {}
        self.by_name = {}
        self.posts = {}
        self.by_author = Ordered()
        self.mentions = Ordered()
        self.conversations = Ordered()
        self.all_posts = Ordered()
        self.messages = {}
        self.inbox = Ordered()
        self.threads = Ordered()
        self.texts = {}              # (author, text) -> when, for the duplicate rule
        self.replies = {}            # post -> how many replies
        self.reposts = {}            # post -> how many retweets
        self.quotes = {}             # post -> how many quotes

    # -- people ---------------------------------------------------------------------------------

    def user(self, handle, create=True):
        """A user by handle or id; made on the spot unless told otherwise."""
        if isinstance(handle, int) or (str(handle).isdigit() and int(handle) in self.users):
            return self.users.get(int(handle))
        handle = str(handle).lstrip("@")
        found = self.by_name.get(handle.lower())
        if found or not create:
            return found
        return self.add_user(handle)

    def add_user(self, handle, number=None, name=None):
        handle = handle.lstrip("@")
        if number is None:
            digest = hashlib.sha256(handle.lower().encode()).digest()
            number = 1000000000000000000 + int.from_bytes(digest[:7], "big")
        user = User(int(number), handle, name or handle, self.clock.now() - 1000 * DAY)
        self.users[user.id] = user
        self.by_name[handle.lower()] = user
        return user

    def id_of(self, handle):
        user = self.by_name.get(handle.lower())
        return user.id if user else None

    def may_message(self, sender, recipient):
        """The rule behind receives_your_dm; a message from the recipient opens the door."""
        if sender.id in recipient.blocks:
            return False
        if recipient.brand or recipient.dm_open or sender.id in recipient.follows:
            return True
        key = thread_id(sender.id, recipient.id)
        return any(self.messages[number].sender == recipient.id
                   for number in self.threads.newest_first(key))

    # -- posts ----------------------------------------------------------------------------------

    def new_id(self, seconds, taken):
        number = snowflake(seconds)
        while number in taken:
            number += 1
        return number

    def publish(self, author, text, *, number=None, created=None, visible=None, reply_to=None,
                quoted=None, retweeted=None, conversation=None, exclude=(), media=(), prefix=True):
        """Store a post and everything that follows from it."""
        now = self.clock.now()
        created = now if created is None else created
        number = self.new_id(created, self.posts) if number is None else int(number)
        if number in self.posts:
            raise ValueError(f"post {number} exists already")
        post = Post(number, author.id, created, created if visible is None else visible)
        parent = self.posts.get(reply_to) if reply_to else None
        post.raw = text
        if reply_to:
            post.reply_to = reply_to
            post.reply_to_user = parent.author if parent else None
            if prefix and parent:
                text, post.prefix = self._prefixed(author, parent, text, exclude)
        post.conversation = (int(conversation) if conversation else
                             parent.conversation if parent else number)
        if retweeted:
            source = self.posts[retweeted]
            text = f"RT @{self.users[source.author].username}: {source.text}"
            post.retweeted = retweeted
        post.quoted = quoted
        self._set_text(post, text)
        post.media = list(media)
        self._index(post, author)
        return post

    def _prefixed(self, author, parent, text, exclude):
        """Handles that X itself puts before a reply, unless they are typed already."""
        wanted = [parent.author] + [user for user in parent.mentions if user != parent.author]
        typed = {handle.lower() for handle in xtext.MENTION.findall(text)}
        names = [self.users[user].username for user in wanted
                 if user != author.id and user not in exclude and user in self.users
                 and self.users[user].username.lower() not in typed]
        lead = "".join(f"@{name} " for name in names)
        return lead + text, len(lead)

    def _set_text(self, post, text):
        post.text, post.links = xtext.shorten(text)
        found = (self.id_of(handle) for handle in xtext.MENTION.findall(post.text))
        post.mentions = list(dict.fromkeys(user for user in found if user is not None))
        if len(text) > 140 and xtext.weighted_length(text[post.prefix:]) > xtext.LIMIT:
            post.full = post.text
            post.text = xtext.cut(post.text)

    def _index(self, post, author):
        self.posts[post.id] = post
        if post.reply_to:
            self.replies[post.reply_to] = self.replies.get(post.reply_to, 0) + 1
        for of, counts in ((post.retweeted, self.reposts), (post.quoted, self.quotes)):
            if of:
                counts[of] = counts.get(of, 0) + 1
        self.by_author.add(author.id, post.id)
        self.conversations.add(post.conversation, post.id)
        self.all_posts.add(None, post.id)
        for user in post.mentions:
            if user != author.id:
                self.mentions.add(user, post.id)
        self.texts[(author.id, post.text)] = post.created

    def newest(self, post):
        """The last version of an edited post."""
        while post.replaced_by:
            post = self.posts[post.replaced_by]
        return post

    def is_readable(self, post, now):
        return not post.deleted and post.replaced_by is None and post.visible <= now

    def edit(self, number, text):
        """A new version with a new id; the old one is reachable through it only."""
        old = self.newest(self.posts[number])
        if old.deleted:
            raise ValueError(f"post {number} is deleted")
        author = self.users[old.author]
        new = self.publish(author, text, reply_to=old.reply_to, quoted=old.quoted,
                           conversation=None if old.conversation == old.id else old.conversation)
        if old.conversation == old.id:
            new.conversation = old.id
            self.conversations.add(old.id, new.id)
        new.chain = old.chain + [new.id]
        old.replaced_by = new.id
        for earlier in old.chain:
            self.posts[earlier].chain = new.chain
        return new

    def delete(self, number):
        """Deleting one version deletes the chain."""
        for version in self.posts[number].chain:
            self.posts[version].deleted = True

    # -- direct messages ------------------------------------------------------------------------

    def message(self, sender, recipient, text, *, number=None, created=None, visible=None,
                conversation=None, media=()):
        created = self.clock.now() if created is None else created
        number = self.new_id(created, self.messages) if number is None else int(number)
        if number in self.messages:
            raise ValueError(f"message {number} exists already")
        key = conversation or thread_id(sender.id, recipient.id)
        event = Message(number, key, sender.id, [sender.id, recipient.id], text, created,
                        created if visible is None else visible)
        event.text, event.links = xtext.shorten(text)
        event.media = list(media)
        self.messages[number] = event
        self.threads.add(key, number)
        self.inbox.add(sender.id, number)
        if recipient.id != sender.id:
            self.inbox.add(recipient.id, number)
        return event


def thread_id(one, other):
    return f"{min(one, other)}-{max(one, other)}"
