# SPDX-License-Identifier: MIT
"""One simulator for all tests, a plain TLS client, and a clock that tests move by hand."""
import http.client
import json
import os
import shutil
import ssl
import subprocess
import tempfile
import time
import unittest
import urllib.request
from urllib.parse import urlencode, urlsplit

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "../../.."))
RUN = os.path.join(ROOT, "tools/social/run")
QUIET = os.path.join(ROOT, "tools/social/scenarios/quiet.toml")
START = 1790951880.0                 # Friday 2 October 2026, 16:38 in Rome
TI, TIM, IS = "100000001", "100000002", "100000003"
PAGE = "200000002"
_running = {}


class Simulator:
    """A process of the simulator and its addresses."""

    def __init__(self, *arguments):
        self.dir = tempfile.mkdtemp(prefix="social-test-")
        self.process = subprocess.Popen([RUN, "--dir", self.dir, *arguments],
                                        stdout=subprocess.PIPE, text=True)
        self.ready = self.process.stdout.readline()
        with open(os.path.join(self.dir, "addresses.json"), encoding="utf-8") as file:
            self.addresses = json.load(file)
        self.context = ssl.create_default_context(cafile=self.addresses["ca"])
        self.kept = {}

    def control(self, method, path, value=None):
        data = None if value is None else json.dumps(value).encode()
        request = urllib.request.Request(self.addresses["control"] + path, data, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def connection(self, network, fresh=False):
        """A kept connection; `fresh` opens one for a call that will spoil it."""
        if not fresh and network in self.kept:
            return self.kept[network]
        where = urlsplit(self.addresses[network])
        made = http.client.HTTPSConnection(where.hostname, where.port, context=self.context, timeout=10)
        if not fresh:
            self.kept[network] = made
        return made

    def stop(self):
        self.process.terminate()
        code = self.process.wait(5)
        self.process.stdout.close()
        for connection in self.kept.values():
            connection.close()
        shutil.rmtree(self.dir)
        return code


class Answer:
    """Status, headers and body; `json` is parsed when asked for."""

    def __init__(self, response):
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.raw = response.read()

    @property
    def json(self):
        return json.loads(self.raw)


def shared():
    if "one" not in _running:
        _running["one"] = Simulator("--scenario", QUIET, "--clock", f"{time.time()}:{START}@1")
    return _running["one"]


def stop():
    for simulator in _running.values():
        simulator.stop()
    _running.clear()


class Case(unittest.TestCase):
    """Begins each test with the quiet scenario at START, and talks to both networks."""

    maxDiff = None

    def setUp(self):
        self.sim = shared()
        self.now = START
        self.travel(0)
        self.control("POST", "/reset", {})

    def control(self, method, path, value=None):
        return self.sim.control(method, path, value)

    def travel(self, seconds):
        """Virtual time jumps and goes on at real speed."""
        self.now += seconds
        self.control("POST", "/clock", {"spec": f"{time.time()}:{self.now}@1"})

    def publish(self, network="x", **spec):
        return self.control("POST", "/publish", {"network": network, **spec})

    def fault(self, kind, network="x", match="", count=1, **params):
        self.control("POST", "/fault", {"network": network, "match": match, "kind": kind, "count": count,
                                        "params": params})

    def call(self, network, method, path, body=None, token=None, headers=None, fresh=False, **query):
        query = {key.replace("__", "."): value for key, value in query.items()}
        target = path + ("?" + urlencode(query) if query else "")
        head = dict(headers or {})
        if token:
            head["Authorization"] = "Bearer " + token
        data = None
        if body is not None:
            data = json.dumps(body)
            head.setdefault("Content-Type", "application/json")
        connection = self.sim.connection(network, fresh)
        try:
            connection.request(method, target, data, head)
            return Answer(connection.getresponse())
        finally:
            if fresh:
                connection.close()

    def x(self, method, path, body=None, token="x-token-TIM4UStaff", **rest):
        return self.call("x", method, path, body, token, **rest)

    def fb(self, method, path, body=None, token="fb-token-TIM", **rest):
        return self.call("facebook", method, "/v26.0" + path, body, token, **rest)

    def mention(self, text="@TIM4UStaff la linea è giù", author="mrossi", **more):
        return self.publish(author=author, text=text, **more)["id"]

    def reply(self, parent, text, **more):
        return self.x("POST", "/2/tweets", {"text": text, "reply": {"in_reply_to_tweet_id": parent}}, **more)
