# SPDX-License-Identifier: MIT
"""What a client writes to X, who may, and how often."""
import base64
import hashlib
import hmac
from urllib.parse import quote, urlencode

from harness import TI, TIM, Answer, Case


class Writing(Case):
    def detail(self, answer, status):
        self.assertEqual(answer.status, status)
        return answer.json["detail"]

    def test_reply_is_prefixed_and_listed(self):
        root = self.mention()
        answer = self.reply(root, "Ciao, guarda https://tim.it/guasti")
        self.assertEqual(answer.status, 201)
        data = answer.json["data"]
        self.assertRegex(data["text"], r"^@mrossi Ciao, guarda https://t\.co/\w{10}$")
        self.assertEqual(data["edit_history_tweet_ids"], [data["id"]])
        own = self.x("GET", f"/2/users/{TIM}/tweets", tweet__fields="referenced_tweets,entities").json["data"]
        self.assertEqual(own[0]["referenced_tweets"], [{"type": "replied_to", "id": root}])
        self.assertEqual(own[0]["entities"]["urls"][0]["expanded_url"], "https://tim.it/guasti")
        sent = self.control("GET", "/sent")["sent"]
        self.assertEqual([(s["account"], s["kind"], s["id"], s["in_reply_to"]) for s in sent],
                         [("TIM4UStaff", "reply", data["id"], root)])

    def test_reply_to_the_brand_is_a_mention(self):
        root = self.mention()
        answer = self.reply(root, "Ciao").json["data"]["id"]
        again = self.publish(kind="reply", author="mrossi", in_reply_to=answer, text="grazie")["id"]
        found = self.x("GET", f"/2/users/{TIM}/mentions").json["data"]
        self.assertEqual(found[0], {"id": again, "text": "@TIM4UStaff grazie"})

    def test_not_summoned(self):
        root = self.mention("@TelecomItalia la linea è giù")
        text = self.detail(self.reply(root, "Ci pensiamo noi"), 403)
        self.assertEqual(text, "Reply to this conversation is not allowed because you have not been mentioned "
                               "or otherwise engaged by the author of the post you are replying to.")
        self.assertEqual(self.reply(root, "Ci pensiamo noi", token="x-token-TelecomItalia").status, 201)

    def test_quoting_summons_too(self):
        own = self.x("POST", "/2/tweets", {"text": "Novità"}).json["data"]["id"]
        quote_id = self.publish(kind="quote", author="mrossi", of=own, text="ma funziona?")["id"]
        self.assertEqual(self.reply(quote_id, "Sì!").status, 201)

    def test_duplicate_even_when_deleted(self):
        root = self.mention()
        first = self.reply(root, "Ciao").json["data"]["id"]
        wanted = "You are not allowed to create a Tweet with duplicate content."
        self.assertEqual(self.detail(self.reply(root, "Ciao"), 403), wanted)
        self.assertEqual(self.x("DELETE", f"/2/tweets/{first}").json, {"data": {"deleted": True}})
        self.assertEqual(self.detail(self.reply(root, "Ciao"), 403), wanted)
        other = self.mention(author="altro")
        self.assertEqual(self.reply(other, "Ciao").status, 201)
        self.travel(86401)
        self.assertEqual(self.reply(root, "Ciao").status, 201)

    def test_deleted_parent_and_limited_replies(self):
        root = self.mention()
        self.control("POST", "/delete", {"network": "x", "id": root})
        self.assertIn("Tweet that is deleted or not visible to you", self.detail(self.reply(root, "Ciao"), 403))
        self.control("POST", "/person", {"network": "x", "handle": "chiuso", "limits_replies": True})
        closed = self.publish(kind="post", author="chiuso", text="TIM non va")["id"]
        self.assertEqual(self.detail(self.reply(closed, "Ciao"), 403),
                         "You are not permitted to reply to this conversation.")

    def test_length_is_weighted(self):
        root = self.mention()
        self.assertIn("Your Tweet text is too long.", self.detail(self.reply(root, "a" * 281), 400))
        self.assertEqual(self.reply(root, "a" * 280).status, 201)
        self.assertEqual(self.reply(root, "語" * 141).status, 400)
        link = "https://example.com/" + "x" * 300
        self.assertEqual(self.reply(root, "b" * 256 + " " + link).status, 201)
        self.assertEqual(self.reply(root, "👨‍👩‍👧‍👦" * 140).status, 201)

    def test_bodies_are_checked(self):
        for body in ({}, {"text": 5}, {"text": "a", "foo": 1}, {"text": "a", "reply": {}},
                     {"text": "a", "reply_settings": "nobody"}):
            self.assertEqual(self.x("POST", "/2/tweets", body).status, 400, body)
        self.assertEqual(self.x("POST", "/2/tweets", {
            "text": "a", "direct_message_deep_link": "https://twitter.com/messages/compose?recipient_id=1",
            "media": {"media_ids": ["1"]}}).status, 400)

    def test_foreign_posts_cannot_be_deleted(self):
        self.assertEqual(self.x("DELETE", f"/2/tweets/{self.mention()}").status, 403)

    def test_direct_message_rules(self):
        self.control("POST", "/person", {"network": "x", "handle": "chiuso", "dm_open": False})
        user = self.x("GET", "/2/users/by/username/chiuso",
                      user__fields="receives_your_dm,connection_status").json["data"]
        self.assertFalse(user["receives_your_dm"])
        path = f"/2/dm_conversations/with/{user['id']}/messages"
        self.assertEqual(self.detail(self.x("POST", path, {"text": "ciao"}), 403),
                         "You do not have permission to DM one or more participants.")
        self.publish(kind="dm", account="TIM4UStaff", author="chiuso", text="aiuto")
        answer = self.x("POST", path, {"text": "ciao"})
        self.assertEqual(answer.status, 201)
        self.assertEqual(set(answer.json["data"]), {"dm_conversation_id", "dm_event_id"})
        self.assertEqual(self.x("POST", path, {"text": "ciao"}).status, 201)
        events = self.x("GET", "/2/dm_events", dm_event__fields="sender_id,text").json["data"]
        self.assertEqual([e["sender_id"] == TIM for e in events], [True, True, False])
        conversation = answer.json["data"]["dm_conversation_id"]
        self.assertEqual(self.x("POST", f"/2/dm_conversations/{conversation}/messages",
                                {"text": "ancora"}).status, 201)

    def test_following_opens_messages(self):
        self.control("POST", "/person", {"network": "x", "handle": "segue", "dm_open": False,
                                         "follows": ["TIM4UStaff"]})
        user = self.x("GET", "/2/users/by/username/segue",
                      user__fields="receives_your_dm,connection_status").json["data"]
        self.assertEqual((user["receives_your_dm"], user["connection_status"]), (True, ["followed_by"]))


class Access(Case):
    def test_unknown_token(self):
        answer = self.x("GET", "/2/users/me", token="wrong")
        self.assertEqual(answer.json, {"title": "Unauthorized", "type": "about:blank", "status": 401,
                                       "detail": "Unauthorized"})
        self.assertEqual(self.x("GET", "/2/users/me", token=None).status, 401)

    def test_missing_scope(self):
        self.control("POST", "/token", {"network": "x", "token": "x-token-TIM4UStaff",
                                        "scopes": ["tweet.read", "users.read"]})
        answer = self.x("GET", "/2/dm_events")
        self.assertEqual((answer.status, answer.json["detail"]), (403, "Forbidden"))

    def test_app_tokens_read_only(self):
        self.control("POST", "/account", {"network": "x", "handle": "TIM4UStaff", "app_token": "app",
                                          "token": "x-token-TIM4UStaff"})
        self.assertEqual(self.x("GET", f"/2/users/{TIM}/mentions", token="app").status, 200)
        answer = self.x("GET", "/2/users/me", token="app")
        self.assertEqual(answer.status, 403)
        self.assertTrue(answer.json["type"].endswith("/unsupported-authentication"))

    def test_refresh_rotates(self):
        self.control("POST", "/account", {"network": "x", "handle": "TIM4UStaff", "token": "short",
                                          "expires_in": 7200, "refresh_token": "r1", "client_id": "c1"})
        self.assertEqual(self.x("GET", "/2/users/me", token="short").status, 200)
        self.travel(7201)
        self.assertEqual(self.x("GET", "/2/users/me", token="short").status, 401)
        pair = self.refresh("r1")
        self.assertEqual((pair.status, pair.json["expires_in"], pair.json["token_type"]), (200, 7200, "bearer"))
        self.assertEqual(self.x("GET", "/2/users/me", token=pair.json["access_token"]).status, 200)
        again = self.refresh("r1")
        self.assertEqual((again.status, again.json), (400, {
            "error": "invalid_request", "error_description": "Value passed for the token was invalid."}))
        self.assertEqual(self.refresh(pair.json["refresh_token"]).status, 200)

    def refresh(self, value):
        return self.token_call(grant_type="refresh_token", refresh_token=value, client_id="c1")

    def test_sign_in_with_a_code(self):
        verifier = "v" * 43
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        wish = {"handle": "TIM4UStaff", "redirect_uri": "http://127.0.0.1/cb", "code_challenge": challenge,
                "state": "s1"}
        made = self.control("POST", "/authorise", wish)
        self.assertTrue(made["location"].startswith("http://127.0.0.1/cb?state=s1&code="))
        wrong = self.token_call(grant_type="authorization_code", code=made["code"], client_id="c",
                                redirect_uri="http://127.0.0.1/cb", code_verifier="w" * 43)
        self.assertEqual(wrong.status, 400)
        code = self.control("POST", "/authorise", wish)["code"]
        good = self.token_call(grant_type="authorization_code", code=code, client_id="c",
                               redirect_uri="http://127.0.0.1/cb", code_verifier=verifier)
        self.assertEqual(self.x("GET", "/2/users/me", token=good.json["access_token"]).json["data"]["id"], TIM)
        late = self.control("POST", "/authorise", wish)["code"]
        self.travel(31)
        self.assertEqual(self.token_call(grant_type="authorization_code", code=late, client_id="c",
                                         redirect_uri="http://127.0.0.1/cb", code_verifier=verifier).status, 400)

    def test_app_token_by_client_credentials(self):
        answer = self.token_call("/oauth2/token", grant_type="client_credentials")
        self.assertEqual(self.x("GET", f"/2/users/{TIM}", token=answer.json["access_token"]).status, 200)

    def token_call(self, path="/2/oauth2/token", **form):
        connection = self.sim.connection("x")
        connection.request("POST", path, urlencode(form),
                           {"Content-Type": "application/x-www-form-urlencoded"})
        return Answer(connection.getresponse())

    def test_oauth1_signature(self):
        self.control("POST", "/account", {"network": "x", "handle": "TIM4UStaff", "oauth1": {
            "consumer_key": "ck", "consumer_secret": "cs", "token": "ot", "token_secret": "os"}})
        url = self.sim.addresses["x"] + f"/2/users/{TIM}/mentions"
        now = self.control("GET", "/clock")["virtual"]
        for secret, stamp, status in (("os", now, 200), ("bad", now, 401), ("os", now - 3600, 401)):
            fields = {"oauth_consumer_key": "ck", "oauth_nonce": "n", "oauth_signature_method": "HMAC-SHA1",
                      "oauth_timestamp": str(int(stamp)), "oauth_token": "ot", "oauth_version": "1.0"}
            pairs = sorted({**fields, "max_results": "5", "tweet.fields": "author_id,created_at"}.items())
            base = "&".join(quote(part, safe="~") for part in ("GET", url, "&".join(
                f"{quote(k, safe='~')}={quote(v, safe='~')}" for k, v in pairs)))
            digest = hmac.new(f"cs&{secret}".encode(), base.encode(), hashlib.sha1).digest()
            fields["oauth_signature"] = base64.b64encode(digest).decode()
            header = "OAuth " + ", ".join(f'{k}="{quote(v, safe="~")}"' for k, v in fields.items())
            answer = self.x("GET", f"/2/users/{TIM}/mentions", token=None, max_results=5,
                            tweet__fields="author_id,created_at", headers={"Authorization": header})
            self.assertEqual(answer.status, status)

    def test_rate_window(self):
        first = self.x("GET", "/2/dm_events").headers
        self.assertEqual((first["x-rate-limit-limit"], first["x-rate-limit-remaining"]), ("15", "14"))
        for _ in range(14):
            last = self.x("GET", "/2/dm_events")
        self.assertEqual((last.status, last.headers["x-rate-limit-remaining"]), (200, "0"))
        over = self.x("GET", "/2/dm_events")
        self.assertEqual((over.status, over.json["title"]), (429, "Too Many Requests"))
        self.assertEqual(over.headers["x-rate-limit-reset"], first["x-rate-limit-reset"])
        self.assertEqual(self.x("GET", "/2/dm_events", token="x-token-TelecomItalia").status, 200)
        self.assertEqual(self.x("GET", f"/2/users/{TI}/mentions").status, 200)
        self.travel(901)
        self.assertEqual(self.x("GET", "/2/dm_events").status, 200)

    def test_writes_show_their_day(self):
        headers = self.x("POST", "/2/tweets", {"text": "Buongiorno"}).headers
        self.assertEqual(headers["x-rate-limit-limit"], "100")
        self.assertEqual(headers["x-app-limit-24hour-limit"], "10000")
        self.assertEqual(headers["x-user-limit-24hour-remaining"], "9999")
