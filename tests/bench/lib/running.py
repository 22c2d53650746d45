# SPDX-License-Identifier: MIT
"""The figures that need the running service: the light's delay, memory, idling."""
import asyncio
import json
import math
import os
import pathlib
import re
import socket
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tools"))
import service  # noqa: E402

from fake_x import FakeX, accounts  # noqa: E402
from leds import Leds  # noqa: E402

MESSAGES = 1000
POLLED = 20  # accounts, each polled once a second
OPEN = 10_000
PAGE = 100
SETTLE_S = 20
IDLE_S = 60
CHANGE_S = 5  # a change of the light that takes longer is a failure, not a figure


def nearest_rank(values, percent):
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)]


def say(text):
    print(f"    {text}", file=sys.stderr, flush=True)


def tell(name, values):
    ms = [v * 1000 for v in values]
    p50, p90, p99 = (nearest_rank(ms, p) for p in (50, 90, 99))
    say(f"{name}: n {len(ms)}, p50 {p50:.2f}, p90 {p90:.2f}, p99 {p99:.2f}, worst {max(ms):.2f} ms")
    return round(p99, 3)


def light(running):
    """The light's meaning; what is shown in turn with blindness is told apart."""
    lamp = running.ask("view")["lamp"]
    return lamp["meaning"] + (" and blind" if lamp["and_blind"] else "")


def tell_disk(folder):
    """What one commit costs on this disk at the least: so much of the light's delay is not the program's own."""
    took = []
    with open(folder / "disk", "wb", buffering=0) as file:
        for i in range(200):
            start = time.perf_counter()
            os.pwrite(file.fileno(), b"x" * 4096, i % 16 * 4096)
            os.fdatasync(file.fileno())
            took.append(time.perf_counter() - start)
            time.sleep(0.01)
    tell("4 KiB written and synced, for comparison", took)


# ---- the light ---------------------------------------------------------------------------------------------------------

class Lamp:
    """One conversation stays at "warning, unseen" (amber) all the time; each message is urgent at once (red), and its
    acknowledgement shows the amber one again. So both changes are changes of colour, that no rhythm makes by itself."""

    def __init__(self, folder):
        self.leds = Leds(folder / "leds")
        self.fake = FakeX(folder / "x", self.mentions, self.written)
        self.waiting_for = None  # colour whose lighting up ends the measurement under way
        self.lit = None
        self.is_ready = False  # the next poll may bring a message
        self.is_started = False
        self.started = 0.0

    def mentions(self, account):
        if not self.is_started:
            if account == "500000001":
                self.is_started = True
                return [self.fake.post(1, "@banco1 non ha fretta")]
            return []
        if account == "500000001" or not self.is_ready:
            return []
        self.is_ready = False
        return [self.fake.post(2 + self.fake.serial, f"@banco la linea è giù da ieri, {self.fake.serial}. " + "x" * 200)]

    def written(self, account, posts, stamp):
        if account != "500000001":
            self.started = stamp

    def on_leds(self):
        now = time.perf_counter()
        for colour, level in self.leds.changed().items():
            if colour == self.waiting_for and level > 0 and not self.lit.done():
                self.lit.set_result(now)

    def arm(self, colour):
        self.waiting_for = colour
        self.lit = asyncio.get_running_loop().create_future()
        return self.lit

    async def message(self):
        lit = self.arm("red")
        self.is_ready = True
        return await asyncio.wait_for(lit, CHANGE_S) - self.started

    async def ack(self, path):
        """The topmost alarm, as the button does it; the request's bytes leave at the stamp."""
        lit = self.arm("amber")
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as s:
            s.connect(path)
            request = json.dumps({"do": "ack"}).encode() + b"\n"
            stamp = time.perf_counter()
            s.sendall(request)
            took = await asyncio.wait_for(lit, CHANGE_S) - stamp
            s.setblocking(False)
            answer = json.loads(await asyncio.get_running_loop().sock_recv(s, 65536))
        if not answer.get("ok"):
            raise service.Failure(f"ack: {answer}")
        return took


def lamp_config(folder, fake, leds, program):
    policy = {"calendar": "desk", "next_min": 0, "resolution_min": 0, "ack_lease_min": 10000}
    return service.make_config(
        folder, fake, program, accounts(POLLED, lambda i: "Lento" if i == 1 else "Urgente"),
        lamp=leds.config(), calendars=[service.always_open()],
        policies=[{"name": "slow", "first_min": 10000, "warn_floor_min": 10000, "urgent_percent": 99, "urgent_floor_min": 0,
                   **policy}, {"name": "urgent", "first_min": 120, "urgent_floor_min": 120, **policy}],
        brands=[{"name": "Lento", "policy": "slow"}, {"name": "Urgente", "policy": "urgent"}])


async def until(what, seconds, probe, pause=0.05):
    end = time.monotonic() + seconds
    while not probe():
        if time.monotonic() > end:
            raise service.Failure(f"waited {seconds} s for {what}")
        await asyncio.sleep(pause)


async def measure_lamp(folder, program, n):
    lamp = Lamp(folder)
    await lamp.fake.start()
    running = service.Service(program, lamp_config(folder, lamp.fake, lamp.leds, program))
    asyncio.get_running_loop().add_reader(lamp.leds.fd, lamp.on_leds)
    messages, acks = [], []
    try:
        running.start()
        await until("the amber light", 20, lambda: light(running) == "warning, unseen")
        await asyncio.sleep(3)  # the lamp test of the start ends
        for _ in range(n):
            messages.append(await lamp.message())
            acks.append(await lamp.ack(running.socket))
        view = running.ask("view")
        if view["counters"]["open"] != n + 1:
            raise service.Failure(f"{n + 1} conversations should be open: {view['counters']}")
    except asyncio.TimeoutError:
        raise service.Failure(f"the light did not change within {CHANGE_S} s, after {len(messages)} messages: "
                              f"{json.dumps(running.ask('view'))[:600]}") from None
    finally:
        asyncio.get_running_loop().remove_reader(lamp.leds.fd)
        running.stop()
        await lamp.fake.stop()
        lamp.leds.close()
    return {"byte_to_lamp_p99_ms": tell("response -> lamp", messages), "ack_to_lamp_p99_ms": tell("ack -> lamp", acks)}


def lamp(folder, program, n=MESSAGES):
    figures = asyncio.run(measure_lamp(pathlib.Path(folder), program, n))
    tell_disk(pathlib.Path(folder))
    return figures


# ---- memory ------------------------------------------------------------------------------------------------------------

def private_kib(pid):
    """Private memory by mapping; the store's own map (data.mdb) is the kernel's page cache and left out."""
    kib = {}
    name = ""
    for line in pathlib.Path(f"/proc/{pid}/smaps").read_text().splitlines():
        if re.match(r"[0-9a-f]+-[0-9a-f]+ ", line):
            fields = line.split(None, 5)
            name = fields[5] if len(fields) > 5 else "anonymous"
        elif line.startswith(("Private_Clean:", "Private_Dirty:")) and not name.endswith("/data.mdb"):
            kib[name] = kib.get(name, 0) + int(line.split()[1])
    return kib


async def measure_memory(folder, program, n):
    left = n

    def mentions(_account):
        nonlocal left
        some = min(left, PAGE)
        left -= some
        return [fake.post(fake.serial, "@banco la linea è giù da ieri e nessuno risponde al telefono. " + "y" * 190)
                for _ in range(some)]

    fake = await FakeX(folder / "x", mentions).start()
    leds = Leds(folder / "leds")
    rows = accounts(10, lambda i: f"Marca {i % 3}")
    config = service.make_config(folder, fake, program, rows, lamp=leds.config(), calendars=[service.always_open()])
    running = service.Service(program, config)
    try:
        running.start()
        await until(f"{n} open conversations", 90, lambda: running.ask("view")["counters"]["open"] == n, 0.5)
        await asyncio.sleep(SETTLE_S)  # polls go on
        kib = private_kib(running.process.pid)
    finally:
        running.stop()
        await fake.stop()
        leds.close()
    for name, size in sorted(kib.items(), key=lambda item: -item[1])[:5]:
        say(f"{size:6} KiB {os.path.basename(name)}")
    return {"private_10k_mib": round(sum(kib.values()) / 1024, 3)}


def memory(folder, program, n=OPEN):
    return asyncio.run(measure_memory(pathlib.Path(folder), program, n))


# ---- idling ------------------------------------------------------------------------------------------------------------

def read_usage(pid):
    """Wake-ups (voluntary switches) by thread, and seconds of the processor."""
    wakes = {}
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        text = (task / "status").read_text()
        wakes[task.name] = int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", text, re.M)[1])
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return wakes, (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def idle(folder, program, seconds=IDLE_S):
    folder = pathlib.Path(folder)
    leds = Leds(folder / "leds")
    social = service.Social(folder / "social")
    running = None
    try:
        rows = [{**row, "poll_s": 60} for row in service.story_accounts()]
        config = service.make_config(folder, social, program, rows, lamp=leds.config(), calendars=[service.always_open()])
        running = service.Service(program, config).start()
        service.wait_for("the green light", 60, lambda: light(running) == "watching", 0.5)
        time.sleep(3)
        before, used = read_usage(running.process.pid)
        time.sleep(seconds)
        after, used_after = read_usage(running.process.pid)
        if light(running) != "watching":
            raise service.Failure("the light did not stay green: that was no idling")
    finally:
        if running is not None:
            running.stop()
        social.close()
        leds.close()
    threads = {t: (after[t] - before.get(t, 0)) / seconds for t in after}
    say("wake-ups a second by thread: " + ", ".join(f"{n:.2f}" for n in sorted(threads.values(), reverse=True)))
    return {"idle_wakeups_per_s": round(sum(threads.values()), 3),
            "idle_cpu_percent": round((used_after - used) / seconds * 100, 3)}
