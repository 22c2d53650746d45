# SPDX-License-Identifier: MIT
"""Runs the simulated networks and the service side by side: for the demo, the replay, the tests and the benches.

Everything lives in one folder that the caller gives; both processes are ended by their own ids. The service's
interface is used as a person would use it: a configuration file, `vedetta ctl`, the pages.
"""
import json
import os
import pathlib
import signal
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
PYTHON = "/usr/bin/python3"
DEMO_PIN = "2468"
# The program on a network stack of its own (tests/lwip/namespace): where it is, where the simulated networks are.
NET = json.loads(os.environ.get("VEDETTA_TEST_NET", "{}"))


class Failure(Exception):
    """Something did not start, or did not answer as it must."""


def wait_for(what, seconds, probe, pause=0.02):
    """Asks `probe` until it gives something true; a Failure that says what was waited for."""
    end = time.monotonic() + seconds
    while True:
        got = probe()
        if got:
            return got
        if time.monotonic() > end:
            raise Failure(f"waited {seconds} s for {what}")
        time.sleep(pause)


def end_process(process, seconds=5):
    if process is None or process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def write_private(path, text):
    path.write_text(text)
    path.chmod(0o600)
    return path


class Social:
    """The simulated networks in a process of their own."""

    def __init__(self, folder, scenario=None, clock=None, extra=()):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "addresses.json").unlink(missing_ok=True)
        command = [PYTHON, ROOT / "tools/social/run", "--dir", self.folder]
        command += ["--scenario", scenario or ROOT / "tools/social/scenarios/quiet.toml"]
        command += ["--clock", clock] if clock else []
        command += ["--host", NET.get("name", NET["peer"]), "--listen", NET["peer"]] if NET else []
        self.log = open(self.folder / "social.log", "w")
        self.process = subprocess.Popen([str(c) for c in [*command, *extra]], stdout=self.log, stderr=self.log,
                                        stdin=subprocess.DEVNULL)
        self.addresses = wait_for("the simulated networks", 20, self._ready)

    def _ready(self):
        if self.process.poll() is not None:
            raise Failure(f"the simulated networks ended: {(self.folder / 'social.log').read_text()[-2000:]}")
        path = self.folder / "addresses.json"
        return json.loads(path.read_text()) if path.exists() else None

    def call(self, path, body=None, method=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.addresses["control"] + path, data=data, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            raise Failure(f"{path}: {error.code} {error.read()[:500]}") from error

    def publish(self, **post):
        return self.call("/publish", post)

    def sent(self):
        return self.call("/sent")["sent"]

    def close(self):
        end_process(self.process)
        self.log.close()


def default_calendar():
    return {"name": "desk", "zone": "Europe/Rome", "hours": "1-5=09:00-18:00!italy"}


def always_open():
    return {"name": "desk", "zone": "UTC0", "hours": "0-6=00:00-24:00"}


def hash_pin(program, pin=DEMO_PIN):
    out = subprocess.run([program, "hash-pin"], input=pin + "\n", capture_output=True, text=True, timeout=30, check=True)
    return out.stdout.strip()


def make_config(folder, social, program, accounts, **changes):
    """A configuration for `accounts` (dicts with name, brand, network, user_id, handle, token) of the simulated networks."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    brands = sorted({a["brand"] for a in accounts})
    config = {
        "data_dir": str(folder / "data"),
        "ca_file": social.addresses["ca"],
        "language": "en",
        "wall": "ops",
        "web": {"listen": NET.get("service", "127.0.0.1"), "port": 0, "tls": True, "hosts": "localhost"},
        "net": NET.get("net", {}),
        "lamp": {"kind": "none"},
        "calendars": [default_calendar()],
        "policies": [{"name": "standard", "calendar": "desk"}],
        "brands": [{"name": b, "policy": "standard"} for b in brands],
        "accounts": [],
        "staff": [
            {"name": "Anna", "initials": "AN", "role": "supervisor", "pin_hash": hash_pin(program)},
            {"name": "Marco", "initials": "MA", "role": "agent", "pin_hash": hash_pin(program)},
        ],
    }
    for account in accounts:
        token = write_private(folder / f"{account['name']}.token", account["token"] + "\n")
        row = {k: v for k, v in account.items() if k not in ("token", "secret")}
        row["token_file"] = str(token)
        if account.get("secret"):
            row["app_secret_file"] = str(write_private(folder / f"{account['name']}.secret", account["secret"] + "\n"))
        row.setdefault("poll_s", 1)
        row.setdefault("base_url", social.addresses[account["network"]])
        config["accounts"].append(row)
    config.update(changes)
    path = folder / "vedetta.json"
    path.write_text(json.dumps(config, indent=2, ensure_ascii=False) + "\n")
    return path


def story_accounts(networks=("x", "facebook", "mastodon")):
    """The accounts of quiet.toml and story.toml."""
    names = ("TelecomItalia", "Telecom Italia"), ("TIM4UStaff", "TIM"), ("ImpresaSemplice", "Impresa Semplice")
    rows = []
    for i, (handle, brand) in enumerate(names, 1):
        if "x" in networks:
            rows.append({"name": f"{handle.lower()}-x", "brand": brand, "network": "x", "handle": handle,
                         "user_id": str(100000000 + i), "token": f"x-token-{handle}"})
    for i, (page, brand) in enumerate((("TelecomItalia", "Telecom Italia"), ("TIM", "TIM"),
                                       ("ImpresaSemplice", "Impresa Semplice")), 1):
        if "facebook" in networks:
            rows.append({"name": f"{page.lower()}-facebook", "brand": brand, "network": "facebook", "handle": page,
                         "user_id": str(200000000 + i), "token": f"fb-token-{page}"})
    if "mastodon" in networks:
        rows.append({"name": "tim-mastodon", "brand": "TIM", "network": "mastodon", "handle": "TIM",
                     "user_id": "tim@social.example", "token": "mastodon-token-TIM"})
    return rows


class Service:
    """The real program on a configuration."""

    def __init__(self, program, config, clock="", arguments=(), env=None):
        self.program = str(program)
        self.config = pathlib.Path(config)
        self.settings = json.loads(self.config.read_text())
        self.socket = str(pathlib.Path(self.settings["data_dir"]) / "control")
        self.env = {**os.environ, "VEDETTA_CLOCK": clock or "", **(env or {})}
        self.arguments = list(arguments)
        self.log_path = self.config.with_suffix(".log")
        self.process = None

    def start(self, wait=True):
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen([self.program, "run", *self.arguments, str(self.config)], env=self.env,
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        if wait:
            wait_for("the service", 20, self.is_up)
        return self

    def is_up(self):
        if self.process.poll() is not None:
            raise Failure(f"the service ended with {self.process.returncode}: {self.tail()}")
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as s:
                s.connect(self.socket)
                return True
        except OSError:
            return False

    def tail(self, n=3000):
        return self.log_path.read_text(errors="replace")[-n:] if self.log_path.exists() else ""

    def last_seen(self, number):
        """As a person would: looks at the conversation before answering it."""
        return self.ask("conversation", id=number).get("seen_messages", 1)

    def ask(self, what, **more):
        """One request over the control socket, as `vedetta ctl` makes it; a reply without `seen` is made after a look."""
        if what == "reply":
            more.setdefault("seen", self.last_seen(more.get("id")))
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as s:
            s.settimeout(15)
            s.connect(self.socket)
            s.sendall(json.dumps({"do": what, **more}).encode() + b"\n")
            data = b""
            while part := s.recv(1 << 16):
                data += part
        if not data:
            raise Failure(f"no answer to {what}")
        return json.loads(data)

    def ctl(self, *words, check=True):
        if "reply" in words[:2] and "--seen" not in words and "--unseen" not in words:
            words = *words, "--seen", self.last_seen(words[list(words).index("reply") + 1])
        words = [word for word in words if word != "--unseen"]  # a test of what is refused
        done = subprocess.run([self.program, "ctl", "--socket", self.socket, *map(str, words)], capture_output=True,
                              text=True, timeout=30)
        if check and done.returncode != 0:
            raise Failure(f"ctl {' '.join(map(str, words))}: {done.stderr}")
        return done

    def web_url(self):
        """Where the pages are: the service says it in its log."""
        def find():
            for line in reversed(self.tail(200000).splitlines()):
                if "staff page and wall: " in line:
                    return line.split("staff page and wall: ")[1].split()[0].rstrip("/")
            return None
        return wait_for("the address of the pages", 10, find)

    def open(self, path, data=None, headers=None, timeout=10):
        """A request to the pages; the self-made certificate is what this box shows, so it is not checked here."""
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        request = urllib.request.Request(self.web_url() + path, data=data, headers=headers or {})
        return urllib.request.urlopen(request, timeout=timeout, context=context)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        end_process(self.process)
