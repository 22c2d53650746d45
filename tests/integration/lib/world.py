# SPDX-License-Identifier: MIT
"""One world for a test: the simulated networks over TLS, the real program, and the questions that tests ask of both.

Cases are functions with @case("what it shows"); run(globals()) runs those named on the command line, or all, and
closes with `N passed, M failed`. The simulator lives on while its clock is near its beginning; every case gets a fresh store.
"""
import datetime
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import traceback
import zoneinfo

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tools"))

import service as tools  # noqa: E402  (the path comes first)

PROGRAM = os.path.abspath(os.environ.get("VEDETTA", "build/host/vedetta"))
ROME = zoneinfo.ZoneInfo("Europe/Rome")
# Friday afternoon of the story: the desk closes at 18:00 and opens on Monday at 9:00.
FRIDAY = datetime.datetime(2026, 10, 2, 16, 38, tzinfo=ROME)
NETWORKS_S = 60  # real: 10 minutes of the usual clock
cases = []


def case(title):
    def keep(function):
        cases.append((title, function))
        return function
    return keep


def at(text):
    """RFC 3339 -> seconds."""
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def clock(start=FRIDAY, speed=10):
    return f"now:{start.timestamp():.0f}@{speed}"


def due_after(created_s, minutes):
    """By hand for the first days of October 2026: open 9:00-18:00 in Rome, Monday to Friday, no holiday."""
    t = datetime.datetime.fromtimestamp(created_s, ROME)
    left = minutes * 60
    while True:
        opens = t.replace(hour=9, minute=0, second=0, microsecond=0)
        closes = t.replace(hour=18, minute=0, second=0, microsecond=0)
        if t.weekday() < 5 and t < closes:
            start = max(t, opens)
            room = (closes - start).total_seconds()
            if left <= room:
                return start.timestamp() + left
            left -= room
        t = (opens + datetime.timedelta(days=1)).replace(hour=9)


class World:
    """Simulator and service; `accounts` default to those of quiet.toml."""

    socials = {}
    n_socials = 0
    folder = None

    def __init__(self, spec=None, accounts=None, start=True, settings=None, **config):
        spec = spec or clock()
        self.social = World.social_of(spec)
        self.social.call("/tls", {"certificate": "good"})
        for network in "x", "facebook", "mastodon":
            self.social.call("/outage", {"network": network, "refuse": False})
        self.social.call("/faults", method="DELETE")
        self.social.call("/reset", {})
        if settings:
            self.social.call("/settings", settings)
        self.home = pathlib.Path(tempfile.mkdtemp(dir=World.folder))
        self.accounts = tools.story_accounts() if accounts is None else accounts
        config.setdefault("log", "debug")
        self.config = tools.make_config(self.home, self.social, PROGRAM, self.accounts, **config)
        self.service = tools.Service(PROGRAM, self.config, self.social.addresses["clock"])
        self.data = self.home / "data"
        if start:
            self.service.start()

    @staticmethod
    def social_of(spec):
        """Networks whose clock is near its beginning: on a slow machine, the desk of the last cases would have closed."""
        kept = World.socials.get(spec)
        if kept is not None and time.monotonic() - kept.since > NETWORKS_S:
            World.socials.pop(spec).close()
            kept = None
        if kept is None:
            World.n_socials += 1
            kept = World.socials[spec] = tools.Social(World.folder / f"social{World.n_socials}", clock=spec)
            kept.since = time.monotonic()
        return kept

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.service.stop()

    # ---- what the service says
    def ask(self, what, **more):
        return self.service.ask(what, **more)

    def conversation(self, number):
        return self.ask("conversation", id=number)

    def conversations(self):
        """All there are, by number, also those that nobody waits for."""
        found = []
        for number in range(1, 100000):
            c = self.conversation(number)
            if c.get("ok") is False:
                return found
            found.append(c)
        return found

    def texts(self):
        return [m["text"] for c in self.conversations() for m in c["messages"]]

    def find(self, text):
        """The conversation with a message that contains `text`, or None."""
        return next((c for c in self.conversations() if any(text in m["text"] for m in c["messages"])), None)

    def wait_find(self, text, seconds=15):
        return tools.wait_for(f"'{text}' in the store", seconds, lambda: self.find(text), 0.1)

    def wait(self, what, probe, seconds=15):
        return tools.wait_for(what, seconds, probe, 0.1)

    def account(self, name):
        return next(a for a in self.ask("health")["accounts"] if a["name"] == name)

    def wait_health(self, name, health, seconds=15):
        def probe():
            a = self.account(name)
            wanted = health if isinstance(health, (tuple, list)) else (health,)
            return a if a["health"] in wanted else None
        try:
            return self.wait(f"{name} to be {health}", probe, seconds)
        except tools.Failure as e:
            raise tools.Failure(f"{e}; it is {self.account(name)}") from e

    def wait_polled(self, *names, seconds=15):
        """Every account (or those named) has made a whole poll that began after now: two begin, so that one has ended."""
        since = self.social.call("/requests?last=1")["count"]
        ways = {"x": ("handle", "mentions"), "facebook": ("brand", "feed"), "mastodon": ("handle", "notifications")}
        waiting = [(a["network"], a[ways[a["network"]][0]], ways[a["network"]][1])
                   for a in self.accounts if not names or a["name"] in names]

        def probe():
            new = self.social.call(f"/requests?since={since}&last=5000")["requests"]
            return all(sum((r["network"], r.get("account"), r.get("op")) == row for r in new) >= 2 for row in waiting)
        self.wait(f"polls of {', '.join(row[1] for row in waiting)}", probe, seconds)

    def target(self, number, kind):
        return next((t for t in self.conversation(number)["targets"] if t["kind"] == kind), None)

    # ---- what the networks hold
    def sent(self, text):
        return [s for s in self.social.sent() if text in s["text"]]

    def wait_sent(self, text, seconds=15):
        return self.wait(f"'{text}' at the network", lambda: self.sent(text), seconds)[0]

    def ctl_json(self, *words, check=True):
        done = self.service.ctl("--json", *words, check=check)
        return json.loads(done.stdout)

    def verify(self):
        """After the end: the journal holds; its events."""
        done = subprocess.run([PROGRAM, "journal", "verify", str(self.data)], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0 and "events hold" in done.stdout, done.stdout + done.stderr
        out = subprocess.run([PROGRAM, "journal", "export", str(self.data)], capture_output=True, text=True, timeout=60,
                             check=True).stdout
        return [json.loads(line) for line in out.splitlines()]


def by_name(*names):
    return [a for a in tools.story_accounts() if a["name"] in names]


def equal(got, wanted, what=""):
    assert got == wanted, f"{what}: got {got!r}, wanted {wanted!r}"


def near(got_s, wanted_s, what, within=1.0):
    assert abs(got_s - wanted_s) <= within, f"{what}: {got_s} is not {wanted_s}"


def show_trouble():
    """What a person needs to see when a case failed: the last lines of the logs."""
    logs = sorted(World.folder.glob("*/vedetta.log"), key=lambda p: p.stat().st_mtime)
    for path in logs[-1:]:
        lines = [s for s in path.read_text(errors="replace").splitlines() if " DEBUG " not in s]
        print("  | " + "\n  | ".join(lines[-20:]))


def run_beside(at_once):
    """Cases that mostly wait: each of `at_once` programs runs its share, in a world of its own."""
    shares = [[f"={f.__name__}" for _, f in cases[i::at_once]] for i in range(at_once)]
    programs = [subprocess.Popen([sys.executable, sys.argv[0], *share], stdout=subprocess.PIPE, text=True)
                for share in shares if share]
    passed = failed = 0
    for program in programs:
        lines = program.communicate()[0].splitlines()
        sums = re.fullmatch(r"(\d+) passed, (\d+) failed", lines.pop() if lines else "")
        passed += int(sums[1]) if sums else 0
        failed += int(sums[2]) if sums else 1
        print("\n".join(lines), flush=True)
    return passed, failed


def is_wanted(name, words):
    return not words or any(w == f"={name}" or w in name for w in words)


def finish(passed, failed):
    print(f"{passed} passed, {failed} failed", flush=True)
    sys.exit(1 if failed or not passed else 0)


def run(at_once=1):
    names = sys.argv[1:]
    if at_once > 1 and not names and not tools.NET:  # a TAP is one program's
        finish(*run_beside(at_once))
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="vedetta-it-") as folder:
        World.folder = pathlib.Path(folder)
        try:
            for title, function in cases:
                if not is_wanted(function.__name__, names):
                    continue
                begun = time.monotonic()
                try:
                    function()
                    passed += 1
                    print(f"ok    {title}  {time.monotonic() - begun:.1f} s", flush=True)
                except Exception as error:  # noqa: BLE001 - every failure of a case is a failure of that case
                    failed += 1
                    print(f"FAIL  {title}  {time.monotonic() - begun:.1f} s")
                    if not isinstance(error, (AssertionError, tools.Failure)):
                        traceback.print_exc(file=sys.stdout)
                    else:
                        line = traceback.extract_tb(error.__traceback__)
                        where = [f"{pathlib.Path(f.filename).name}:{f.lineno}" for f in line][-3:]
                        print(f"  {error}\n  at {' '.join(where)}")
                    show_trouble()
                    sys.stdout.flush()
        finally:
            for social in World.socials.values():
                social.close()
    finish(passed, failed)
