# SPDX-License-Identifier: MIT
"""Facebook's double against Meta's own specifications: every answer, every refusal."""
import json
import os
import sys
import unittest

from harness import PAGE, ROOT, Case

sys.path.insert(0, os.path.join(ROOT, "tools/social"))
sys.path.insert(0, os.path.join(ROOT, "tests/integration/lib"))

import facebook_specification  # noqa: E402  (the path comes first)
from simulator.facebook_errors import CATALOGUE, LIMIT_TEXTS, TOKEN_TEXTS  # noqa: E402
from simulator.facebook_shape import KNOWN  # noqa: E402

WHY = "../shared/data/facebook (Meta's specifications) or python3-jsonschema is missing"
INNER = {"Comment": "from,parent{id,message,created_time}"}


@unittest.skipUnless(facebook_specification.is_there(), WHY)
class Answers(Case):
    def setUp(self):
        super().setUp()
        self.spec = facebook_specification.Specification()
        self.control("POST", "/account", {"network": "facebook", "page": "TIM", "page_id": PAGE, "username": "tim",
                                          "token": "fb-token-TIM", "public_access": True, "human_agent": True})
        self.post = self.publish("facebook", page="TIM", kind="page_post", author="TIM", text="Novità")["id"]
        self.comment = self.publish("facebook", page="TIM", author="Anna", in_reply_to=self.post, text="Perché?",
                                    media=["photo"])["id"]
        self.publish("facebook", page="TIM", author="Ugo", in_reply_to=self.comment, text="Anch'io")
        self.publish("facebook", page="TIM", kind="visitor_post", author="Bea", text="Aiuto")
        self.publish("facebook", page="TIM", kind="tagged", author="Leo", text="@TIM?")
        self.publish("facebook", page="TIM", kind="ad", text="Fibra")
        self.message = self.publish("facebook", page="TIM", kind="message", author="Anna", text="Ciao?",
                                    media=["photo"])

    def everything(self, kind):
        """All fields that both the double and the specification name."""
        known = set(self.spec.fields[kind]) | set(self.spec.edges[kind])
        return ",".join(sorted(KNOWN[kind] & known))

    def good(self, answer, path, kind=None, method="GET", is_list=True):
        self.assertEqual(answer.status, 200, answer.raw)
        self.assertEqual(self.spec.answer(path, method, 200, answer.json) if kind != "node" else [], [], path)
        if kind in self.spec.fields:
            wrong = (self.spec.list if is_list else self.spec.node)(kind, answer.json)
            self.assertEqual(wrong, [], path)

    def test_posts_of_every_edge(self):
        for edge in ("feed", "visitor_posts", "published_posts", "tagged", "ads_posts"):
            answer = self.fb("GET", f"/{PAGE}/{edge}", fields=self.everything("PagePost"))
            self.assertTrue(answer.json["data"], edge)
            self.good(answer, f"/v26.0/{{id}}/{edge}", "PagePost")

    def test_comments_inline_and_alone(self):
        fields = self.everything("Comment")
        for style in ("toplevel", "stream"):
            answer = self.fb("GET", f"/{self.post}/comments", fields=fields, filter=style,
                             order="reverse_chronological", summary="true")
            self.good(answer, "/v26.0/{id}/comments", "Comment")
        answer = self.fb("GET", f"/{self.comment}", fields=f"{fields},comments.limit(1){{{fields}}}")
        self.assertEqual(self.spec.node("Comment", answer.json), [])
        answer = self.fb("GET", f"/{self.post}", fields=f"message,comments.filter(stream).limit(1){{{fields}}}")
        self.assertEqual(self.spec.node("PagePost", answer.json), [])
        self.assertIn("next", answer.json["comments"]["paging"])

    def test_conversations_and_messages(self):
        self.good(self.fb("GET", f"/{PAGE}/conversations", fields=self.everything("UnifiedThread"),
                          platform="messenger"), "/v26.0/{id}/conversations", "UnifiedThread")
        self.good(self.fb("GET", f"/{self.message['conversation_id']}/messages",
                          fields=self.everything("UnifiedMessage")), "/v26.0/{id}/messages", "UnifiedMessage")

    def test_pages(self):
        fields = "id,name,username,link,fan_count,followers_count,unread_message_count"
        for page in (PAGE, "me", "telecomitalia"):
            answer = self.fb("GET", f"/{page}", fields=fields)
            self.good(answer, "/v26.0/{id}", "Page", is_list=False)

    def test_writes(self):
        self.good(self.fb("POST", f"/{self.comment}/comments", {"message": "Ciao"}), "/v26.0/{id}/comments",
                  method="POST")
        for recipient in ({"comment_id": self.comment}, {"id": self.message["author_id"]}):
            self.good(self.fb("POST", f"/{PAGE}/messages", {"recipient": recipient, "message": {"text": "Ciao"}}),
                      "/v26.0/{id}/messages", method="POST")

    def test_every_refusal_is_an_error_object(self):
        codes = [*CATALOGUE, *((code, None) for code in LIMIT_TEXTS), *((190, s) for s in TOKEN_TEXTS)]
        schema = self.spec.document["paths"]["/v26.0/{id}"]["get"]["responses"]["400"]["content"]["application/json"]
        for code, subcode in codes:
            self.fault("error", "facebook", "me", code=code, subcode=subcode)
            answer = self.fb("GET", "/me")
            self.assertEqual(answer.json["error"]["code"], code)
            self.assertEqual(self.spec.schema_wrong(schema["schema"], answer.json), [], code)


@unittest.skipUnless(facebook_specification.is_there(), WHY)
class TheCheckItself(unittest.TestCase):
    """A check that finds nothing proves nothing: what is wrong is named."""

    WRONG = (
        ("/v25.0/2/feed", {}, "version"), ("/v26.0/2/feeds", {}, "no operation"),
        ("/v26.0/2/feed", {"pretty": "1"}, "removed"), ("/v26.0/2/feed", {"colour": "1"}, "no parameter"),
        ("/v26.0/2/feed", {"limit": "101"}, "refused or reduced"),
        ("/v26.0/2/feed", {"fields": "id,texts"}, "no field texts"),
        ("/v26.0/2/feed", {"fields": "comments.filter(stream).colour(red){id}"}, "no argument colour"),
        ("/v26.0/2/feed", {"fields": "comments{id,parent{id,nonsense}}"}, "no field nonsense"),
        ("/v26.0/2/feed", {"fields": "from{id,phone}"}, "no phone"), ("/v26.0/2/feed", {"fields": "id{"}, "fields="),
        ("/v26.0/5_6/comments", {"order": "sideways"}, "order=sideways"),
        ("/v26.0/t_1/feed", {}, "no edge feed"), ("/v26.0/debug_token", {"fields": "id"}, "no parameter"),
    )

    def test_what_is_wrong_is_named(self):
        spec = facebook_specification.Specification()
        for path, query, words in self.WRONG:
            lines = spec.check({"method": "GET", "path": path, "query": query}, {"2"})
            self.assertTrue(any(words in line for line in lines), (path, query, lines))
        for body, words in (({"message": {"text": "a"}, "messaging_type": "HELLO"}, "HELLO"),
                            ({"text": "a"}, "'text'")):
            request = {"method": "POST", "path": "/v26.0/2/messages", "query": {}, "body": json.dumps(body)}
            self.assertTrue(any(words in line for line in spec.check(request, {"2"})), body)
        self.assertEqual(spec.node("Comment", {"id": "1", "created_time": "2026-10-05T10:00:00+0000"}), [])
        for node in ({"id": 1}, {"created_time": "2026-10-05T10:00:00Z"}, {"is_hidden": "no"}, {"colour": "red"}):
            self.assertNotEqual(spec.node("Comment", node), [], node)
