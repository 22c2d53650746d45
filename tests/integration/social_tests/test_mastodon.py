# SPDX-License-Identifier: MIT
"""The Mastodon server: ids, walking, filters, visibility, idempotency, limits, and other servers' habits."""
import http.client
import re
import unittest

from harness import Answer, Case

TOKEN = "mastodon-token-TIM"
HOUR = 3600


class Mastodon(Case):
    def setUp(self):
        super().setUp()
        self.flavour()

    def tearDown(self):
        self.flavour()

    def flavour(self, name="mastodon", ids="numeric", **more):
        self.control("POST", "/settings", {"mastodon_flavour": name, "mastodon_ids": ids,
                                           "mastodon_idempotency": True, **more})

    def m(self, method, path, body=None, token=TOKEN, **rest):
        return self.call("mastodon", method, path, body, token, **rest)

    def told(self, **spec):
        return self.publish("mastodon", **{"account": "TIM", "author": "mrossi", "text": "la linea è giù", **spec})

    def notes(self, **query):
        answer = self.m("GET", "/api/v1/notifications", **query)
        self.assertEqual(answer.status, 200, answer.raw)
        return answer

    def ids(self, **query):
        return [note["status"]["id"] for note in self.notes(**query).json]

    def several(self, count, **spec):
        found = []
        for _ in range(count):
            self.travel(1)
            found.append(self.told(**spec)["id"])
        return found

    def error(self, answer, status, text):
        self.assertEqual((answer.status, answer.json["error"]), (status, text))

    def post(self, text="Ci scusiamo", **more):
        key = more.pop("key", None)
        headers = {"Idempotency-Key": key} if key else None
        return self.m("POST", "/api/v1/statuses", {"status": text, **more}, headers=headers)


class Reading(Mastodon):
    def test_a_mention(self):
        made = self.told(text="@TIM ciao & <b>\n\nvedi https://www.example.com/una/pagina/molto/lunga/davvero #guasto")
        note = self.notes().json[0]
        self.assertEqual((note["type"], note["status"]["id"]), ("mention", made["id"]))
        status = note["status"]
        self.assertEqual(status["visibility"], "public")
        self.assertIn('class="u-url mention">@<span>TIM</span></a></span> ciao &amp; &lt;b&gt;</p><p>', status["content"])
        self.assertIn('<span class="invisible">https://www.</span><span class="ellipsis">', status["content"])
        self.assertIn('class="mention hashtag" rel="tag">#<span>guasto</span>', status["content"])
        self.assertEqual(status["account"]["acct"], "mrossi")
        self.assertRegex(status["created_at"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        self.assertEqual(status["mentions"][0]["acct"], "TIM")

    def test_people_of_other_servers(self):
        self.told(author="anna@far.example")
        self.assertEqual(self.notes().json[0]["account"]["acct"], "anna@far.example")

    def test_min_id_walks_up_without_a_gap_and_since_id_leaves_one(self):
        made = self.several(5)
        first = self.notes(limit=80).json[-1]["id"]
        self.assertEqual(self.ids(min_id=first, limit=2), [made[2], made[1]])
        self.assertEqual(self.ids(since_id=first, limit=2), [made[4], made[3]])
        self.assertEqual(self.ids(max_id=self.notes().json[1]["id"], limit=2), [made[2], made[1]])
        newest = self.notes().json[0]["id"]
        self.assertEqual(self.ids(min_id=newest), [])

    def test_the_link_header_leads_both_ways(self):
        self.several(3)
        answer = self.notes(limit=2)
        links = dict((rel, url) for url, rel in re.findall(r'<([^>]*)>; rel="(\w+)"', answer.headers["link"]))
        self.assertIn("min_id=" + answer.json[0]["id"], links["prev"])
        self.assertIn("max_id=" + answer.json[-1]["id"], links["next"])

    def test_pages_have_their_most(self):
        self.several(3)
        self.assertEqual(len(self.ids(limit=500)), 3)
        self.assertEqual(len(self.ids(limit=1)), 1)

    def test_strangers_are_hidden_unless_asked_for(self):
        self.control("POST", "/person", {"network": "mastodon", "handle": "mrossi", "filtered": True})
        self.told()
        self.assertEqual(self.ids(), [])
        self.assertEqual(len(self.ids(include_filtered="true")), 1)

    def test_ulids_are_no_numbers(self):
        self.flavour("gotosocial", "ulid")
        made = self.several(3)
        self.assertTrue(all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{26}", number) for number in made), made)
        first = self.notes(limit=80).json[-1]["id"]
        self.assertEqual(self.ids(min_id=first, limit=1), [made[1]])

    def test_boosts_and_favourites_are_other_types(self):
        mine = self.post("Novità").json["id"]
        self.publish("mastodon", kind="boost", of=mine, author="mrossi")
        self.publish("mastodon", kind="favourite", of=mine, author="mrossi")
        self.assertEqual({note["type"] for note in self.notes().json}, {"reblog", "favourite"})
        self.assertEqual(self.m("GET", "/api/v1/notifications", **{"types[]": "mention"}).json, [])

    def test_what_is_in_the_future_is_not_there_yet(self):
        self.told(created_at="+60s")
        self.assertEqual(self.ids(), [])
        self.travel(61)
        self.assertEqual(len(self.ids()), 1)

    def test_a_thread_grows(self):
        root = self.told()["id"]
        empty = self.m("GET", f"/api/v1/statuses/{root}/context").json
        self.assertEqual(empty, {"ancestors": [], "descendants": []})
        ours = self.post("@mrossi quale numero?", in_reply_to_id=root).json["id"]
        self.travel(1)
        last = self.publish("mastodon", author="mrossi", in_reply_to=ours, text="questo")["id"]
        context = self.m("GET", f"/api/v1/statuses/{root}/context").json
        self.assertEqual([s["id"] for s in context["descendants"]], [ours, last])
        above = self.m("GET", f"/api/v1/statuses/{last}/context").json
        self.assertEqual([s["id"] for s in above["ancestors"]], [root, ours])

    def test_edits_keep_the_id(self):
        made = self.told()["id"]
        self.assertIsNone(self.m("GET", f"/api/v1/statuses/{made}").json["edited_at"])
        self.travel(60)
        self.control("POST", "/edit", {"network": "mastodon", "id": made, "text": "@TIM è tornata"})
        status = self.m("GET", f"/api/v1/statuses/{made}").json
        self.assertIn("è tornata", status["content"])
        self.assertIsNotNone(status["edited_at"])

    def test_what_was_deleted_is_gone(self):
        made = self.told()["id"]
        self.control("POST", "/delete", {"network": "mastodon", "id": made})
        self.error(self.m("GET", f"/api/v1/statuses/{made}"), 404, "Record not found")
        self.assertEqual(self.ids(), [])

    def test_conversations_hold_direct_ones_only(self):
        self.told()
        made = self.told(kind="dm", text="il mio numero")["id"]
        found = self.m("GET", "/api/v1/conversations").json
        self.assertEqual([c["last_status"]["id"] for c in found], [made])
        self.assertEqual(found[0]["last_status"]["visibility"], "direct")


class Writing(Mastodon):
    def test_an_answer(self):
        root = self.told()["id"]
        made = self.post("@mrossi Guasto noto.", in_reply_to_id=root).json
        self.assertEqual((made["in_reply_to_id"], made["visibility"]), (root, "public"))
        sent = self.control("GET", "/sent")["sent"]
        self.assertEqual([(s["network"], s["kind"], s["text"], s["id"]) for s in sent],
                         [("mastodon", "reply", "@mrossi Guasto noto.", made["id"])])

    def test_a_direct_message_is_for_those_it_names(self):
        made = self.post("@mrossi il suo numero?", visibility="direct").json
        self.assertEqual(made["visibility"], "direct")
        self.control("POST", "/account", {"network": "mastodon", "handle": "Other", "token": "t"})
        self.error(self.m("GET", f"/api/v1/statuses/{made['id']}", token="t"), 404, "Record not found")
        self.assertEqual(self.control("GET", "/sent")["sent"][0]["kind"], "dm")

    def test_the_same_key_makes_one(self):
        one, two = self.post(key="k1").json["id"], self.post(key="k1").json["id"]
        self.assertEqual(one, two)
        self.assertNotEqual(one, self.post(key="k2").json["id"])
        self.travel(HOUR + 1)
        self.assertNotEqual(one, self.post(key="k1").json["id"])
        self.assertEqual(len(self.control("GET", "/sent")["sent"]), 3)

    def test_some_servers_ignore_the_key(self):
        self.flavour(mastodon_idempotency=False)
        self.assertNotEqual(self.post(key="k1").json["id"], self.post(key="k1").json["id"])

    def test_lengths(self):
        self.assertEqual(self.post("x" * 500).status, 200)
        self.error(self.post("x" * 501), 422, "Validation failed: Text character limit of 500 exceeded")
        self.error(self.post("  "), 422, "Validation failed: Text can't be blank")
        self.assertEqual(self.post("@anna@far.example " + "x" * 494).status, 200)
        self.assertEqual(self.post("https://example.com/" + "y" * 100 + " " + "x" * 476).status, 200)

    def test_the_parent_must_be_there(self):
        answer = self.post(in_reply_to_id="1")
        self.error(answer, 404, "The post you are trying to reply to does not appear to exist.")

    def test_deleting_takes_it_back(self):
        made = self.post().json["id"]
        self.assertEqual(self.m("DELETE", f"/api/v1/statuses/{made}").status, 200)
        self.assertEqual(self.control("GET", "/sent")["sent"], [])

    def test_who_blocks_us_says_so_in_the_relation_only(self):
        person = self.control("POST", "/person", {"network": "mastodon", "handle": "mrossi", "blocks": ["TIM"]})
        relation = self.m("GET", "/api/v1/accounts/relationships", **{"id[]": person["id"]}).json[0]
        self.assertTrue(relation["blocked_by"])
        self.assertEqual(self.post("@mrossi ciao", visibility="direct").status, 200)


class Refusals(Mastodon):
    def test_tokens(self):
        self.error(self.m("GET", "/api/v1/notifications", token="no"), 401, "The access token is invalid")
        self.error(self.m("GET", "/api/v1/notifications", token=None), 401,
                   "This method requires an authenticated user")
        self.control("POST", "/token", {"network": "mastodon", "token": TOKEN, "scopes": ["read"]})
        self.error(self.post(), 403, "This action is outside the authorized scopes")

    def test_limits_end_at_an_instant(self):
        for left in range(299, 296, -1):
            answer = self.notes(min_id="1")
            self.assertEqual(answer.headers["x-ratelimit-remaining"], str(left))
        self.assertRegex(answer.headers["x-ratelimit-reset"], r"^2026-10-02T14:4\d:\d\d\.\d{6}Z$")
        self.fault("rate_limit", "mastodon", reset_s=600)
        answer = self.m("GET", "/api/v1/notifications")
        self.error(answer, 429, "Too many requests")
        self.assertEqual(answer.headers["x-ratelimit-remaining"], "0")

    def test_three_hundred_are_the_most(self):
        for _ in range(300):
            self.m("GET", "/api/v1/accounts/verify_credentials")
        self.assertEqual(self.m("GET", "/api/v1/accounts/verify_credentials").status, 429)
        self.travel(301)
        self.assertEqual(self.m("GET", "/api/v1/accounts/verify_credentials").status, 200)

    def test_two_retry_after_and_a_page(self):
        self.fault("html", "mastodon", "notifications", retry_after_s=5, retry_until_s=60)
        connection = self.sim.connection("mastodon", True)
        connection.request("GET", "/api/v1/notifications", headers={"Authorization": "Bearer " + TOKEN})
        response = connection.getresponse()
        found = [value for name, value in response.getheaders() if name.lower() == "retry-after"]
        self.assertEqual((response.status, len(found), found[0]), (503, 2, "5"))
        self.assertIn("GMT", found[1])
        self.assertTrue(Answer(response).raw.startswith(b"<html>"))
        connection.close()

    def test_an_uncertain_answer(self):
        self.fault("drop_after_commit", "mastodon", "create_status")
        with self.assertRaises((http.client.HTTPException, OSError)):
            self.m("POST", "/api/v1/statuses", {"status": "Ciao"}, fresh=True)
        self.assertEqual(len(self.control("GET", "/sent")["sent"]), 1)


class OtherServers(Mastodon):
    def test_snac_answers_in_html_and_knows_v1_only(self):
        self.flavour("snac")
        for answer in (self.m("GET", "/api/v1/notifications", token="no"), self.m("GET", "/api/v2/instance")):
            self.assertTrue(answer.headers["content-type"].startswith("text/html"))
            self.assertTrue(answer.raw.startswith(b"<h1>40"))
        self.assertEqual(self.m("GET", "/api/v1/instance").json["uri"], "social.example")

    def test_snac_gives_one_without_a_limit_and_no_link(self):
        self.flavour("snac")
        made = self.several(3)
        answer = self.notes()
        self.assertEqual([n["status"]["id"] for n in answer.json], made[2:])
        self.assertNotIn("link", answer.headers)

    def test_snac_takes_min_id_for_since_id(self):
        self.flavour("snac")
        made = self.several(4)
        first = self.notes(limit=64).json[-1]["id"]
        self.assertEqual(self.ids(min_id=first, limit=2), [made[3], made[2]])

    def test_snac_calls_all_that_is_not_public_private(self):
        self.flavour("snac")
        self.told(kind="dm")
        self.assertEqual(self.notes().json[0]["status"]["visibility"], "private")
        self.assertEqual(self.notes().json[0]["account"]["acct"], "mrossi@social.example")
        self.assertEqual(self.m("GET", "/api/v1/conversations").json, [])

    def test_gotosocial_words_its_limit(self):
        self.flavour("gotosocial", "ulid")
        self.fault("rate_limit", "mastodon")
        self.error(self.m("GET", "/api/v1/notifications"), 429, "rate limit reached")


class SigningIn(Mastodon):
    def test_an_app_and_a_code(self):
        oob = "urn:ietf:wg:oauth:2.0:oob"
        app = self.m("POST", "/api/v1/apps", {"client_name": "Vedetta", "redirect_uris": oob, "scopes": "read write"},
                     token=None).json
        code = self.control("POST", "/authorise", {"network": "mastodon", "handle": "TIM", "redirect_uri": oob,
                                                   "client_id": app["client_id"], "scopes": "read write"})["code"]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": oob,
                "client_id": app["client_id"], "client_secret": app["client_secret"]}
        token = self.m("POST", "/oauth/token", form, token=None).json
        self.assertEqual((token["token_type"], token["scope"]), ("Bearer", "read write"))
        me = self.m("GET", "/api/v1/accounts/verify_credentials", token=token["access_token"])
        self.assertEqual(me.json["acct"], "TIM")
        self.error(self.m("POST", "/oauth/token", form, token=None), 400, "invalid_grant")
        self.m("POST", "/oauth/revoke", {"token": token["access_token"]}, token=None)
        self.assertEqual(self.m("GET", "/api/v1/accounts/verify_credentials",
                                token=token["access_token"]).status, 401)


if __name__ == "__main__":
    unittest.main()
