# SPDX-License-Identifier: MIT
"""What X lets a client read."""
from harness import START, TI, TIM, Case

MENTIONS = f"/2/users/{TIM}/mentions"


class Reading(Case):
    def ids(self, answer):
        return [item["id"] for item in answer.json.get("data", [])]

    def test_only_id_and_text_unless_asked(self):
        self.mention()
        self.assertEqual(set(self.x("GET", MENTIONS).json["data"][0]), {"id", "text"})

    def test_fields_and_expansions(self):
        self.mention("@TIM4UStaff perché? a<b & c 😀 www.example.com/pagina #tim")
        answer = self.x("GET", MENTIONS, tweet__fields="author_id,created_at,conversation_id,entities",
                        expansions="author_id", user__fields="public_metrics").json
        post = answer["data"][0]
        self.assertIn("a&lt;b &amp; c", post["text"])
        url = post["entities"]["urls"][0]
        self.assertEqual(post["text"][url["start"]:url["end"]], url["url"])
        self.assertEqual(url["expanded_url"], "http://www.example.com/pagina")
        self.assertTrue(url["url"].startswith("https://t.co/"))
        self.assertEqual(post["entities"]["mentions"][0]["id"], TIM)
        self.assertEqual(post["conversation_id"], post["id"])
        self.assertRegex(post["created_at"], r"^2026-10-02T14:38:\d\d\.\d{3}Z$")
        self.assertEqual(answer["includes"]["users"][0]["username"], "mrossi")
        self.assertIn("tweet_count", answer["includes"]["users"][0]["public_metrics"])

    def test_ids_are_snowflakes_of_virtual_time(self):
        number = int(self.mention())
        self.assertAlmostEqual(((number >> 22) + 1288834974657) / 1000, START, delta=5)

    def test_empty_has_no_data(self):
        self.assertEqual(self.x("GET", MENTIONS).json, {"meta": {"result_count": 0}})

    def test_newest_first_since_until(self):
        ids = [self.mention(f"@TIM4UStaff {n}") for n in range(4)]
        self.assertEqual(self.ids(self.x("GET", MENTIONS)), ids[::-1])
        self.assertEqual(self.ids(self.x("GET", MENTIONS, since_id=ids[1])), [ids[3], ids[2]])
        self.assertEqual(self.ids(self.x("GET", MENTIONS, until_id=ids[1])), [ids[0]])

    def test_pages_by_token_to_the_end_and_back(self):
        ids = [self.mention(f"@TIM4UStaff {n}") for n in range(12)]
        seen, token, pages = [], {}, []
        while True:
            answer = self.x("GET", MENTIONS, max_results=5, **token).json
            pages.append(answer["meta"])
            seen += [item["id"] for item in answer["data"]]
            if "next_token" not in answer["meta"]:
                break
            token = {"pagination_token": answer["meta"]["next_token"]}
        self.assertEqual(seen, ids[::-1])
        self.assertEqual([meta["result_count"] for meta in pages], [5, 5, 2])
        back = self.x("GET", MENTIONS, max_results=5, pagination_token=pages[2]["previous_token"])
        self.assertEqual(self.ids(back), ids[::-1][5:10])

    def test_parameters_are_checked(self):
        for name, value in (("max_results", 4), ("max_results", 101), ("since_id", "abc"),
                            ("nonsense", 1), ("pagination_token", "xyz"), ("tweet__fields", "foo"),
                            ("expansions", "foo"), ("start_time", "yesterday")):
            answer = self.x("GET", MENTIONS, **{name: value})
            self.assertEqual(answer.status, 400, name)
            self.assertIn(name.replace("__", "."), answer.json["errors"][0]["parameters"])
            self.assertTrue(answer.json["type"].endswith("/problems/invalid-request"))
        text = self.x("GET", MENTIONS, pagination_token="xyz").json["errors"][0]["message"]
        self.assertEqual(text, "The 'pagination_token' query parameter value [xyz] is not a valid token")

    def test_800_newest_mentions(self):
        self.control("POST", "/bulk", [{"network": "x", "author": "mrossi", "text": f"@TIM4UStaff {n}"}
                                       for n in range(803)])
        self.assertEqual(self.count_all(), 800)
        self.control("POST", "/settings", {"horizons": False})
        self.assertEqual(self.count_all(), 803)

    def count_all(self):
        total, token = 0, {}
        while True:
            meta = self.x("GET", MENTIONS, max_results=100, **token).json["meta"]
            total += meta["result_count"]
            if "next_token" not in meta:
                break
            token = {"pagination_token": meta["next_token"]}
        return total

    def test_late_visible_post_has_an_old_id(self):
        early = self.publish(author="late", text="@TIM4UStaff tardi", created_at="-60s", visible_at="+30s")
        later = self.mention()
        self.assertEqual(self.ids(self.x("GET", MENTIONS)), [later])
        self.travel(31)
        self.assertEqual(self.ids(self.x("GET", MENTIONS)), [later, early["id"]])
        self.assertLess(int(early["id"]), int(later))

    def test_future_post_appears_at_its_time(self):
        self.publish(author="soon", text="@TIM4UStaff dopo", created_at="+1h")
        self.assertEqual(self.ids(self.x("GET", MENTIONS)), [])
        self.travel(3601)
        self.assertEqual(len(self.ids(self.x("GET", MENTIONS))), 1)

    def test_explicit_ids_for_replays(self):
        made = self.publish(id="991712597505445888", conversation="991712597505445888", author="ud5f1123b8c",
                            text="@TIM4UStaff when?", created_at="2018-05-02T16:14:43.000Z".replace("Z", "+00:00"))
        self.assertEqual(made["created_at"], "2018-05-02T16:14:43.000Z")
        self.assertEqual(self.ids(self.x("GET", MENTIONS)), ["991712597505445888"])

    def test_search_by_conversation(self):
        root = self.mention()
        child = self.publish(kind="reply", author="altro", in_reply_to=root, text="anche qui")["id"]
        self.mention("@TIM4UStaff altra cosa")
        found = self.x("GET", "/2/tweets/search/recent", query=f"conversation_id:{root}",
                       tweet__fields="referenced_tweets,in_reply_to_user_id")
        self.assertEqual(self.ids(found), [child, root])
        self.assertEqual(found.json["data"][0]["referenced_tweets"], [{"type": "replied_to", "id": root}])
        both = self.x("GET", "/2/tweets/search/recent", query=f"conversation_id:{root} from:altro -is:retweet")
        self.assertEqual(self.ids(both), [child])

    def test_search_ends_after_seven_days(self):
        root = self.mention()
        self.travel(7 * 86400 + 60)
        answer = self.x("GET", "/2/tweets/search/recent", query=f"conversation_id:{root}")
        self.assertEqual(answer.json, {"meta": {"result_count": 0}})
        stale = self.x("GET", "/2/tweets/search/recent", query=f"conversation_id:{root}", since_id=root)
        self.assertEqual(stale.status, 400)
        self.assertRegex(stale.json["errors"][0]["message"],
                         r"^'since_id' must be a tweet id created after 2026-10-02T14:\d\dZ. Please use a "
                         r"'since_id' that is larger than \d+$")

    def test_deleted_posts_are_errors_of_a_200(self):
        kept, gone = self.mention("@TIM4UStaff uno"), self.mention("@TIM4UStaff due")
        self.control("POST", "/delete", {"network": "x", "id": gone})
        answer = self.x("GET", "/2/tweets", ids=f"{kept},{gone}")
        self.assertEqual(answer.status, 200)
        self.assertEqual(self.ids(answer), [kept])
        self.assertEqual(answer.json["errors"][0]["resource_id"], gone)
        single = self.x("GET", f"/2/tweets/{gone}")
        self.assertEqual((single.status, list(single.json)), (200, ["errors"]))
        self.assertEqual(self.ids(self.x("GET", MENTIONS)), [kept])

    def test_edit_makes_a_new_id_in_a_chain(self):
        first = self.mention("@TIM4UStaff prima")
        second = self.control("POST", "/edit", {"network": "x", "id": first, "text": "@TIM4UStaff dopo"})
        post = self.x("GET", MENTIONS, tweet__fields="edit_history_tweet_ids").json["data"]
        self.assertEqual(post, [{"id": second["id"], "text": "@TIM4UStaff dopo",
                                 "edit_history_tweet_ids": [first, second["id"]]}])
        self.assertEqual(self.x("GET", f"/2/tweets/{first}").json["data"]["id"], second["id"])

    def test_long_posts_are_cut_and_noted(self):
        self.mention("@TIM4UStaff " + "parola " * 60)
        post = self.x("GET", MENTIONS, tweet__fields="note_tweet").json["data"][0]
        self.assertLessEqual(len(post["text"]), 280)
        self.assertGreater(len(post["note_tweet"]["text"]), 400)

    def test_protected_authors(self):
        self.control("POST", "/person", {"network": "x", "handle": "riservato", "protected": True})
        post = self.publish(kind="post", author="riservato", text="segreto")["id"]
        answer = self.x("GET", "/2/tweets", ids=post).json
        self.assertEqual(list(answer), ["errors"])
        self.assertTrue(answer["errors"][0]["type"].endswith("/not-authorized-for-resource"))

    def test_retweets_are_told_apart(self):
        post = self.mention()
        self.publish(kind="retweet", author="altro", of=post)
        found = self.x("GET", MENTIONS, tweet__fields="referenced_tweets").json["data"]
        self.assertEqual(found[0]["referenced_tweets"], [{"type": "retweeted", "id": post}])
        self.assertTrue(found[0]["text"].startswith("RT @mrossi: "))

    def test_users(self):
        me = self.x("GET", "/2/users/me", user__fields="public_metrics,username").json["data"]
        self.assertEqual((me["id"], me["username"]), (TIM, "TIM4UStaff"))
        self.assertEqual(self.x("GET", "/2/users/by/username/telecomitalia").json["data"]["id"], TI)
        self.assertEqual(self.x("GET", f"/2/users/{TI}").json["data"]["username"], "TelecomItalia")
        self.assertEqual(list(self.x("GET", "/2/users/by/username/nobody").json), ["errors"])
        self.assertEqual(self.x("GET", "/2/users/by/username/nobody!").status, 400)

    def test_post_dialect(self):
        self.control("POST", "/settings", {"dialect": "post"})
        root = self.mention()
        self.publish(kind="reply", author="mrossi", in_reply_to=root, text="@TIM4UStaff e quindi?")
        wrong = self.x("GET", MENTIONS, tweet__fields="created_at")
        self.assertEqual(wrong.status, 400)
        self.assertIn("tweet.fields", wrong.json["errors"][0]["message"])
        self.assertEqual(self.x("GET", MENTIONS, post__fields="author_id").status, 400)
        answer = self.x("GET", MENTIONS, post__fields="created_at,public_metrics,conversation_id",
                        expansions="author_id,referenced_posts,edit_history_post_ids").json
        post = answer["data"][0]
        self.assertEqual(post["referenced_posts"], [{"type": "replied_to", "id": root}])
        self.assertEqual(post["edit_history_post_ids"], [post["id"]])
        self.assertIn("repost_count", post["public_metrics"])
        self.assertIn("author_id", post)
        self.assertEqual(answer["includes"]["posts"][0]["id"], root)

    def test_direct_messages(self):
        made = [self.publish(kind="dm", account="TIM4UStaff", author="mrossi", text=f"ciao {n} & <3")
                for n in range(3)]
        answer = self.x("GET", "/2/dm_events", max_results=2, expansions="sender_id",
                        dm_event__fields="text,sender_id,created_at,dm_conversation_id,event_type").json
        self.assertEqual([e["id"] for e in answer["data"]], [made[2]["id"], made[1]["id"]])
        self.assertEqual(answer["data"][0]["text"], "ciao 2 &amp; &lt;3")
        self.assertGreaterEqual(len(answer["meta"]["next_token"]), 16)
        self.assertEqual(answer["includes"]["users"][0]["username"], "mrossi")
        low, high = answer["data"][0]["dm_conversation_id"].split("-")
        self.assertLess(int(low), int(high))
        sender = answer["data"][0]["sender_id"]
        for path in (f"/2/dm_conversations/with/{sender}/dm_events",
                     f"/2/dm_conversations/{low}-{high}/dm_events"):
            self.assertEqual(self.x("GET", path).json["meta"]["result_count"], 3)
        self.assertEqual(self.x("GET", "/2/dm_events", token="x-token-TelecomItalia").json,
                         {"meta": {"result_count": 0}})
        self.travel(30 * 86400 + 60)
        self.assertEqual(self.x("GET", "/2/dm_events").json, {"meta": {"result_count": 0}})
