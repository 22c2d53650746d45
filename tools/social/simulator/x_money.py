# SPDX-License-Identifier: MIT
"""What X bills pay-per-use: by resource and UTC day, per account; and 402 where nothing is left."""
from .server import Reply

DAY = 86400
PRICES = {"post": 0.005, "owned": 0.001, "user": 0.010, "dm_event": 0.010, "write_post": 0.015,
          "write_post_with_url": 0.200, "write_summoned_reply": 0.010, "write_dm": 0.015,
          "delete": 0.010}
POSTS = {"mentions", "user_posts", "search", "posts", "post", "quotes"}
OWNED = {"mentions", "user_posts"}
USERS = {"me", "user", "users", "user_by_name", "users_by_names"}
EVENTS = {"dm_events", "dm_event", "dm_with", "dm_conversation"}


class Money:
    """The ledger of all accounts. A resource is paid once a UTC day; a request that failed, never."""

    def __init__(self, world):
        self.world = world
        self.entries = []            # (account, UTC day, kind, id, price)
        self.paid = set()

    def refusal(self, account, dialect):
        """The 402, where the account has no credits left."""
        credits = self.world.settings["credits"].get(account)
        if credits is None or credits - self.spent(account) > 1e-9:
            return None
        return depleted(dialect)

    def spent(self, account):
        return sum(entry[4] for entry in self.entries if entry[0] == account)

    def note(self, net, call, reply):
        """Bills what a successful answer holds."""
        if not 200 <= reply.status < 300 or not isinstance(reply.body, dict) or not call.account:
            return
        data = reply.body.get("data")
        items = data if isinstance(data, list) else [data] if isinstance(data, dict) else []
        if call.op in POSTS:
            owner = call.op in OWNED and call.params.get("id") == str(call.principal.user and
                                                                      call.principal.user.id)
            owned = owner and call.account in self.world.settings["app_owners"]
            self._read(call, "post", items, PRICES["owned"] if owned else PRICES["post"])
        elif call.op in USERS:
            self._read(call, "user", items, PRICES["user"])
        elif call.op in EVENTS:
            self._read(call, "dm_event", items, PRICES["dm_event"])
        else:
            self._write(net, call, data)

    def _read(self, call, kind, items, price):
        day = int(call.now // DAY)
        for item in items:
            key = (call.account, day, kind, str(item.get("id")))
            if key not in self.paid:
                self.paid.add(key)
                self.entries.append((*key, price))

    def _write(self, net, call, data):
        kinds = {"create_post": "id", "dm_send": "dm_event_id", "dm_send_with": "dm_event_id"}
        if call.op not in kinds:
            return
        number = str(data[kinds[call.op]])
        kind = "write_dm"
        if call.op == "create_post":
            post = net.state.posts[int(number)]
            kind = ("write_post_with_url" if post.links else
                    "write_summoned_reply" if post.reply_to else "write_post")
        self.entries.append((call.account, int(call.now // DAY), kind, number, PRICES[kind]))

    def show(self):
        accounts = {}
        for account, day, kind, number, price in self.entries:
            one = accounts.setdefault(account, {"spent": 0.0, "kinds": {}, "days": {}, "ids": {}})
            one["spent"] = round(one["spent"] + price, 6)
            one["kinds"][kind] = one["kinds"].get(kind, 0) + 1
            one["days"][str(day)] = round(one["days"].get(str(day), 0.0) + price, 6)
            one["ids"].setdefault(kind, []).append(number)
        for account, credits in self.world.settings["credits"].items():
            one = accounts.setdefault(account, {"spent": 0.0, "kinds": {}, "days": {}, "ids": {}})
            one["credits"] = round(credits - one["spent"], 6)
        return {"accounts": accounts, "prices": PRICES,
                "spent": round(sum(entry[4] for entry in self.entries), 6)}


def depleted(dialect):
    return Reply(402, {
        "account_id": 1949003093120876544, "title": "CreditsDepleted",
        "detail": "Your enrolled account [1949003093120876544] does not have any credits "
                  "to fulfill this request.", "type": dialect.problem("credits")})
