# SPDX-License-Identifier: MIT
"""One simulated world: clock, networks, faults, and the memory of what was asked and sent."""
import random
from collections import deque

from .clock import Clock, x_time
from .faults import Faults
from .server import SECRET, Stats

DEFAULTS = {
    "dialect": "tweet",      # X vocabulary: tweet (2.166) or post (2.167)
    "rate_limits": True,     # 429 and Graph throttling by the table of each network
    "horizons": True,        # 800 mentions, 7 days of search, 30 days of direct messages, 20 messages
    "summoned": True,        # X: replies only to authors who named the brand
    "duplicate": True,       # X 403 and Graph 506 for the same text again
    "credits": {},           # X: account -> USD; 402 once they are spent (absent: never)
    "app_owners": [],        # X: accounts whose own lists are owned reads
    "x_limits": {},          # operation -> calls per 15 minutes, instead of the table
    "engaged_users": 100,    # Facebook: 4800 (pages) and 200 (messenger) calls per 24 h for each
    "usage_after": 5,        # Facebook: usage headers appear after so many calls
    "mastodon_flavour": "mastodon",  # mastodon, gotosocial or snac: whose habits the server has
    "mastodon_ids": "numeric",       # numeric or ulid
    "mastodon_idempotency": True,    # False: the key is ignored, as by some servers
    "mastodon_characters": 500,
    "facebook_cost": 5000,   # Facebook: limit x nested limits beyond which code 1 is answered
}

CHOICES = {"mastodon_flavour": ("mastodon", "gotosocial", "snac"), "mastodon_ids": ("numeric", "ulid")}


class World:
    """Owns every network; networks register themselves by name."""

    def __init__(self, clock=None, seed=1, settings=None, log_size=20000):
        self.clock = clock or Clock()
        self.seed = seed
        self.random = random.Random(seed)
        self.settings = {**DEFAULTS, "x_limits": {}, "credits": {}, "app_owners": [], **(settings or {})}
        self.faults = Faults()
        self.networks = {}
        self.stats = {}
        self.sent = []
        self.requests = deque(maxlen=log_size)
        self.request_count = 0
        self.statuses = {}  # network.status -> how many
        self.refusals = deque(maxlen=200)  # requests that were refused, with the words
        self.steps_done = 0

    def add_network(self, network):
        self.networks[network.name] = network
        self.stats.setdefault(network.name, Stats())

    def network(self, name):
        found = self.networks.get(name)
        if found is None:
            raise ValueError(f"network '{name}' is unknown; one of {', '.join(self.networks)}")
        return found

    def set(self, values):
        """Change settings; an unknown name is an error."""
        for name, value in values.items():
            if name not in self.settings:
                raise ValueError(f"setting '{name}' is unknown; one of {', '.join(self.settings)}")
            if name == "dialect":
                if value not in ("tweet", "post"):
                    raise ValueError("dialect is 'tweet' or 'post'")
                self.networks["x"].set_dialect(value)
            if name in CHOICES and value not in CHOICES[name]:
                raise ValueError(f"{name} is one of {', '.join(CHOICES[name])}")
            self.settings[name] = value

    def set_clock(self, spec):
        """The object stays, since everybody holds it."""
        fresh = Clock(spec)
        self.clock.spec, self.clock.legs = fresh.spec, fresh.legs

    def log_request(self, call, connection):
        self.request_count += 1
        entry = {"n": self.request_count, "time": x_time(call.now), "real": round(self.clock.real(), 4),
                 "network": call.network, "method": call.method, "path": call.path,
                 "query": {key: "***" if key in SECRET else value for key, value in call.pairs},
                 "connection": connection}
        if call.body and b"token" not in call.body and b"secret" not in call.body:
            entry["body"] = call.body[:4000].decode("utf-8", "replace")
        self.requests.append(entry)
        return entry

    def note_sent(self, network, account, kind, text, number, **more):
        """What a client of the networks wrote, in order."""
        self.sent.append({"n": len(self.sent) + 1, "at": x_time(self.clock.now()), "network": network,
                          "account": account, "kind": kind, "text": text, "id": number, **more})
