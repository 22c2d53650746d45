# SPDX-License-Identifier: MIT
"""The cases. Each says what the wire does and for how long, and what must be seen meanwhile; what must hold in all of
them is asked by World.settle() and World.judge()."""
import contextlib
import random
import re
import socket
import struct
import threading
import time

import bad
import lab
from bad import Visits, check

WORK_S = 20
SHORT_S = 8
ALL = []


class Form:
    """The short one of `make test` works less; so does what is asked for by name within it."""
    is_short = False


class Case:
    def __init__(self, name, title, run, is_short, world):
        self.name, self.title, self.run, self.is_short, self.world = name, title, run, is_short, world


def case(name, title, is_short=False, **world):
    def keep(function):
        ALL.append(Case(name, title, function, is_short, world))
        return function
    return keep


def note_visits(w, visits, most_failed=0, at_least=1):
    took = sorted(visits.took)
    w.notes["visits"] = f"{len(took)}/{len(took) + len(visits.failed)}"
    if took:
        w.notes["visit_worst_s"] = round(took[-1], 2)
    check(len(took) >= at_least, f"the page answered {len(took)} times only: {visits.failed[:2]}")
    check(len(visits.failed) <= most_failed, f"the page failed {len(visits.failed)} times of "
          f"{len(took) + len(visits.failed)}: {visits.failed[:3]}")


def check_wire(stats, visits, wire):
    """The wire did what it was told: a case that is green on a good wire shows nothing."""
    for key, count in (("loss", "lost"), ("reorder", "held"), ("duplicate", "doubled"), ("mtu", "large")):
        check(not wire.get(key) or stats[count] > 0, f"the wire did not do {key}: {stats}")
    rounds_s = 5 * (wire.get("delay", 0) - wire.get("jitter", 0)) / 1000  # TCP, TLS, HTTP: three round trips
    check(not visits.took or min(visits.took) >= rounds_s, f"a visit in {min(visits.took or [0]):.3f} s: no delay")


# ---- loss, delay, disorder -----------------------------------------------------------------------------------------------

def bad_wire(name, title, most_failed, seconds=WORK_S, is_short=False, slack_s=15.0, setting=None, **wire):
    """A desk at work while the wire is like that."""
    @case(name, title, is_short, slack_s=slack_s, **(setting or {}))
    def run(w):
        w.wire(**wire)
        with Visits() as visits:
            w.work(SHORT_S if Form.is_short else seconds)
        w.notes["in_s"] = round(w.wait_in(60), 1)  # still on the bad wire
        stats = w.lab.wire.stats()
        w.settle()
        note_visits(w, visits, most_failed)
        check_wire(stats, visits, wire)
        w.notes["frames"], w.notes["frames_lost"] = stats["in"], stats["lost"]
        w.judge()


bad_wire("calm", "a good wire: what the others are measured by", 0, slack_s=3.0)
bad_wire("loss1", "1 % of the frames are lost", 0, loss=1)
bad_wire("loss5", "5 % of the frames are lost", 0, loss=5, is_short=True)
bad_wire("loss10", "10 % of the frames are lost", 1, seconds=30, loss=10)
bad_wire("delay", "100 ms there and back, 20 ms of jitter", 0, delay=50, jitter=10)
bad_wire("satellite", "600 ms there and back, 100 ms of jitter", 0, seconds=30, delay=300, jitter=50)
bad_wire("reorder", "a quarter of the frames is overtaken", 0, delay=10, reorder=25)
bad_wire("duplicate", "a fifth of the frames comes twice", 0, duplicate=20)
bad_wire("dirty", "5 % lost, 100 ms, overtaken and doubled ones, all at once", 1, seconds=30, loss=5, delay=50, jitter=20,
         reorder=20, duplicate=10)
bad_wire("mtu576", "a link that carries 576 bytes", 0, setting={"mtu": 576})
bad_wire("mtu1280", "a link that carries 1280 bytes", 0, setting={"mtu": 1280})
bad_wire("path1280", "a path narrower than its ends, routers that say so", 0, mtu=1280)
bad_wire("path576", "the same, 576 bytes", 0, mtu=576)
bad_wire("loss5_v6", "5 % lost, IPv6 only", 0, setting={"v4": (), "v6": (lab.NET6,)}, loss=5)


@case("black_hole", "a path of 1280 bytes whose routers say nothing, big answers: told, and whole when it is mended", slack_s=25.0)
def black_hole(w):
    w.work(4)
    w.wait_in(30)
    w.wire(mtu=1280, hole=1)
    for _ in range(8):  # more than a segment, also when packed
        w.publish(more=random.Random(len(w.texts)).randbytes(180).hex())
    w.notes["told_s"] = round(w.wait("every account to say so", 75, lambda: w.health() == {"outage"}), 1)
    w.notes["words"] = w.accounts()[bad.NAMES[0]]["detail"][:90]
    w.notes["large"] = w.lab.wire.stats()["large"]
    check(w.notes["large"], "nothing was too large for the hole")
    w.settle(90)
    w.judge()


@case("black_hole_page", "the same towards staff, on a kernel that probes (net.ipv4.tcp_mtu_probing=1): the page comes", slack_s=25.0)
def black_hole_page(w):
    w.lab.set_in_box("net/ipv4/tcp_mtu_probing", 1)
    w.wire(mtu=1280, hole=1)
    with Visits() as visits:
        w.work(25)
    w.notes["large"] = w.lab.wire.stats()["large"]
    check(w.notes["large"], "nothing was too large for the hole")
    w.settle()
    note_visits(w, visits, 0, 3)
    w.judge()


# ---- a peer that vanishes --------------------------------------------------------------------------------------------------

def wait_told(w, since, within_s):
    """Every account says that it is cut off, in words; the light was blind in time and stays so."""
    w.notes["told_s"] = round(w.wait("every account to say so", within_s, lambda: w.health() <= {"outage"}), 1)
    for name, a in w.accounts().items():
        check(len(a["detail"]) > 15, f"{name}: no words: {a}")
        w.notes.setdefault("words", a["detail"][:90])
    w.wait("the light to be blind", 5, lambda: w.light.seen[-1][1] == "blind")
    late = [t - since for t, what in w.light.seen if t - since > bad.BLIND_S + 2 and what != "blind"]
    check(not late, f"the light was not blind {late[:1]} s after the wire was cut")


def vanish(name, title, begin, is_short=False, within_s=75, **wire):
    @case(name, title, is_short)
    def run(w):
        w.work(4)
        w.wait_in(30)
        begin(w)
        since = time.monotonic()
        w.wire(**wire)
        w.publish()
        wait_told(w, since, within_s)
        w.settle()
        w.work(3)
        w.settle()
        w.judge()


def slow(w, ms):
    """The networks take what they are asked and answer after `ms`: the cut falls in between."""
    for network in "x", "facebook", "mastodon":
        w.social.call("/fault", {"network": network, "match": "", "kind": "slow", "params": {"ms": ms}})


def begin_request(w):
    slow(w, 6000)
    time.sleep(bad.POLL_S + 1)
    w.social.call("/faults", method="DELETE")


def lose_connections(w):
    w.wire(cut=1)
    w.wait("every account to be cut off", 75, lambda: w.health() == {"outage"})


vanish("vanish_request", "the link is dead while answers to polls are awaited", begin_request, cut=1)


@case("vanish_handshake", "connections come about, and TLS hears nothing")
def vanish_handshake(w):
    w.work(4)
    w.wait_in(30)
    lose_connections(w)
    w.wire(mute=1)
    w.publish()
    w.notes["told_s"] = round(w.wait("words about TLS", 60, lambda: all(
        "TLS" in a["detail"] for a in w.accounts().values())), 1)
    w.notes["words"] = w.accounts()[bad.NAMES[0]]["detail"][:90]
    w.settle()
    w.judge()


@case("vanish_write", "the link is dead after a reply was taken, before the answer: sent once, or asked", True)
def vanish_write(w):
    w.work(4)
    w.wait_in(30)
    slow(w, 4000)
    before = len(w.social.sent())
    text = w.reply()
    check(text, "nothing to reply to")
    w.wait("the reply at the network", 15, lambda: len(w.social.sent()) > before)
    since = time.monotonic()
    w.wire(cut=1)
    w.publish()
    wait_told(w, since, 75)
    w.social.call("/faults", method="DELETE")
    w.settle()
    w.judge()


@case("cable", "the cable is pulled for 40 s and put in again")
def cable(w):
    w.work(4)
    w.wait_in(30)
    since = time.monotonic()
    w.lab.set_link(False)
    w.publish()
    wait_told(w, since, 75)
    time.sleep(max(0.0, 40 - (time.monotonic() - since)))
    w.lab.set_link(True)
    w.settle()
    w.judge()


@case("flaps", "the link comes and goes every two seconds", slack_s=20.0)
def flaps(w):
    end = time.monotonic() + 30
    while time.monotonic() < end:
        w.wire(cut=1)
        w.publish()
        time.sleep(2)
        w.wire()
        time.sleep(2)
        w.reply()
    w.settle()
    w.judge()


def listening():
    """How many streams the program believes in; lwIP's sockets are no descriptors that /proc shows."""
    _, body = bad.get("/metrics")
    return int(re.search(rb"^vedetta_http_streams (\d+)", body, re.M)[1])


@case("vanish_page", "phones that listen and vanish without a word: the next one is served, their places are free again")
def vanish_page(w):
    streams = []
    with contextlib.ExitStack() as stack:
        for _ in range(23):
            s = stack.enter_context(bad.open_tls(10, source=lab.OTHER))
            s.sendall(b"GET /events?view=wall HTTP/1.1\r\nHost: box\r\n\r\n")
            check(b"200" in s.recv(64), "a stream was refused")
            streams.append(s)
        w.wire(lost=lab.OTHER)
        w.work(10)
        w.page.views.clear()
        # A new phone: beside the page that listens all the time it would be the 25th.
        for i in range(4):
            s = stack.enter_context(bad.open_tls(10))
            s.sendall(b"GET /events?view=wall HTTP/1.1\r\nHost: box\r\n\r\n")
            check(b" 200 " in s.recv(64), f"new page {i + 1} was refused while those that vanished hold the places")
        w.notes["freed_s"] = round(w.wait("the places to be free", 150, lambda: listening() <= 6), 1)
    w.settle()
    w.judge(kib=8192)  # 24 listeners with their queues: had once, kept for the next ones


# ---- people who mean it ------------------------------------------------------------------------------------------------------

@case("rst_storm", "a tenth of the segments becomes a reset that both ends believe", slack_s=15.0)
def rst_storm(w):
    w.wire(rst=10)
    w.work(WORK_S)
    w.notes["forged"] = w.lab.wire.stats()["forged"]
    check(w.notes["forged"] > 20, f"{w.notes['forged']} resets are no storm")
    w.settle()
    w.judge()


@case("rst_blind", "resets with wrong numbers beside each segment: nothing ends", slack_s=8.0)
def rst_blind(w):
    w.wait("the page", 10, lambda: w.page.opened)
    since = w.social.call("/stats")["connections"]
    w.wire(blind=4)
    with Visits() as visits:
        w.work(WORK_S)
    w.notes["forged"] = w.lab.wire.stats()["forged"]
    check(w.notes["forged"] > 20, f"{w.notes['forged']} resets are no storm")
    opened, connections = w.page.opened, w.social.call("/stats")["connections"] - since
    w.settle()
    note_visits(w, visits)
    check(opened == 1, f"the page's stream was cut {opened - 1} times: {w.page.troubles}")
    w.notes["new_connections"] = connections
    check(connections <= 6, f"{connections} new connections to the networks: resets with wrong numbers were believed")
    w.judge()


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total >> 16) + (total & 0xffff)
    return ~(total + (total >> 16)) & 0xffff


def mac_of_box(w):
    text = lab.ip("-o", "link", "show", "box0", pid=w.lab.box)
    return bytes.fromhex(text.split("link/ether ")[1].split()[0].replace(":", ""))


def flood(w, n, per_s):
    """SYNs for the page's port from addresses that nobody has."""
    rng = random.Random(n)
    mac = mac_of_box(w)
    to = socket.inet_aton(lab.BOX)
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0x0800) as s:
        s.bind(("net0", 0x0800))
        begun = time.monotonic()
        for i in range(n):
            source = struct.pack("!BBH", 198, rng.choice((18, 19)), rng.randrange(1, 65535))  # RFC 2544
            head = struct.pack("!BBHHHBBH", 0x45, 0, 40, i & 0xffff, 0, 64, 6, 0) + source + to
            head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
            tcp = struct.pack("!HHIIBBHHH", rng.randrange(1024, 65535), bad.PORT, rng.getrandbits(32), 0, 0x50, 2, 64240, 0, 0)
            total = checksum(source + to + struct.pack("!BBH", 0, 6, 20) + tcp)
            tcp = tcp[:16] + struct.pack("!H", total) + tcp[18:]
            with contextlib.suppress(BlockingIOError, OSError):
                s.send(mac + b"\x02\0\0\0\0\1\x08\0" + head + tcp)
            ahead = begun + i / per_s - time.monotonic()
            if ahead > 0.005:
                time.sleep(ahead)


@case("syn_flood", "10,000 SYNs that nobody sent: the page answers meanwhile and afterwards, polls go on", True, slack_s=4.0)
def syn_flood(w):
    attack = threading.Thread(target=flood, args=(w, 10000, 1000), daemon=True)
    attack.start()
    time.sleep(1)
    with Visits(timeout=12) as visits:
        while attack.is_alive():
            w.publish()
            w.reply()
            time.sleep(2)
    with Visits(timeout=12) as after:
        time.sleep(4)
    w.settle()
    w.notes["after"] = f"{len(after.took)}/{len(after.took) + len(after.failed)}"
    note_visits(w, visits)
    check(after.took and not after.failed, f"afterwards: {after.failed[:2]}")
    w.judge()


def hold(w, open_one, n, seconds):
    """`n` connections of one attacker, each opened again as soon as it is ended; the page is visited meanwhile."""
    over = threading.Event()
    again = [0]

    def attack():
        while not over.is_set():
            with contextlib.suppress(OSError):
                with open_one() as s:
                    again[0] += 1
                    s.settimeout(1)
                    while not over.is_set():
                        try:
                            if not s.tick(s):
                                break
                        except socket.timeout:
                            continue
                        over.wait(1)
            over.wait(0.1)
    threads = [threading.Thread(target=attack, daemon=True) for _ in range(n)]
    for t in threads:
        t.start()
    time.sleep(3)
    with Visits(timeout=12) as visits:
        w.work(seconds)
    over.set()
    time.sleep(1)
    for t in threads:
        t.join(5)
    w.notes["attacks"] = again[0]
    check(again[0] >= n // 2, f"{again[0]} connections of the attacker's")
    return visits


class Slow(socket.socket):
    """A client of the attacker's with a habit: `tick` is done once a second, and says whether to go on."""
    tick = None


def slow_client(tick, small=False):
    s = Slow(socket.AF_INET, socket.SOCK_STREAM)
    if small:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    s.settimeout(5)
    s.bind((lab.OTHER, 0))
    s.connect((lab.BOX, bad.PORT))
    s.tick = tick
    return s


def is_open(s):
    s.setblocking(False)
    try:
        return s.recv(1, socket.MSG_PEEK) != b""
    except BlockingIOError:
        return True


# A client's hello that is never whole: a record's head that promises 512 bytes.
def dribble(s):
    s.sent = getattr(s, "sent", 0) + 1
    s.send((b"\x16\x03\x01\x02\x00" + b"\x01" * 600)[s.sent - 1:s.sent])
    return is_open(s)


def loris(name, title, open_one, n=60, seconds=16, is_short=False, kib=bad.MEMORY_KIB):
    @case(name, title, is_short, slack_s=4.0)
    def run(w):
        if not Form.is_short:
            hold(w, open_one, n, 3)
            w.wait("what was held to be free", 90, lambda: w.usage()[0] <= w.before[0] + 10)
            w.before = w.usage()  # memory that was had once is had again
        visits = hold(w, open_one, n, SHORT_S if Form.is_short else seconds)
        w.settle()
        note_visits(w, visits)
        w.judge(kib=max(kib, 4096) if Form.is_short else kib)


def silent():
    return slow_client(is_open)


def dribbler():
    return slow_client(dribble)


class Shell:
    """A TLS client that asks for something big, or for a stream, and reads no more."""

    def __init__(self, request):
        raw = bad.connect(8, lab.OTHER, small=True)
        self.s = bad.context().wrap_socket(raw)
        self.s.sendall(request)
        self.tick = lambda _self: True
        self.until = time.monotonic() + 8

    def settimeout(self, seconds):
        self.s.settimeout(seconds)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.s.close()


def reader():
    return Shell(b"GET /static/staff.js HTTP/1.1\r\nHost: box\r\n\r\n" * 20)


def listener():
    return Shell(b"GET /events?view=wall HTTP/1.1\r\nHost: box\r\n\r\n")


def header():
    s = Shell(b"GET /wall HTTP/1.1\r\n")
    s.tick = lambda me: bool(me.s.send(b"X"))
    return s


loris("loris_silent", "60 connections that say nothing", silent)
loris("loris_hello", "60 that say their TLS hello a byte a second", dribbler, is_short=True)
loris("loris_header", "60 that send a header a byte a second", header)
loris("loris_read", "60 that ask for much and read nothing", reader)
# What 24 queues may hold, and what lwIP holds itself for them; had once, kept for the next ones.
loris("loris_listen", "60 that listen to the page's stream and read nothing", listener, kib=10240)
