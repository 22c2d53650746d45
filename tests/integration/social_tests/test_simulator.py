# SPDX-License-Identifier: MIT
"""The simulator itself: TLS, clock, scenarios, control API, its end."""
import json
import os
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
from urllib.parse import urlsplit

from harness import ROOT, RUN, START, TIM, Case, Simulator

sys.path.insert(0, os.path.join(ROOT, "tools/social"))

from simulator import text  # noqa: E402  (the path comes first)
from simulator.clock import Clock  # noqa: E402

STORY = os.path.join(ROOT, "tools/social/scenarios/story.toml")
CASES = os.path.join(ROOT, "../shared/data/twitter-text/validate.yml")


class Tls(Case):
    def handshake(self, context, session=None, name="localhost", address="127.0.0.1"):
        port = urlsplit(self.sim.addresses["x"]).port
        with socket.create_connection((address, port), 5) as plain:
            with context.wrap_socket(plain, server_hostname=name, session=session) as tls:
                tls.sendall(b"GET /2/users/me HTTP/1.1\r\nHost: localhost\r\n\r\n")
                self.assertTrue(tls.recv(4096).startswith(b"HTTP/1.1 401"))
                return tls.version(), tls.session_reused, tls.session

    def test_versions_names_and_resumption(self):
        for version, shown in ((ssl.TLSVersion.TLSv1_2, "TLSv1.2"), (ssl.TLSVersion.TLSv1_3, "TLSv1.3")):
            context = ssl.create_default_context(cafile=self.sim.addresses["ca"])
            context.maximum_version = version
            first = self.handshake(context)
            self.assertEqual(first[:2], (shown, False))
            self.assertEqual(self.handshake(context, first[2])[:2], (shown, True))
        self.handshake(context, name="127.0.0.1")

    def test_nobody_else_trusts_it(self):
        with self.assertRaises(ssl.SSLCertVerificationError):
            self.handshake(ssl.create_default_context())
        context = ssl.create_default_context(cafile=self.sim.addresses["ca"])
        with self.assertRaises(ssl.SSLCertVerificationError):
            self.handshake(context, name="api.x.com")

    def test_wrong_certificates(self):
        context = ssl.create_default_context(cafile=self.sim.addresses["ca"])
        try:
            for kind, word in (("expired", "expired"), ("wrong_name", "mismatch"), ("stranger", "verify failed")):
                self.control("POST", "/tls", {"certificate": kind})
                with self.assertRaises(ssl.SSLCertVerificationError) as caught:
                    self.handshake(context)
                self.assertIn(word, str(caught.exception))
        finally:
            self.control("POST", "/tls", {"certificate": "good"})
        self.handshake(context)

    def test_outage_and_return(self):
        self.x("GET", "/2/users/me")
        self.control("POST", "/outage", {"network": "x"})
        with self.assertRaises(ConnectionRefusedError):
            self.x("GET", "/2/users/me", fresh=True)
        self.assertEqual(self.fb("GET", "/me").status, 200)
        self.control("POST", "/outage", {"network": "x", "refuse": False})
        self.assertEqual(self.x("GET", "/2/users/me", fresh=True).status, 200)
        self.sim.kept.pop("x").close()

    def test_connections_are_counted(self):
        self.control("DELETE", "/requests")
        for _ in range(5):
            self.x("GET", "/2/users/me")
        stats = self.control("GET", "/stats")
        self.assertEqual((stats["requests"], stats["networks"]["x"]["requests_kept"] >= 4), (5, True))
        self.assertEqual(stats["operations"], {"x.me": 5})


class ClockRules(unittest.TestCase):
    def test_legs(self):
        clock = Clock("1000:5000@10,6000@100,7000@0", real=lambda: 0)
        for real, virtual in ((900, 5000), (1000, 5000), (1050, 5500), (1100, 6000), (1105, 6500), (1111, 7000)):
            self.assertAlmostEqual(clock.at(real), virtual)
        self.assertAlmostEqual(clock.real_of(5500), 1050)
        self.assertAlmostEqual(clock.real_of(6500), 1105)
        self.assertIsNone(clock.real_of(7001))

    def test_mistakes(self):
        for spec in ("", "5", "5:", "5:6", "5:6@x", "5:6@-1", "5:6@1,5@1", "5:6@0,7@1"):
            with self.assertRaises(ValueError):
                Clock(spec or "x")


class Control(Case):
    def test_mistakes_are_sentences(self):
        for path, value in (("/publish", {"network": "x"}), ("/publish", {"network": "x", "kind": "foo",
                                                                          "author": "a"}),
                            ("/fault", {"kind": "foo"}), ("/settings", {"foo": 1}), ("/clock", {"spec": "x"})):
            with self.assertRaises(urllib.error.HTTPError) as caught:
                self.control("POST", path, value)
            with caught.exception as answer:
                self.assertEqual(answer.code, 400)
                self.assertTrue(json.load(answer)["error"])

    def test_bulk_is_fast(self):
        items = [{"network": "x", "author": f"u{n % 50}", "text": f"@TIM4UStaff {n}"} for n in range(5000)]
        start = time.monotonic()
        answer = self.control("POST", "/bulk", items)
        self.assertEqual((answer["count"], len(set(answer["ids"]))), (5000, 5000))
        self.assertLess(time.monotonic() - start, 2)

    def test_requests_are_remembered_without_secrets(self):
        self.call("facebook", "GET", "/v26.0/me", access_token="fb-token-TIM", fields="id")
        self.x("GET", f"/2/users/{TIM}/mentions", max_results=7)
        entries = self.control("GET", "/requests?last=2")["requests"]
        self.assertEqual([(e["op"], e["account"], e["status"]) for e in entries],
                         [("me", "TIM", 200), ("mentions", "TIM4UStaff", 200)])
        self.assertEqual(entries[0]["query"], {"access_token": "***", "fields": "id"})

    def test_reset(self):
        self.mention()
        self.control("POST", "/settings", {"dialect": "post"})
        self.control("POST", "/reset", {})
        state = self.control("GET", "/state")
        self.assertEqual((state["x"]["posts"], state["settings"]["dialect"]), ([], "tweet"))
        self.assertEqual(len(state["x"]["accounts"]), 3)
        self.assertEqual(len(state["facebook"]["accounts"]), 3)


class Scenarios(unittest.TestCase):
    def test_the_story(self):
        simulator = Simulator("--scenario", STORY, "--clock", f"{time.time()}:{START}@100000")
        try:
            for _ in range(50):
                time.sleep(0.1)
                state = simulator.control("GET", "/state")
                if all(step["done"] for step in state["steps"]):
                    break
            self.assertEqual([step for step in state["steps"] if step["error"] or not step["done"]], [])
            first = state["x"]["posts"][0]
            self.assertEqual(first["created_at"], "2026-10-02T14:38:20.000Z")
            texts = [post["text"] for post in state["x"]["posts"] if post["author"] == "marcoferri74"]
            self.assertGreater(len(texts), 5)
            self.assertTrue(state["facebook"]["conversations"])
        finally:
            self.assertEqual(simulator.stop(), 0)

    def test_wrong_files_end_with_2(self):
        for content in ("[[step]]\ndo = 'dance'\n", "[[stepp]]\n", "= 1\n",
                        "[[account]]\nnetwork = 'x'\n", "[settings]\nfoo = 1\n",
                        "[[account]]\nnetwork = 'icq'\nhandle = 'a'\n"):
            with tempfile.NamedTemporaryFile("w", suffix=".toml") as file, \
                    tempfile.TemporaryDirectory() as directory:
                file.write(content)
                file.flush()
                done = subprocess.run([RUN, "--dir", directory, "--scenario", file.name],
                                      capture_output=True, text=True, timeout=10, check=False)
                self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1), done.stderr)

    def test_ready_line_and_quick_end(self):
        simulator = Simulator()
        self.assertRegex(simulator.ready, r"^ready x=https://localhost:\d+ facebook=https://localhost:\d+ mastodon=https://localhost:\d+ "
                                          r"control=http://127\.0\.0\.1:\d+\n$")
        start = time.monotonic()
        self.assertEqual(simulator.stop(), 0)
        self.assertLess(time.monotonic() - start, 1)


class Text(unittest.TestCase):
    @unittest.skipUnless(os.path.exists(CASES), "../shared/data/twitter-text is missing")
    def test_weighted_length_of_official_cases(self):
        try:
            import yaml
        except ImportError:
            self.skipTest("python3-yaml is missing")
        with open(CASES, encoding="utf-8") as file:
            cases = yaml.safe_load(file)["tests"]
        wrong = []
        for case in cases["WeightedTweetsWithDiscountedEmojiCounterTest"] + \
                cases["UnicodeDirectionalMarkerCounterTest"]:
            if text.weighted_length(case["text"]) != case["expected"]["weightedLength"]:
                wrong.append((case["description"], text.weighted_length(case["text"]),
                              case["expected"]["weightedLength"]))
        self.assertEqual(wrong, [])
