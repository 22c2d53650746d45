# SPDX-License-Identifier: MIT
"""What every case has: the real program on the box, the simulated networks and the staff beyond the wire, and what is
asked of them from outside at the end.
"""
import collections
import contextlib
import http.client
import json
import os
import pathlib
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tools"))
sys.path.insert(0, str(ROOT / "tests/integration/lib"))

import name_server  # noqa: E402
import service as tools  # noqa: E402

import lab  # noqa: E402

MONDAY_9 = 1791183600  # 2026-10-05T09:00+02:00
# Six times as fast: a reply whose fate is unknown is settled after 10 s. Polls, time-outs and light are real time.
SPEED = 6
CLOCK = f"now:{MONDAY_9}@{SPEED}"
POLL_S = 3  # of real time
PORT = 8443
NAMES = "tim4ustaff-x", "tim-facebook", "tim-mastodon"
BLIND_S = 2 * POLL_S + 2  # the light's own bound (SIGNALS.md: two periods), with its slack
SILENT_S = 15             # a page that heard nothing for so long turns blind and asks anew
MEMORY_KIB = 1536         # what a case may leave behind


class Wrong(AssertionError):
    pass


def check(is_good, what):
    if not is_good:
        raise Wrong(what)


# ---- staff -------------------------------------------------------------------------------------------------------------

def context():
    c = ssl.create_default_context()
    c.check_hostname = False
    c.verify_mode = ssl.CERT_NONE
    return c


def connect(timeout, source=lab.NET, host=lab.BOX, small=False):
    s = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    if small:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    s.settimeout(timeout)
    if ":" not in host:
        s.bind((source, 0))
    s.connect((host, PORT))
    return s


def open_tls(timeout, **where):
    raw = connect(timeout, **where)
    try:
        return context().wrap_socket(raw)
    except BaseException:
        raw.close()
        raise


def get(path, timeout=20, **where):
    """(status, body) on a connection of its own."""
    h = http.client.HTTPConnection(lab.BOX, PORT, timeout=timeout)
    h.sock = open_tls(timeout, **where)
    try:
        h.request("GET", path)
        answer = h.getresponse()
        return answer.status, answer.read()
    finally:
        h.close()


class Page(threading.Thread):
    """The wall as a browser has it: listens, turns blind after 15 s without a word, and comes back by itself."""

    def __init__(self):
        super().__init__(daemon=True)
        self.is_over = threading.Event()
        self.views = []      # (instant, view)
        self.opened = 0
        self.troubles = collections.Counter()

    def run(self):
        while not self.is_over.is_set():
            try:
                self._listen()
            except (OSError, http.client.HTTPException, ValueError) as error:
                self.troubles[f"{type(error).__name__}: {error}"[:100]] += 1
            self.is_over.wait(1)

    def _listen(self):
        with open_tls(SILENT_S) as s:
            s.sendall(b"GET /events?view=wall HTTP/1.1\r\nHost: box\r\n\r\n")
            lines = s.makefile("rb")
            status = lines.readline().split()
            if status[1:2] != [b"200"]:
                raise ValueError(f"status {b' '.join(status).decode()}")
            self.opened += 1
            while not self.is_over.is_set():
                line = lines.readline()
                if not line:
                    raise ValueError("the stream ended")
                if line.startswith(b"data: "):
                    self.views.append((time.monotonic(), json.loads(line[6:])))

    def last(self):
        return self.views[-1] if self.views else (0.0, None)

    def end(self):
        self.is_over.set()
        self.join(SILENT_S + 2)


class Visits(threading.Thread):
    """Somebody who opens the page anew all the time, as from a phone."""

    def __init__(self, pause=0.5, timeout=20):
        super().__init__(daemon=True)
        self.pause, self.timeout = pause, timeout
        self.is_over = threading.Event()
        self.took = []
        self.failed = []

    def run(self):
        while not self.is_over.is_set():
            begun = time.monotonic()
            try:
                status, body = get("/wall", self.timeout)
                if status != 200 or b"</html>" not in body:
                    raise ValueError(f"status {status}, {len(body)} bytes")
                self.took.append(time.monotonic() - begun)
            except (OSError, http.client.HTTPException, ValueError) as error:
                self.failed.append(f"{type(error).__name__}: {error}"[:100])
            self.is_over.wait(self.pause)

    def end(self):
        self.is_over.set()
        self.join(self.timeout + 2)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.end()


# ---- the light ---------------------------------------------------------------------------------------------------------

class Light(threading.Thread):
    """Looks twice a second whether green was earned: an answered request of every account, not longer ago than two
    periods and what a poll itself may take here. What was answered is asked of the networks, not of the program."""

    def __init__(self, w, slack_s):
        super().__init__(daemon=True)
        self.w, self.slack_s = w, slack_s
        self.is_over = threading.Event()
        self.answered = dict.fromkeys(NAMES, time.monotonic())
        self.seen = []  # (instant, meaning)
        self.lies = []
        self.count = 0
        self.error = None

    def _note(self, now):
        got = self.w.social.call(f"/requests?since={self.count}&last=5000")
        self.count = got["count"]
        for r in got["requests"]:
            if r["status"] == 200:
                for name in NAMES:
                    if name.endswith(r["network"]):
                        self.answered[name] = now

    def run(self):
        while not self.is_over.wait(0.5):
            try:
                now = time.monotonic()
                self._note(now)
                lamp = self.w.ask("view")["lamp"]
                is_green = lamp["meaning"] == "watching" and not lamp["and_blind"]
                is_blind = lamp["meaning"] == "blind" or lamp["and_blind"]
                self.seen.append((now, "green" if is_green else "blind" if is_blind else lamp["meaning"]))
                age = max(now - t for t in self.answered.values())
                if not is_blind and age > BLIND_S + self.slack_s:
                    self.lies.append(f"{lamp['meaning']} with nothing fresh for {age:.1f} s")
            except (OSError, ValueError, tools.Failure) as error:
                self.error = self.error or f"{type(error).__name__}: {error}"

    def is_blind_at(self, since):
        return any(what == "blind" for t, what in self.seen if t >= since)

    def end(self):
        self.is_over.set()
        self.join(20)


# ---- the world ---------------------------------------------------------------------------------------------------------

class Stack:
    def __init__(self, name, program, settings=None, has_kernel_address=True):
        self.name, self.program = name, program
        self.settings = settings or {}
        self.has_kernel_address = has_kernel_address


class World:
    """`slack_s`: what a poll may take on this wire on top of its period."""

    def __init__(self, stack, wire_program, seed=1, mtu=None, slack_s=4.0, v4=(lab.NET,), v6=()):
        self.stack = stack
        self.notes = {}
        self.texts, self.replies = {}, {}
        self.number = 0
        with contextlib.ExitStack() as stack_of:
            self.folder = pathlib.Path(stack_of.enter_context(tempfile.TemporaryDirectory(prefix="vedetta-badnet-")))
            self.lab = lab.Lab(wire_program, self.folder, seed, stack.has_kernel_address)
            stack_of.callback(self.lab.close)
            if mtu:
                self.lab.set_mtu(mtu)
            self.lab.name_servers()
            stack_of.callback(lambda: subprocess.run(["umount", "/etc/resolv.conf", "/etc/hosts"], timeout=10))
            stack_of.enter_context(name_server.NameServer(v4, v6, lab.NET))
            self.social = tools.Social(self.folder / "social", clock=CLOCK,
                                       extra=("--host", lab.NAME, "--listen", f"{lab.NET},{lab.NET6}"))
            stack_of.callback(self.social.close)
            self.social.call("/settings", {"rate_limits": False, "horizons": False, "summoned": False, "duplicate": False})
            self._start(stack_of)
            self.page = Page()
            self.page.start()
            stack_of.callback(self.page.end)
            self.light = Light(self, slack_s)
            self.light.start()
            stack_of.callback(self.light.end)
            self.closing = stack_of.pop_all()

    def _start(self, stack_of):
        accounts = [{**a, "poll_s": POLL_S * SPEED} for a in tools.story_accounts() if a["name"] in NAMES]
        web = {"listen": "0.0.0.0", "port": PORT, "tls": True, "hosts": "box"}
        program = self.lab.in_box(self.stack.program)
        config = tools.make_config(self.folder / "box", self.social, program, accounts, log="debug", web=web,
                                   calendars=[tools.always_open()], **self.stack.settings)
        # A look-up under way at the end is glibc's, in its own thread; the sanitizer calls it lost.
        spared = self.folder / "spared"
        spared.write_text("leak:res_context_send\nleak:getaddrinfo\n")
        self.service = tools.Service(program, config, self.social.addresses["clock"],
                                     env={"LSAN_OPTIONS": f"suppressions={spared}:print_suppressions=0"})
        self.service.start()
        stack_of.callback(self.service.stop)
        self.wait("all accounts", 30, lambda: self.health() == {"good"})
        self.page_post = self.social.publish(network="facebook", kind="page_post", page="TIM", author="TIM", text="offerta")
        self.before = self.usage()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.closing.close()

    def wire(self, **how):
        return self.lab.wire.set(**how)

    def wait(self, what, seconds, probe):
        begun = time.monotonic()
        tools.wait_for(what, seconds, probe, 0.2)
        return time.monotonic() - begun

    def ask(self, what, **more):
        return self.service.ask(what, **more)

    def accounts(self):
        return {a["name"]: a for a in self.ask("health")["accounts"]}

    def health(self):
        return {a["health"] for a in self.accounts().values()}

    def usage(self):
        """(descriptors, private KiB without the store's map)."""
        pid = self.service.process.pid
        kib, name = 0, ""
        for line in pathlib.Path(f"/proc/{pid}/smaps").read_text().splitlines():
            if re.match(r"[0-9a-f]+-[0-9a-f]+ ", line):
                name = line.split(None, 5)[5] if len(line.split(None, 5)) > 5 else ""
            elif line.startswith("Private_Dirty:") and not name.endswith("/data.mdb"):
                kib += int(line.split()[1])
        return len(list(pathlib.Path(f"/proc/{pid}/fd").iterdir())), kib

    # ---- a desk at work
    def publish(self, more=""):
        """A question on each network."""
        for network in "x", "facebook", "mastodon":
            self.number += 1
            key = f"domanda {self.number}."
            text = f"{key} {more[:180]}".strip()
            if network == "x":
                self.social.publish(network="x", account="TIM4UStaff", author=f"cliente{self.number}", text=f"@TIM4UStaff {text}")
            elif network == "facebook":
                self.social.publish(network="facebook", kind="comment", in_reply_to=self.page_post["id"],
                                    author=f"Cliente {self.number}", text=text)
            else:
                self.social.publish(network="mastodon", account="TIM", author=f"cliente{self.number}", text=text)
            self.texts[key] = time.monotonic()

    def conversations(self):
        found = []
        for number in range(1, 10000):
            c = self.ask("conversation", id=number)
            if c.get("ok") is False:
                return found
            found.append(c)
        return found

    def stored(self):
        """How often each question is in the store."""
        n = collections.Counter()
        for c in self.conversations():
            for m in c["messages"]:
                found = re.search(r"domanda \d+\.", m["text"])
                n[found[0] if found and m["direction"] == "in" else m["text"]] += 1
        return n

    def reply(self, number=None):
        """Hands in a reply to a conversation, or to the newest of each network that has none; whether one was taken."""
        for c in reversed(self.conversations()):
            if c["id"] in self.replies.values() or (number and c["id"] != number):
                continue
            text = f"risposta {len(self.replies) + 1}."
            answer = self.ask("reply", id=c["id"], text=text, staff="Anna")
            check(answer.get("ok"), f"a reply was not taken: {answer}")
            self.replies[text] = c["id"]
            return text
        return None

    def work(self, seconds, every=3.0):
        """Questions and replies for so long."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            begun = time.monotonic()
            self.publish()
            self.reply()
            time.sleep(max(0.0, min(end, begun + every) - time.monotonic()))

    # ---- and what came of it
    def wait_in(self, seconds):
        """Every question is in the store; seconds that it took."""
        return self.wait(f"{len(self.texts)} questions in the store", seconds,
                         lambda: all(self.stored()[t] for t in self.texts))

    def open_replies(self):
        return [o for i in set(self.replies.values()) for o in self.ask("conversation", id=i)["outbox"]]

    def send_held(self):
        """Somebody reads what overtook a reply, and sends it."""
        for i in set(self.replies.values()):
            c = self.ask("conversation", id=i)
            for entry in c["outbox"]:
                if entry["state"] == "held":
                    self.ask("send-anyway", outbox=entry["id"], seen=c["n_messages"], staff="Anna")

    def settle(self, within_s=60):
        """The wire is good again: all as if it had never been bad, within a bounded time. Fills in the notes."""
        begun = time.monotonic()
        self.wire()
        recovered = self.wait("every account to be good again", within_s, lambda: self.health() == {"good"})
        self.wait_in(within_s)

        def are_out():
            self.send_held()
            return all(o["state"] in ("ask", "failed") for o in self.open_replies())
        self.wait("the replies to be settled", within_s, are_out)
        self.wait("the page to be whole", within_s, lambda: self.page.last()[0] > begun and
                  abs(self.page.last()[1]["sequence"] - self.ask("view")["sequence"]) <= 2)
        self.wait("a light that is not blind", within_s, lambda: not self.light.is_over.is_set() and
                  self.light.seen and self.light.seen[-1][1] != "blind")
        self.notes.setdefault("recovered_s", round(recovered, 1))
        self.notes.setdefault("settled_s", round(time.monotonic() - begun, 1))
        time.sleep(1)  # whatever would be doubled has now the time to be

    def judge(self, descriptors=10, kib=MEMORY_KIB):
        """All that must hold whatever the wire did."""
        stored = self.stored()
        wrong = [f"{stored[t]} times in the store: {t}" for t in self.texts if stored[t] != 1]
        asked = {o["text"] for o in self.open_replies() if o["state"] == "ask"}
        failed = {o["text"] for o in self.open_replies() if o["state"] == "failed"}
        at_network = collections.Counter(re.search(r"risposta \d+\.", s["text"])[0] for s in self.social.sent()
                                         if "risposta" in s["text"])
        for text in self.replies:
            n = at_network[text]
            if n > 1 or (n == 0 and text not in asked):
                wrong.append(f"reply left {n} times: {text}{' (failed)' if text in failed else ''}")
            elif n == 1 and stored[text] > 1:
                wrong.append(f"our reply is {stored[text]} times in the store: {text}")
        wrong += [f"the light: {lie}" for lie in self.light.lies[:3]]
        wrong += [f"the control socket: {self.light.error}"] if self.light.error else []
        fds, used = self.usage()
        if fds > self.before[0] + descriptors:
            wrong.append(f"descriptors: {self.before[0]} -> {fds}")
        if used > self.before[1] + kib and not os.environ.get("SAN"):  # sanitizers keep what was freed
            wrong.append(f"private memory: {self.before[1]} -> {used} KiB")
        self.notes.update(questions=len(self.texts), replies=len(self.replies), asked=len(asked),
                          fds=fds - self.before[0], kib=used - self.before[1])
        if self.page.views:
            stamps = [t for t, _ in self.page.views]
            self.notes["page_gap_s"] = round(max([b - a for a, b in zip(stamps, stamps[1:])] or [0]), 1)
            self.notes["page_opened"] = self.page.opened
        self.light.end()
        self.page.end()
        self.service.stop()
        if self.service.process.returncode != 0:
            wrong.append(f"it ended with {self.service.process.returncode}")
        done = subprocess.run([self.stack.program, "journal", "verify", self.service.settings["data_dir"]],
                              capture_output=True, text=True, timeout=60)
        if done.returncode != 0 or "events hold" not in done.stdout:
            wrong.append(f"the journal: {done.stdout}{done.stderr}")
        check(not wrong, "; ".join(wrong[:6]))
