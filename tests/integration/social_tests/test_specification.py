# SPDX-License-Identifier: MIT
"""Answers of the simulator against the networks' own machine-readable specifications."""
import json
import os
import sys
import unittest

from harness import PAGE, ROOT, TIM, Case

try:
    import jsonschema
except ImportError:
    jsonschema = None

sys.path.insert(0, os.path.join(ROOT, "tools/social"))

from simulator.facebook_shape import KNOWN  # noqa: E402  (the path comes first)
from simulator.x_shape import Dialect  # noqa: E402

DATA = os.path.join(ROOT, "../shared/data")
FILES = {"tweet": "x/openapi-2.166.json", "post": "x/openapi-2.167.json"}
HAVE = os.path.exists(os.path.join(DATA, FILES["tweet"])) and jsonschema is not None
WHY = "../shared/data (the official specifications) or python3-jsonschema is missing"
# Named as a field of a message by the specification, but left out of its schema.
UNDECLARED = {"entities"}


class Specification:
    """An OpenAPI document; finds and applies the schema of an answer."""

    def __init__(self, path):
        with open(os.path.join(DATA, path), encoding="utf-8") as file:
            self.document = json.load(file)
        self.resolver = jsonschema.RefResolver("", self.document)

    def resolve(self, value):
        while "$ref" in value:
            value = self.resolver.resolve(value["$ref"])[1]
        return value

    def operation(self, path, method):
        return self.document["paths"][path][method.lower()]

    def schema(self, path, method, status):
        return self.operation(path, method)["responses"][status]["content"]["application/json"]["schema"]

    def parameters(self, path):
        found = {}
        for item in self.operation(path, "get").get("parameters", []):
            item = self.resolve(item)
            found[item["name"]] = self.resolve(item["schema"])
        return found

    def wrong(self, schema, value):
        validator = jsonschema.Draft4Validator(schema, resolver=self.resolver)
        return [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in validator.iter_errors(value)]

    def unknown(self, schema, value, place=""):
        """Properties that the specification does not name."""
        schema = self.resolve(schema)
        found = []
        if isinstance(value, list) and "items" in schema:
            for item in value:
                found += self.unknown(schema["items"], item, place + "[]")
        if isinstance(value, dict) and "properties" in schema and "oneOf" not in schema:
            for name, inner in value.items():
                if name in schema["properties"]:
                    found += self.unknown(schema["properties"][name], inner, f"{place}.{name}")
                elif name not in UNDECLARED and "discriminator" not in schema:
                    found.append(f"{place}.{name}")
        return found


@unittest.skipUnless(HAVE, WHY)
class X(Case):
    POST_FIELDS = ("created_at,conversation_id,entities,attachments,lang,public_metrics,reply_settings,edit_controls,"
                   "display_text_range,possibly_sensitive")
    USER_FIELDS = ("username,name,public_metrics,protected,verified,verified_type,receives_your_dm,"
                   "connection_status,profile_image_url,created_at")

    def check(self, answer, path, method="GET", status="200"):
        self.assertEqual(answer.status, int(status))
        schema = self.spec.schema(path, method, status)
        self.assertEqual(self.spec.wrong(schema, answer.json), [], path)
        self.assertEqual(self.spec.unknown(schema, answer.json), [], path)

    def fill(self):
        """One of everything; returns the id of a question."""
        self.control("POST", "/person", {"network": "x", "handle": "mrossi", "follows": ["TIM4UStaff"]})
        root = self.mention("@TIM4UStaff perché? www.example.com #tim & <b>", media=["photo"])
        self.publish(kind="quote", author="altro", of=root, text="@TIM4UStaff anche qui " + "parola " * 50)
        self.publish(kind="reply", author="altro", in_reply_to=root, text="già")
        for n in range(6):
            self.publish(kind="dm", account="TIM4UStaff", author="mrossi", text=f"ciao {n} example.com", media=["photo"])
        return root

    def answers(self, dialect):
        self.spec = Specification(FILES[dialect])
        self.control("POST", "/settings", {"dialect": dialect})
        names, root = Dialect(dialect), self.fill()
        expansions = f"author_id,in_reply_to_user_id,attachments.media_keys,{names.referenced},{names.history}"
        fields = {names.fields_param: self.POST_FIELDS + "," + names.note, "expansions": expansions,
                  "user.fields": self.USER_FIELDS, "media.fields": "url,type,media_key"}
        if dialect == "tweet":
            fields[names.fields_param] += ",author_id,in_reply_to_user_id,referenced_tweets,edit_history_tweet_ids"
        for path, query in ((f"/2/users/{TIM}/mentions", {}), (f"/2/users/{TIM}/tweets", {}),
                            ("/2/tweets/search/recent", {"query": f"conversation_id:{root}"}),
                            ("/2/tweets", {"ids": f"{root},5"}), (f"/2/tweets/{root}", {})):
            pattern = path.replace(TIM, "{id}").replace(root, "{id}")
            self.check(self.x("GET", path, **query, **fields), pattern)
        self.users()
        self.direct_messages(names)
        self.writes(root)

    def users(self):
        fields = {"user.fields": self.USER_FIELDS}
        self.check(self.x("GET", "/2/users/me", **fields), "/2/users/me")
        self.check(self.x("GET", f"/2/users/{TIM}", **fields), "/2/users/{id}")
        self.check(self.x("GET", "/2/users/by/username/mrossi", **fields), "/2/users/by/username/{username}")
        self.check(self.x("GET", "/2/users", ids=f"{TIM},77", **fields), "/2/users")

    def direct_messages(self, names):
        fields = {"dm_event.fields": ",".join(names.dm_fields), "user.fields": "username",
                  "expansions": "sender_id,attachments.media_keys"}
        self.check(self.x("GET", "/2/dm_events", max_results=3, **fields), "/2/dm_events")
        person = self.x("GET", "/2/users/by/username/mrossi").json["data"]["id"]
        self.check(self.x("GET", f"/2/dm_conversations/with/{person}/dm_events", **fields),
                   "/2/dm_conversations/with/{participant_id}/dm_events")
        path = f"/2/dm_conversations/with/{person}/messages"
        self.check(self.x("POST", path, {"text": "ciao"}),
                   "/2/dm_conversations/with/{participant_id}/messages", "POST", "201")

    def writes(self, root):
        answer = self.reply(root, "Ciao example.com")
        self.assertEqual(self.spec.wrong(self.spec.schema("/2/tweets", "POST", "201"), answer.json), [])
        self.check(self.x("DELETE", f"/2/tweets/{answer.json['data']['id']}"), "/2/tweets/{id}", "DELETE")

    def test_answers_in_the_tweet_dialect(self):
        self.answers("tweet")

    def test_answers_in_the_post_dialect(self):
        self.answers("post")

    def test_problems(self):
        self.spec = Specification(FILES["tweet"])
        problem = self.spec.document["components"]["schemas"]["Problem"]
        self.fault("payment")
        for answer in (self.x("GET", "/2/users/me"), self.x("GET", "/2/users/me", foo=1), self.x("GET", "/2/none"),
                       self.x("GET", "/2/users/me", token="no"), self.reply("5", "a")):
            self.assertEqual(self.spec.wrong(problem, answer.json), [])

    def test_parameters_of_both_dialects(self):
        for name, file in FILES.items():
            names, spec = Dialect(name), Specification(file)
            known = spec.parameters("/2/users/{id}/mentions")
            direct = spec.parameters("/2/dm_events")
            enum = lambda where, key: set(spec.resolve(where[key]["items"])["enum"])
            self.assertEqual(set(names.post_fields), enum(known, names.fields_param))
            self.assertEqual(set(names.expansions), enum(known, "expansions"))
            self.assertEqual(set(names.user_fields), enum(known, "user.fields"))
            self.assertEqual(set(names.media_fields), enum(known, "media.fields"))
            self.assertEqual(set(names.dm_fields), enum(direct, "dm_event.fields"))
            self.assertEqual(set(names.dm_expansions), enum(direct, "expansions"))
            self.assertNotIn(names.other_param, known)

    def test_requests_by_the_limits_of_the_specification(self):
        spec = Specification(FILES["tweet"])
        for pattern, path in (("/2/users/{id}/mentions", f"/2/users/{TIM}/mentions"), ("/2/dm_events", "/2/dm_events"),
                              ("/2/tweets/search/recent", "/2/tweets/search/recent")):
            size = spec.parameters(pattern)["max_results"]
            query = {"query": "ciao"} if "search" in path else {}
            for value, status in ((size["minimum"] - 1, 400), (size["minimum"], 200), (size["maximum"], 200),
                                  (size["maximum"] + 1, 400)):
                self.assertEqual(self.x("GET", path, max_results=value, **query).status, status)


@unittest.skipUnless(HAVE, WHY)
class Graph(Case):
    def check(self, path, answer, method="GET"):
        self.assertEqual(answer.status, 200)
        schema = self.spec.schema(path, method, "200")
        self.assertEqual(self.spec.wrong(schema, answer.json), [], path)

    def test_answers(self):
        self.spec = Specification("facebook/fb-openapi-v26.0.json")
        comment = self.publish("facebook", page="TIM", author="Anna", text="Perché?")["id"]
        message = self.publish("facebook", page="TIM", kind="message", author="Anna", text="Ciao?")
        everything = {kind: ",".join(sorted(names)) for kind, names in KNOWN.items()}
        for edge in ("feed", "visitor_posts", "published_posts", "tagged"):
            self.check(f"/v26.0/{{id}}/{edge}", self.fb("GET", f"/{PAGE}/{edge}", fields=everything["PagePost"]))
        post = self.fb("GET", f"/{PAGE}/feed").json["data"][0]["id"]
        self.check("/v26.0/{id}/comments", self.fb("GET", f"/{post}/comments", fields=everything["Comment"]))
        self.check("/v26.0/{id}/conversations", self.fb("GET", f"/{PAGE}/conversations",
                                                        fields=everything["UnifiedThread"]))
        self.check("/v26.0/{id}/messages", self.fb("GET", f"/{message['conversation_id']}/messages",
                                                   fields=everything["UnifiedMessage"]))
        self.check("/v26.0/{id}/comments", self.fb("POST", f"/{comment}/comments", {"message": "Ciao"}), "POST")
        self.check("/v26.0/{id}/messages", self.fb("POST", f"/{PAGE}/messages", {
            "recipient": {"comment_id": comment}, "message": {"text": "Ciao"}}), "POST")

    def test_fields_that_are_known(self):
        for kind, edges in (("PagePost", {"comments", "likes", "reactions", "attachments", "to"}),
                            ("Comment", {"comments", "likes", "reactions"}), ("UnifiedThread", {"messages"})):
            with open(os.path.join(DATA, f"facebook/{kind}.json"), encoding="utf-8") as file:
                official = {field["name"] for field in json.load(file)["fields"]}
            self.assertEqual(KNOWN[kind] - official - edges, set())
