# SPDX-License-Identifier: MIT
"""Each fault, as a client sees it."""
import gzip
import http.client
import json
import time

from harness import PAGE, TIM, Case

MENTIONS = f"/2/users/{TIM}/mentions"


class Faults(Case):
    def get(self, **query):
        return self.x("GET", MENTIONS, fresh=True, **query)

    def test_strikes_as_often_as_told(self):
        self.fault("status", match="mentions", count=2, status=500)
        self.assertEqual([self.get().status for _ in range(3)], [500, 500, 200])
        self.control("POST", "/fault", {"network": "x", "match": "/mentions$", "kind": "status", "skip": 1,
                                        "account": "TelecomItalia"})
        self.assertEqual(self.get().status, 200)
        other = [self.x("GET", MENTIONS, token="x-token-TelecomItalia").status for _ in range(3)]
        self.assertEqual(other, [200, 503, 503])
        self.control("DELETE", "/faults")
        self.assertEqual(self.x("GET", MENTIONS, token="x-token-TelecomItalia").status, 200)

    def test_answers_of_x(self):
        cases = (("html", {"status": 502}, 502, None), ("unauthorized", {}, 401, "Unauthorized"),
                 ("forbidden", {"detail": "This operation is not permitted."}, 403, "Forbidden"),
                 ("payment", {}, 402, "CreditsDepleted"), ("rate_limit", {}, 429, "Too Many Requests"),
                 ("rate_limit", {"shape": "cap"}, 429, "UsageCapExceeded"), ("redirect", {}, 302, None),
                 ("status", {"status": 504}, 504, "Gateway Timeout"))
        for kind, params, status, title in cases:
            self.fault(kind, **params)
            answer = self.get()
            self.assertEqual(answer.status, status, kind)
            if title:
                self.assertEqual(answer.json["title"], title)
        self.fault("rate_limit", shape="v1")
        self.assertEqual(self.get().json, {"errors": [{"code": 88, "message": "Rate limit exceeded"}]})

    def test_html_says_so(self):
        self.fault("html")
        answer = self.get()
        self.assertTrue(answer.headers["content-type"].startswith("text/html"))
        self.assertTrue(answer.raw.startswith(b"<!DOCTYPE html>"))

    def test_day_limit_headers(self):
        self.fault("rate_limit", match="create_post", window="24h")
        answer = self.x("POST", "/2/tweets", {"text": "ciao"})
        self.assertEqual(answer.headers["x-user-limit-24hour-remaining"], "0")
        self.assertGreater(int(answer.headers["x-user-limit-24hour-reset"]) - self.now, 86000)
        self.assertGreater(int(answer.headers["x-rate-limit-remaining"]), 0)

    def test_answers_of_graph(self):
        cases = (("unauthorized", {"subcode": 463}, 190, 463), ("rate_limit", {"code": 4}, 4, None),
                 ("rate_limit", {"code": 17}, 17, 2446079), ("rate_limit", {"code": 32}, 32, None),
                 ("rate_limit", {"code": 613}, 613, None), ("rate_limit", {"code": 80001}, 80001, 2494055),
                 ("error", {"code": 368, "message": "blocked"}, 368, None), ("status", {}, 2, None),
                 ("error", {"code": 1200, "transient": True}, 1200, None), ("forbidden", {}, 200, None))
        for kind, params, code, subcode in cases:
            self.fault(kind, "facebook", **params)
            error = self.fb("GET", "/me").json["error"]
            self.assertEqual((error["code"], error.get("error_subcode")), (code, subcode))
        self.assertTrue(error["fbtrace_id"])

    def test_dropped_before_nothing_happened(self):
        root = self.mention()
        self.fault("drop_before", match="create_post")
        with self.assertRaises((http.client.RemoteDisconnected, ConnectionError)):
            self.reply(root, "Ciao", fresh=True)
        self.assertEqual(self.control("GET", "/sent")["count"], 0)

    def test_dropped_after_commit_it_is_there(self):
        root = self.mention()
        self.fault("drop_after_commit", match="create_post")
        with self.assertRaises((http.client.RemoteDisconnected, ConnectionError)):
            self.reply(root, "Ciao", fresh=True)
        sent = self.control("GET", "/sent")["sent"]
        own = self.x("GET", f"/2/users/{TIM}/tweets").json["data"]
        self.assertEqual([post["id"] for post in own], [sent[0]["id"]])
        self.fault("status_after_commit", "facebook", match="send", status=500)
        psid = self.publish("facebook", page="TIM", kind="message", author="Anna", text="?")["author_id"]
        answer = self.fb("POST", f"/{PAGE}/messages", {"recipient": {"id": psid}, "message": {"text": "Ciao"}})
        self.assertEqual(answer.status, 500)
        self.assertEqual(self.control("GET", "/sent")["sent"][1]["kind"], "message")

    def test_slow_and_trickling(self):
        self.mention()
        for kind, params in (("slow", {"ms": 200}), ("trickle", {"bytes": 10, "ms": 15}),
                             ("trickle", {"bytes": 10, "ms": 15, "chunked": True}), ("no_length", {})):
            self.fault(kind, **params)
            start = time.monotonic()
            self.assertEqual(self.get().json["meta"]["result_count"], 1)
            if kind != "no_length":
                self.assertGreater(time.monotonic() - start, 0.1, kind)

    def test_truncated(self):
        self.mention()
        self.fault("truncated")
        with self.assertRaises(http.client.IncompleteRead):
            self.get()

    def test_connections_that_are_not_kept(self):
        for kind, shown in (("close", "close"), ("close_silently", None)):
            self.fault(kind)
            connection = self.sim.connection("x", fresh=True)
            connection.request("GET", "/2/users/me", headers={"Authorization": "Bearer x-token-TIM4UStaff"})
            response = connection.getresponse()
            self.assertEqual((response.status, response.getheader("Connection")), (200, shown))
            response.read()
            if kind == "close_silently":
                self.assertEqual(connection.sock.recv(1), b"")
            connection.close()

    def test_spoilt_bodies(self):
        self.mention()
        self.fault("bad_json")
        with self.assertRaises(ValueError):
            self.get().json
        self.fault("bad_utf8")
        self.assertIn(b"\xff\xfe", self.get().raw)
        self.fault("huge_body", bytes=3000000)
        self.assertGreater(len(self.get().raw), 3000000)
        self.fault("deep_json", depth=5000)
        self.assertTrue(self.get().raw.startswith(b'{"data":[[[['))
        self.fault("wrong_type", type="text/plain")
        self.assertEqual(self.get().headers["content-type"], "text/plain")
        self.fault("wrong_date", offset_s=-86400)
        self.assertTrue(self.get().headers["date"].startswith("Thu, 01 Oct 2026"))
        self.assertTrue(self.get().headers["date"].startswith("Fri, 02 Oct 2026"))

    def test_spoilt_pages(self):
        ids = [self.mention(f"@TIM4UStaff {n}") for n in range(7)][::-1]
        listed = lambda **query: [item["id"] for item in self.get(**query).json.get("data", [])]
        self.fault("duplicates")
        self.assertEqual(listed(max_results=5), ids[:5] + ids[:2])
        self.fault("out_of_order")
        found = listed()
        self.assertNotEqual(found, ids)
        self.assertEqual(sorted(found), sorted(ids))
        self.fault("short_page", n=2)
        answer = self.get().json
        self.assertEqual([item["id"] for item in answer["data"]], ids[:2])
        self.assertEqual(listed(pagination_token=answer["meta"]["next_token"]), ids[2:])
        self.fault("empty_page")
        answer = self.get().json
        self.assertEqual((answer["meta"]["result_count"], "data" in answer), (0, False))
        self.assertEqual(listed(pagination_token=answer["meta"]["next_token"]), ids)
        self.fault("null_fields")
        self.assertIsNone(self.get().json["data"][0]["text"])
        self.fault("wrong_types")
        self.assertEqual(self.get().json["data"][0]["id"], [ids[0]])
        self.fault("partial_errors")
        self.assertEqual(self.get().json["errors"][0]["title"], "Not Found Error")

    def test_spoilt_pages_of_graph(self):
        ids = [self.publish("facebook", kind="visitor_post", page="TIM", author="Anna", text=str(n),
                            created_at=f"-{50 - n}s")["id"] for n in range(4)][::-1]
        self.fault("empty_page", "facebook")
        answer = self.fb("GET", f"/{PAGE}/feed", fields="id").json
        self.assertEqual(answer["data"], [])
        after = answer["paging"]["next"].rsplit("after=", 1)[1]
        again = self.fb("GET", f"/{PAGE}/feed", fields="id", after=after).json["data"]
        self.assertEqual([item["id"] for item in again], ids)
        self.fault("duplicates", "facebook")
        self.assertEqual(len(self.fb("GET", f"/{PAGE}/feed").json["data"]), 6)

    def test_gzip_when_accepted(self):
        self.mention("@TIM4UStaff " + "parola " * 40)
        answer = self.get(tweet__fields="created_at,author_id")
        self.assertNotIn("content-encoding", answer.headers)
        packed = self.x("GET", MENTIONS, headers={"Accept-Encoding": "gzip"}, tweet__fields="created_at,author_id")
        self.assertEqual(packed.headers["content-encoding"], "gzip")
        self.assertEqual(json.loads(gzip.decompress(packed.raw)), answer.json)
