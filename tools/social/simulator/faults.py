# SPDX-License-Identifier: MIT
"""Faults on demand: what goes wrong, where, and how often.

A fault is {network, match, account, kind, count, skip, chance, params}. `match` is the name of an operation
(mentions, reply, comments, ...) or a regular expression on the path. Kinds that replace the answer
are built by the network itself (it knows its own bodies); kinds that spoil the transport or the
body are applied by the server.
"""
import re

# Before the handler ran: nothing happened on the network.
BEFORE = {"status", "html", "rate_limit", "unauthorized", "forbidden", "payment", "error",
          "drop_before", "redirect"}
# The handler ran; only what the client hears is spoilt.
AFTER = {"drop_after_commit", "status_after_commit", "slow", "trickle", "truncated", "bad_json",
         "close", "close_silently", "huge_body", "deep_json", "bad_utf8", "wrong_type",
         "wrong_date", "no_length", "stall"}
# The handler itself acts differently.
INSIDE = {"duplicates", "out_of_order", "short_page", "empty_page", "partial_errors", "null_fields",
          "wrong_types"}
KINDS = BEFORE | AFTER | INSIDE


class Fault:
    """One fault and how many times it still strikes (None: until cleared)."""

    def __init__(self, number, spec):
        kind = spec.get("kind")
        if kind not in KINDS:
            raise ValueError(f"fault kind '{kind}' is unknown; one of {', '.join(sorted(KINDS))}")
        self.id = number
        self.network = spec.get("network")
        self.match = spec.get("match") or ""
        self.account = str(spec.get("account") or "").lower()
        self.kind = kind
        self.count = spec.get("count")
        self.skip = int(spec.get("skip") or 0)
        self.params = dict(spec.get("params") or {})
        self.struck = 0
        self.pattern = re.compile(self.match)

    def fits(self, call):
        if self.network and self.network != call.network:
            return False
        if self.account and self.account not in (label.lower() for label in call.labels):
            return False
        return not self.match or self.match == call.op or bool(self.pattern.search(call.path))

    def show(self):
        return {"id": self.id, "network": self.network, "match": self.match, "account": self.account,
                "kind": self.kind, "count": self.count, "skip": self.skip, "params": self.params,
                "struck": self.struck}


class Faults:
    """The faults in force, in the order in which they were added."""

    def __init__(self):
        self.items = []
        self.next_id = 1

    def add(self, spec):
        fault = Fault(self.next_id, spec)
        self.next_id += 1
        self.items.append(fault)
        return fault

    def clear(self, number=None):
        self.items = [] if number is None else [f for f in self.items if f.id != number]

    def take(self, call):
        """Every fault that strikes this call; counts are used up."""
        struck = []
        for fault in list(self.items):
            if not fault.fits(call):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            fault.struck += 1
            struck.append(fault)
            if fault.count is not None:
                fault.count -= 1
                if fault.count <= 0:
                    self.items.remove(fault)
        return struck
