# SPDX-License-Identifier: MIT
"""Four accounts on two networks, and trouble for one of each network; used by faults, outages and uncertain_writes.

Domain time runs 60 times as fast as real time, so that back-off and rate windows pass in seconds.
"""
import datetime

from world import ROME, World, by_name, clock, equal

MONDAY = datetime.datetime(2026, 10, 5, 9, 0, tzinfo=ROME)
FAST = clock(MONDAY, 60)
ACCOUNTS = by_name("telecomitalia-x", "tim4ustaff-x", "tim-facebook", "impresasemplice-facebook")
BAD_X, GOOD_X, BAD_FB, GOOD_FB = "tim4ustaff-x", "telecomitalia-x", "tim-facebook", "impresasemplice-facebook"


# For what is asked again after a quarter of an hour, or an hour, only.
PATIENT = clock(MONDAY, 900), [{**a, "poll_s": 60} for a in ACCOUNTS]


def world(is_patient=False, **more):
    return World(*(PATIENT if is_patient else (FAST, ACCOUNTS)), **more)


def fault(w, network, kind, match="", account=None, **more):
    count = more.pop("count", None)
    body = {"network": network, "match": match, "kind": kind, "params": more}
    body["account"] = account or ("TIM4UStaff" if network == "x" else "TIM")
    if count:
        body["count"] = count
    w.social.call("/fault", body)


def ask_all(w, word):
    """One message for each of the four accounts."""
    w.social.publish(network="x", account="TIM4UStaff", author="mrossi", text=f"@TIM4UStaff {word} bad-x")
    w.social.publish(network="x", account="TelecomItalia", author="mrossi", text=f"@TelecomItalia {word} good-x")
    w.social.publish(network="facebook", kind="message", page="TIM", author="Carlo Bo", text=f"{word} bad-fb")
    w.social.publish(network="facebook", kind="message", page="Impresa Semplice", author="Carlo Bo",
                     text=f"{word} good-fb")


def whole_once(w, *words):
    """Afterwards: everything there, once, and the journal holds."""
    for word in words:
        for which in "bad-x", "good-x", "bad-fb", "good-fb":
            w.wait_find(f"{word} {which}", 30)
    w.wait_polled()
    texts = [t for t in w.texts()]
    equal(len(texts), len(set(texts)), "doubled")
    equal(len(texts), 4 * len(words), "messages")
    w.service.stop()
    equal(w.service.process.returncode, 0)
    w.verify()
