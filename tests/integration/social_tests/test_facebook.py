# SPDX-License-Identifier: MIT
"""Pages, comments and Messenger."""
import hashlib
import hmac
import os
import re
import sys
from urllib.parse import parse_qs, urlsplit

from harness import PAGE, ROOT, Answer, Case

sys.path.insert(0, os.path.join(ROOT, "tools/social"))

from simulator.facebook_errors import CATALOGUE  # noqa: E402  (the path comes first)

DAY = 86400


class Facebook(Case):
    def publish(self, network="facebook", **spec):
        return super().publish(network, **{"page": "TIM", "author": "Anna Neri", "text": "Perché?", **spec})

    def error(self, answer, code, subcode=None):
        error = answer.json["error"]
        self.assertEqual((error["code"], error.get("error_subcode")), (code, subcode), error)
        self.assertGreaterEqual(answer.status, 400)
        return error["message"]

    def send(self, recipient, text="Ciao", **more):
        return self.fb("POST", f"/{PAGE}/messages", {"recipient": recipient, "messaging_type": "RESPONSE",
                                                      "message": {"text": text}, **more})


class WhatIsOdd(Facebook):
    """Behaviour that clients stumble over."""

    def account(self, **more):
        self.control("POST", "/account", {"network": "facebook", "page": "TIM", "page_id": PAGE,
                                          "token": "fb-token-TIM", **more})

    def test_every_code_of_the_table_in_its_own_words(self):
        for (code, subcode), (text, status, _kind) in CATALOGUE.items():
            self.fault("error", "facebook", "me", code=code, subcode=subcode)
            answer = self.fb("GET", "/me")
            self.assertEqual(answer.status, status)
            self.assertEqual(self.error(answer, code, subcode), text)

    def test_ads_stand_in_no_feed(self):
        ad = self.publish(kind="ad", text="Fibra!")["id"]
        self.publish(kind="comment", in_reply_to=ad, text="Quanto costa?")
        self.assertEqual(self.fb("GET", f"/{PAGE}/feed").json, {"data": []})
        found = self.fb("GET", f"/{PAGE}/ads_posts", fields="id,comments{message}").json["data"]
        self.assertEqual(found[0]["comments"]["data"][0]["message"], "Quanto costa?")

    def test_only_own_posts_name_an_administrator(self):
        self.publish(kind="page_post", author="TIM")
        self.publish(kind="visitor_post")
        found = self.fb("GET", f"/{PAGE}/feed", fields="admin_creator").json["data"]
        self.assertEqual(["admin_creator" in post for post in found], [False, True])

    def test_two_forms_of_a_comment_s_id(self):
        self.account(long_ids=True)
        comment = self.publish(kind="comment")["id"]
        post = f"{PAGE}_{comment.split('_')[0]}"
        self.assertEqual(self.fb("GET", f"/{post}/comments").json["data"][0]["id"], f"{PAGE}_{comment}")
        inline = self.fb("GET", f"/{PAGE}/feed", fields="comments{id}").json["data"][0]
        self.assertEqual(inline["comments"]["data"][0]["id"], comment)

    def test_conversations_know_no_since(self):
        old = self.publish(kind="message", created_at="-2d")["conversation_id"]
        found = self.fb("GET", f"/{PAGE}/conversations", since=int(self.now)).json["data"]
        self.assertEqual([c["id"] for c in found], [old])

    def test_the_same_text_twice_is_two_messages(self):
        psid = self.publish(kind="message")["author_id"]
        self.assertNotEqual(self.send({"id": psid}).json["message_id"], self.send({"id": psid}).json["message_id"])

    def test_other_pages_only_with_the_feature(self):
        self.error(self.fb("GET", "/telecomitalia", fields="fan_count"), 10)
        self.account(public_access=True)
        self.assertEqual(self.fb("GET", "/telecomitalia", fields="fan_count").json["fan_count"], 1000)

    def test_without_access_to_data_reads_come_back_empty(self):
        comment = self.publish(kind="comment")["id"]
        self.publish(kind="visitor_post")
        self.control("POST", "/token", {"network": "facebook", "token": "fb-token-TIM", "data_access_in": 60})
        debug = self.fb("GET", "/debug_token", input_token="fb-token-TIM").json["data"]
        self.assertEqual(debug["data_access_expires_at"], int(self.now) + 60)
        self.travel(120)
        found = self.fb("GET", f"/{PAGE}/feed", fields="comments{id}").json["data"]
        self.assertEqual([post["comments"]["data"] for post in found], [[]])
        self.error(self.fb("GET", f"/{comment}"), 100, 33)

    def test_what_a_private_reply_opened(self):
        comment = self.publish(kind="comment")["id"]
        self.send({"comment_id": comment}, "Ciao Anna")
        fields = "can_reply_privately,private_reply_conversation{id,messages.limit(10){message,from}}"
        node = self.fb("GET", f"/{comment}", fields=fields).json
        self.assertFalse(node["can_reply_privately"])
        self.assertEqual(node["private_reply_conversation"]["messages"]["data"][0]["message"], "Ciao Anna")

    def test_another_version_answers_where_the_asked_one_ended(self):
        self.account(answers_as="v27.0")
        self.assertEqual(self.fb("GET", "/me").headers["facebook-api-version"], "v27.0")

    def test_usage_as_set(self):
        for figure, status in ((60, 200), (90, 200), (100, 400)):
            self.account(usage=figure)
            answer = self.fb("GET", f"/{PAGE}/feed")
            self.assertEqual(answer.status, status)
            self.assertIn(f'"call_count": {figure}', answer.headers["x-business-use-case-usage"])
        self.error(answer, 80001, 2494055)


class Nodes(Facebook):
    def test_me_and_version(self):
        answer = self.fb("GET", "/me", fields="id,name,fan_count")
        self.assertEqual(answer.json, {"id": PAGE, "name": "TIM", "fan_count": 1000})
        self.assertEqual(answer.headers["facebook-api-version"], "v26.0")
        old = self.call("facebook", "GET", "/v22.0/me", token="fb-token-TIM")
        self.assertEqual(old.headers["facebook-api-version"], "v22.0")
        by_parameter = self.call("facebook", "GET", "/v26.0/me", access_token="fb-token-TIM")
        self.assertEqual(by_parameter.json, {"name": "TIM", "id": PAGE})

    def test_tokens(self):
        self.error(self.fb("GET", "/me", token="wrong"), 190)
        self.error(self.fb("GET", "/me", token=None), 104)
        for subcode in (458, 460, 463, 467):
            self.control("POST", "/token", {"network": "facebook", "token": "fb-token-TIM", "revoked": True,
                                            "subcode": subcode})
            self.error(self.fb("GET", "/me"), 190, subcode)
        debug = self.fb("GET", "/debug_token", input_token="fb-token-TIM", token="1|s").json["data"]
        self.assertFalse(debug["is_valid"])
        self.assertEqual(debug["error"]["subcode"], 467)

    def test_appsecret_proof(self):
        self.control("POST", "/account", {"network": "facebook", "page": "TIM", "page_id": PAGE,
                                          "token": "fb-token-TIM", "app_secret": "s"})
        self.assertEqual(self.error(self.fb("GET", "/me"), 100),
                         "API calls from the server require an appsecret_proof argument")
        self.assertEqual(self.error(self.fb("GET", "/me", appsecret_proof="0" * 64), 100),
                         "Invalid appsecret_proof provided in the API argument")
        proof = hmac.new(b"s", b"fb-token-TIM", hashlib.sha256).hexdigest()
        self.assertEqual(self.fb("GET", "/me", appsecret_proof=proof).status, 200)

    def test_permissions(self):
        self.control("POST", "/token", {"network": "facebook", "token": "fb-token-TIM",
                                        "scopes": ["pages_read_engagement"]})
        answer = self.fb("GET", f"/{PAGE}/conversations")
        self.assertEqual(answer.status, 403)
        self.error(answer, 200)

    def test_removed_parameters(self):
        for name in ("pretty", "debug", "date_format"):
            self.error(self.fb("GET", "/me", **{name: "1"}), 100)
        self.error(self.fb("GET", "/", ids="1,2"), 100)

    def test_fields(self):
        self.error(self.fb("GET", "/me", fields="nonsense"), 100)
        self.error(self.fb("GET", "/me", fields="id{"), 2500)
        post = self.publish(kind="visitor_post", text="Città & <b> 😀")["id"]
        self.publish(kind="comment", in_reply_to=post, text="Anch'io")
        answer = self.fb("GET", f"/{PAGE}/feed", fields="message,from{id},created_time,updated_time,comments.limit(1)"
                         ".order(reverse_chronological).summary(true){message,from}")
        item = answer.json["data"][0]
        self.assertEqual(item["message"], "Città & <b> 😀")
        self.assertIn(b"Citt\\u00e0", answer.raw)
        self.assertEqual(list(item["from"]), ["id"])
        self.assertEqual(item["comments"]["data"][0]["message"], "Anch'io")
        self.assertEqual(item["comments"]["summary"]["total_count"], 1)
        self.assertRegex(item["created_time"], r"^2026-10-02T14:38:\d\d\+0000$")
        self.assertRegex(item["id"], rf"^{PAGE}_\d+$")

    def test_empty_edge(self):
        self.assertEqual(self.fb("GET", f"/{PAGE}/feed").json, {"data": []})

    def test_paging_ends_without_next(self):
        post = self.publish(kind="page_post", author="TIM")["id"]
        ids = [self.publish(kind="comment", in_reply_to=post, text=str(n), created_at=f"-{60 - n}s")["id"]
               for n in range(5)]
        seen, path, query = [], f"/{post}/comments", {"limit": 2, "fields": "id", "order": "chronological"}
        while True:
            answer = self.fb("GET", path, **query).json
            seen += [item["id"] for item in answer["data"]]
            self.assertIn("after", answer["paging"]["cursors"])
            if "next" not in answer["paging"]:
                break
            after = urlsplit(answer["paging"]["next"])
            path = re.sub(r"^/v26\.0", "", after.path)
            query = {key: values[0] for key, values in parse_qs(after.query).items()}
            self.assertNotIn("access_token", query)
        self.assertEqual(seen, ids)

    def test_comments_filter_order_since(self):
        post = self.publish(kind="page_post", author="TIM")["id"]
        top = self.publish(kind="comment", in_reply_to=post, text="uno", created_at="-100s")["id"]
        reply = self.publish(kind="reply", in_reply_to=top, text="due", created_at="-50s")["id"]
        deep = self.publish(kind="reply", in_reply_to=reply, text="tre", created_at="-20s")["id"]
        ids = lambda answer: [item["id"] for item in answer.json["data"]]
        self.assertEqual(ids(self.fb("GET", f"/{post}/comments")), [top])
        stream = self.fb("GET", f"/{post}/comments", filter="stream", order="reverse_chronological",
                         fields="id,parent{id}")
        self.assertEqual(ids(stream), [deep, reply, top])
        self.assertEqual(stream.json["data"][0]["parent"], {"id": top})
        self.assertEqual(ids(self.fb("GET", f"/{top}/comments")), [reply, deep])
        since = int(self.now) - 60
        self.assertEqual(ids(self.fb("GET", f"/{post}/comments", filter="stream", since=since)), [reply, deep])
        self.error(self.fb("GET", f"/{post}/comments", filter="all"), 100)

    def test_reply_hide_delete(self):
        comment = self.publish(kind="comment")["id"]
        made = self.fb("POST", f"/{comment}/comments", {"message": "Ciao Anna"}).json["id"]
        node = self.fb("GET", f"/{made}", fields="from,parent{id},message").json
        self.assertEqual(node, {"from": {"name": "TIM", "id": PAGE}, "parent": {"id": comment},
                                "message": "Ciao Anna", "id": made})
        again = self.fb("POST", f"/{comment}/comments", {"message": "Ciao Anna"})
        self.error(again, 506, 1455006)
        self.assertEqual(self.fb("POST", f"/{comment}", {"is_hidden": True}).json, {"success": True})
        self.assertTrue(self.fb("GET", f"/{comment}", fields="is_hidden").json["is_hidden"])
        self.assertEqual(self.fb("DELETE", f"/{made}").json, {"success": True})
        self.error(self.fb("GET", f"/{made}"), 100, 33)
        self.control("POST", "/delete", {"network": "facebook", "id": comment})
        self.error(self.fb("POST", f"/{comment}/comments", {"message": "tardi"}), 100, 33)

    def test_form_bodies_and_long_ids(self):
        comment = self.publish(kind="comment")["id"]
        connection = self.sim.connection("facebook")
        connection.request("POST", f"/v26.0/{PAGE}_{comment}/comments", "message=Ciao+l%C3%A0&access_token="
                           "fb-token-TIM", {"Content-Type": "application/x-www-form-urlencoded"})
        self.assertEqual(Answer(connection.getresponse()).status, 200)
        self.assertEqual(self.control("GET", "/sent")["sent"][0]["text"], "Ciao là")

    def test_hidden_people_have_no_from(self):
        self.control("POST", "/person", {"network": "facebook", "name": "Nessuno", "hidden": True})
        comment = self.publish(kind="comment", author="Nessuno")["id"]
        self.assertEqual(self.fb("GET", f"/{comment}", fields="id,from").json, {"id": comment})

    def test_foreign_pages_are_not_seen(self):
        comment = self.publish(kind="comment", page="Telecom Italia")["id"]
        self.error(self.fb("GET", f"/{comment}"), 100, 33)

    def test_people_have_a_number_for_each_page(self):
        one = self.publish(kind="message")["author_id"]
        other = self.publish(kind="message", page="Telecom Italia")["author_id"]
        self.assertNotEqual(one, other)
        self.error(self.send({"id": other}), 100, 2018001)

    def test_visitor_own_and_tagged(self):
        self.publish(kind="page_post", author="TIM")
        visitor = self.publish(kind="visitor_post")["id"]
        self.publish(kind="tagged")
        self.assertEqual(len(self.fb("GET", f"/{PAGE}/feed").json["data"]), 2)
        self.assertEqual(self.fb("GET", f"/{PAGE}/visitor_posts").json["data"][0]["id"], visitor)
        self.assertEqual(len(self.fb("GET", f"/{PAGE}/published_posts").json["data"]), 1)
        self.assertEqual(set(self.fb("GET", f"/{PAGE}/tagged", fields="id,from").json["data"][0]), {"id"})

    def test_too_much_data(self):
        self.publish(kind="comment")
        answer = self.fb("GET", f"/{PAGE}/feed", limit=100, fields="comments.limit(100){comments.limit(100){id}}")
        self.assertEqual(answer.status, 500)
        self.assertIn("Please reduce the amount of data", self.error(answer, 1, 99))


class Messenger(Facebook):
    def test_conversations_and_messages(self):
        first = self.publish(kind="message", text="Ciao?", created_at="-90s")
        self.publish(kind="message", author="Paolo De Luca", text="Allora?", created_at="-60s")
        self.publish(kind="message", text="Ancora", created_at="-30s")
        listing = self.fb("GET", f"/{PAGE}/conversations", platform="messenger", fields="id,updated_time,participants,"
                          "snippet,unread_count,can_reply,message_count,link").json["data"]
        self.assertEqual([c["snippet"] for c in listing], ["Ancora", "Allora?"])
        self.assertEqual((listing[0]["message_count"], listing[0]["unread_count"]), (2, 2))
        psid = listing[0]["participants"]["data"][0]["id"]
        self.assertEqual(listing[0]["participants"]["data"][0]["email"], psid + "@facebook.com")
        messages = self.fb("GET", f"/{listing[0]['id']}/messages", fields="id,created_time,from,to,message").json
        self.assertEqual([m["message"] for m in messages["data"]], ["Ancora", "Ciao?"])
        self.assertEqual(messages["data"][1]["id"], first["id"])
        self.assertEqual(messages["data"][1]["to"]["data"][0]["id"], PAGE)

    def test_twenty_messages_have_details(self):
        made = [self.publish(kind="message", text=str(n), created_at=f"-{60 - n}s") for n in range(22)]
        found = self.fb("GET", f"/{made[0]['conversation_id']}/messages", limit=50, fields="id,message").json["data"]
        self.assertEqual(len(found), 22)
        self.assertEqual([("message" in item) for item in found], [True] * 20 + [False] * 2)
        self.error(self.fb("GET", f"/{made[0]['id']}", fields="message"), 100, 33)

    def test_folders_and_attachments(self):
        made = self.publish(kind="message", text="", media=["photo"], folder="other")
        self.assertEqual(self.fb("GET", f"/{PAGE}/conversations").json, {"data": []})
        found = self.fb("GET", f"/{PAGE}/conversations", folder="other").json["data"]
        self.assertEqual([c["id"] for c in found], [made["conversation_id"]])
        message = self.fb("GET", f"/{made['id']}", fields="message,attachments").json
        self.assertEqual(message["message"], "")
        self.assertEqual(message["attachments"]["data"][0]["mime_type"], "image/jpeg")

    def test_marked_as_seen(self):
        psid = self.publish(kind="message")["author_id"]
        self.fb("POST", f"/{PAGE}/messages", {"recipient": {"id": psid}, "sender_action": "mark_seen"})
        found = self.fb("GET", f"/{PAGE}/conversations", fields="unread_count").json["data"]
        self.assertEqual(found[0]["unread_count"], 0)

    def test_24_hours_then_human_agent_then_nothing(self):
        psid = self.publish(kind="message")["author_id"]
        answer = self.send({"id": psid})
        self.assertEqual(answer.json["recipient_id"], psid)
        self.assertTrue(answer.json["message_id"].startswith("m_"))
        late = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
        self.travel(DAY + 60)
        self.error(self.send({"id": psid}), 10, 2018278)
        self.error(self.send({"id": psid}, **late), 10)
        self.control("POST", "/account", {"network": "facebook", "page": "TIM", "page_id": PAGE,
                                          "token": "fb-token-TIM", "human_agent": True})
        self.assertEqual(self.send({"id": psid}, **late).status, 200)
        self.travel(6 * DAY)
        self.error(self.send({"id": psid}, **late), 10, 2018278)

    def test_private_reply_once_within_seven_days(self):
        comment, old = self.publish(kind="comment")["id"], self.publish(kind="comment", created_at="-8d")["id"]
        self.assertTrue(self.fb("GET", f"/{comment}", fields="can_reply_privately").json["can_reply_privately"])
        self.assertEqual(self.send({"comment_id": comment}).status, 200)
        self.assertEqual(self.error(self.send({"comment_id": comment}), 10),
                         "Cannot send a private reply more than once.")
        node = self.fb("GET", f"/{comment}", fields="can_reply_privately,private_reply_conversation").json
        self.assertFalse(node["can_reply_privately"])
        self.assertTrue(node["private_reply_conversation"]["id"].startswith("t_"))
        self.error(self.send({"comment_id": old}), 10903)

    def test_refusals(self):
        psid = self.publish(kind="message")["author_id"]
        self.error(self.send({"id": psid}, "x" * 2001), 100)
        self.error(self.send({"id": psid}, " "), 100)
        self.error(self.send({"id": psid}, messaging_type="HELLO"), 100)
        self.control("POST", "/person", {"network": "facebook", "name": "Anna Neri", "blocked": True})
        self.error(self.send({"id": psid}), 551, 1545041)
        self.control("POST", "/person", {"network": "facebook", "name": "Anna Neri", "blocked": False,
                                         "other_app": True})
        self.error(self.send({"id": psid}), 10, 2018300)
        self.control("POST", "/account", {"network": "facebook", "page": "TIM", "page_id": PAGE,
                                          "token": "fb-token-TIM", "restricted": True})
        self.error(self.send({"id": psid}), 10, 1893063)

    def test_conversations_twice_a_second(self):
        self.control("POST", "/clock", {"spec": f"0:{self.now}@0"})
        statuses = [self.fb("GET", f"/{PAGE}/conversations").status for _ in range(3)]
        self.assertEqual(statuses, [200, 200, 400])
        self.error(self.fb("GET", f"/{PAGE}/conversations"), 613)

    def test_usage_climbs_to_the_throttle(self):
        self.control("POST", "/settings", {"engaged_users": 1, "usage_after": 5})
        psid = self.publish(kind="message")["author_id"]
        shares = []
        for number in range(201):
            answer = self.send({"id": psid}, f"messaggio {number}")
            header = answer.headers.get("x-business-use-case-usage")
            if header:
                shares.append(int(re.search(r'"call_count": (\d+)', header)[1]))
        self.assertEqual((shares[0], shares[-1]), (2, 100))
        self.assertEqual(shares, sorted(shares))
        self.error(answer, 80006)
        self.assertRegex(answer.headers["x-business-use-case-usage"],
                         r'"type": "messenger".*"estimated_time_to_regain_access": 1\d{3}')
