# SPDX-License-Identifier: MIT
"""X's pay-per-use bill: what is paid, once a day, and the 402 at the end of it."""
from harness import TIM, Case


class Money(Case):
    def bill(self):
        return self.control("GET", "/billing")["accounts"].get("TIM4UStaff", {"spent": 0, "kinds": {}})

    def test_reads_are_paid_once_a_day_and_by_kind(self):
        first = self.mention()
        self.assertEqual(self.bill()["spent"], 0)
        for _ in range(3):
            self.x("GET", f"/2/users/{TIM}/mentions")
        self.x("GET", "/2/tweets", ids=f"{first},5")
        self.x("GET", "/2/users/by", usernames="TIM4UStaff,nobody_there")
        bill = self.bill()
        self.assertEqual(bill["kinds"], {"post": 1, "user": 1})
        self.assertEqual(bill["spent"], 0.015)
        self.travel(86400)
        self.x("GET", f"/2/users/{TIM}/mentions")
        self.assertEqual(self.bill()["kinds"]["post"], 2)

    def test_owned_reads_need_the_app(self):
        self.mention()
        self.control("POST", "/settings", {"app_owners": ["TIM4UStaff"]})
        self.x("GET", f"/2/users/{TIM}/mentions")
        self.assertEqual(self.bill()["spent"], 0.001)

    def test_empty_pages_and_failures_are_free(self):
        self.x("GET", f"/2/users/{TIM}/mentions")
        self.fault("status", status=503)
        self.x("GET", f"/2/users/{TIM}/mentions")
        self.assertEqual(self.reply("5", "ciao").status, 403)
        self.assertEqual(self.bill()["spent"], 0)

    def test_writes_by_kind(self):
        root = self.mention()
        self.assertEqual(self.x("POST", "/2/tweets", {"text": "Buongiorno"}).status, 201)
        self.reply(root, "Ciao")
        self.reply(root, "Ciao, guarda tim.it")
        person = self.publish(kind="dm", account="TIM4UStaff", author="mrossi", text="ciao")["conversation_id"]
        self.x("POST", f"/2/dm_conversations/{person}/messages", {"text": "ciao"})
        bill = self.bill()
        self.assertEqual(bill["kinds"], {"write_post": 1, "write_summoned_reply": 1,
                                         "write_post_with_url": 1, "write_dm": 1})
        self.assertEqual(bill["spent"], 0.24)

    def test_402_at_the_end(self):
        self.control("POST", "/settings", {"credits": {"TIM4UStaff": 0.005}})
        self.mention()
        self.assertEqual(self.x("GET", f"/2/users/{TIM}/mentions").status, 200)
        over = self.x("GET", f"/2/users/{TIM}/mentions")
        self.assertEqual((over.status, over.json["title"]), (402, "CreditsDepleted"))
        self.assertEqual(self.x("POST", "/2/tweets", {"text": "Buongiorno"}).status, 402)
        self.assertEqual(self.control("GET", "/billing")["accounts"]["TIM4UStaff"]["credits"], 0)
        self.assertEqual(self.x("GET", "/2/users/me", token="x-token-TelecomItalia").status, 200)
