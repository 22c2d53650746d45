# SPDX-License-Identifier: MIT
"""The state of a simulated Mastodon server: accounts, statuses, notifications, who may see what."""
import hashlib
import re

DOMAIN = "social.example"
DAY = 86400.0
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MENTION = re.compile(r"(?<![=/\w])@([a-z0-9_]+(?:[a-z0-9_.-]+[a-z0-9_]+)?)(?:@([\w.-]+\w))?", re.IGNORECASE)
URL = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)]")
FLAVOURS = ("mastodon", "gotosocial", "snac")


def number_text(seconds, low):
    """Ids as Mastodon makes them: milliseconds and a counter."""
    return str((int(seconds * 1000) << 16) + low)


def ulid(seconds, low):
    """Ids as GoToSocial makes them: 48 bits of milliseconds, 80 of which the counter is the last part."""
    value = (int(seconds * 1000) << 80) + (0x5AC0 << 64) + low
    return "".join(CROCKFORD[(value >> shift) & 31] for shift in range(125, -1, -5))


def order(key):
    """By value for numbers, by letters for all others."""
    return (0, int(key), "") if key.isdigit() else (1, 0, key)


class Account:
    """A person or a brand; `host` is empty for those of this server."""

    def __init__(self, number, username, host, name):
        self.id = number
        self.username = username
        self.host = host
        self.name = name
        self.brand = False
        self.followers = 0
        self.follows = set()
        self.blocks = set()
        self.filtered = False        # the owners' policy hides what they write to brands
        self.seen_by = {}

    @property
    def full(self):
        return f"{self.username}@{self.host or DOMAIN}"

    @property
    def acct(self):
        return f"{self.username}@{self.host}" if self.host else self.username


class Status:
    """One post."""

    def __init__(self, number, author, created, visible):
        self.id = number
        self.author = author
        self.created = created
        self.visible = visible
        self.text = self.spoiler = ""
        self.visibility = "public"
        self.reply_to = None         # a Status
        self.reblog = None
        self.quoted = None
        self.poll = ()               # its options
        self.mentions = []
        self.media = []
        self.edited = None
        self.deleted = False
        self.key = None              # Idempotency-Key, until when


class Notification:
    """What the server tells an account of."""

    def __init__(self, number, kind, status, actor, visible, filtered):
        self.id = number
        self.kind = kind
        self.status = status
        self.actor = actor
        self.visible = visible
        self.filtered = filtered


class MastodonWorld:
    """Everything that the server remembers."""

    def __init__(self, world):
        self.world = world
        self.clock = world.clock
        self.accounts = {}
        self.by_full = {}
        self.statuses = {}
        self.notifications = {}      # account id -> [Notification]
        self.keys = {}               # (account id, key) -> (status, until)
        self.counter = 0

    def new_id(self, seconds):
        self.counter += 1
        make = ulid if self.world.settings["mastodon_ids"] == "ulid" else number_text
        return make(seconds, self.counter & 0xffff)

    # -- people ---------------------------------------------------------------------------------

    def account(self, handle, create=True):
        """By handle (user or user@host) or id; made on the spot unless told otherwise."""
        handle = str(handle).lstrip("@")
        if handle in self.accounts:
            return self.accounts[handle]
        user, _, host = handle.partition("@")
        host = "" if host.lower() == DOMAIN else host
        found = self.by_full.get(f"{user}@{host or DOMAIN}".lower())
        return found if found or not create else self.add_account(user, host)

    def add_account(self, user, host="", number=None, name=None):
        full = f"{user}@{host or DOMAIN}".lower()
        if number is None:
            digest = hashlib.sha256(full.encode()).digest()
            number = str(109000000000000000 + int.from_bytes(digest[:6], "big"))
            if self.world.settings["mastodon_ids"] == "ulid":
                number = ulid(self.clock.now() - 1000 * DAY, int.from_bytes(digest[:7], "big"))
        account = Account(str(number), user, host, name or user)
        self.accounts[account.id] = account
        self.by_full[full] = account
        return account

    # -- statuses -------------------------------------------------------------------------------

    def publish(self, author, text, *, number=None, created=None, visible=None, visibility="public",
                reply_to=None, reblog=None, quoted=None, spoiler="", media=(), poll=()):
        """Store a status and everything that follows from it."""
        created = self.clock.now() if created is None else created
        visible = created if visible is None else visible
        number = str(number) if number else self.new_id(created)
        if number in self.statuses:
            raise ValueError(f"status {number} exists already")
        status = Status(number, author, created, visible)
        status.text, status.spoiler, status.media, status.poll = text, spoiler, list(media), list(poll)
        status.quoted = quoted
        status.visibility, status.reply_to, status.reblog = visibility, reply_to, reblog
        status.mentions = self.named(text)
        self.statuses[number] = status
        if reblog:
            self.notify(reblog.author, "reblog", reblog, author, visible)
        if quoted and quoted.author not in status.mentions:
            self.notify(quoted.author, "quote", status, author, visible)
        for account in status.mentions:
            if account is not author and not reblog:
                self.notify(account, "mention", status, author, visible)
        return status

    def echoes(self, status):
        """(boosts, quotes) of a status that are there."""
        there = [s for s in self.statuses.values() if not s.deleted]
        return sum(s.reblog is status for s in there), sum(s.quoted is status for s in there)

    def named(self, text):
        """The accounts that a text names; names without a host are of this server."""
        found = []
        for user, host in MENTION.findall(text):
            account = self.account(f"{user}@{host}" if host else user)
            if account not in found:
                found.append(account)
        return found

    def notify(self, account, kind, status, actor, visible):
        if account.host or actor.id in account.blocks:
            return
        note = Notification(self.new_id(visible), kind, status, actor, visible, actor.filtered)
        self.notifications.setdefault(account.id, []).append(note)

    def edit(self, status, text):
        status.text = text
        status.edited = self.clock.now()
        status.mentions = self.named(text)

    def notes_of(self, account, now):
        """Newest first, what was published in a time to come left out."""
        notes = [n for n in self.notifications.get(account.id, [])
                 if n.visible <= now and not n.status.deleted]
        return sorted(notes, key=lambda n: order(n.id), reverse=True)

    def of_author(self, account, now):
        found = [s for s in self.statuses.values()
                 if s.author is account and s.visible <= now and not s.deleted]
        return sorted(found, key=lambda s: order(s.id), reverse=True)

    def may_see(self, viewer, status, now):
        if status.deleted or status.visible > now:
            return False
        if status.author is viewer or viewer in status.mentions:
            return viewer.id not in status.author.blocks or status.author is viewer
        if viewer.id in status.author.blocks:
            return False
        if status.visibility in ("public", "unlisted"):
            return True
        return status.visibility == "private" and status.author.id in viewer.follows

    def ancestors(self, viewer, status, now):
        chain = []
        above = status.reply_to
        while above is not None and self.may_see(viewer, above, now):
            chain.insert(0, above)
            above = above.reply_to
        return chain

    def descendants(self, viewer, status, now):
        """Each reply followed by what answers it."""
        found = []
        children = sorted((s for s in self.statuses.values() if s.reply_to is status),
                          key=lambda s: (s.created, order(s.id)))
        for child in children:
            if self.may_see(viewer, child, now):
                found.append(child)
            found += self.descendants(viewer, child, now)
        return found

    def conversations(self, account, now):
        """Direct threads of an account: (id, newest status, everybody in it), newest first."""
        threads = {}
        for status in self.statuses.values():
            mine = status.author is account or account in status.mentions
            if status.visibility == "direct" and mine and self.may_see(account, status, now):
                root = status
                while root.reply_to is not None and root.reply_to.visibility == "direct":
                    root = root.reply_to
                threads.setdefault(root.id, []).append(status)
        out = []
        for number, items in threads.items():
            last = max(items, key=lambda s: (s.created, order(s.id)))
            people = {a.id: a for s in items for a in [s.author, *s.mentions] if a is not account}
            out.append((number, last, list(people.values())))
        return sorted(out, key=lambda row: row[1].created, reverse=True)
