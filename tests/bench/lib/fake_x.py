# SPDX-License-Identifier: MIT
"""An X that is only as large as the benches need: mentions that are handed out on command, everything else empty.

The simulated networks (tools/social) are not used here, so that their work is not measured: this one answers from
prepared bytes, in the same thread that watches the light, and stamps the instant just before an answer is written.
"""
import asyncio
import datetime
import json
import pathlib
import ssl
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tools/social"))
from simulator import tls  # noqa: E402

EPOCH_MS = 1288834974657  # of X's snowflakes
WINDOW = 10_000_000  # calls: the pace is the configuration's, not the network's


class FakeX:
    """`mentions(account) -> posts` is asked at each poll; `written(account, posts, stamp)` is told of each answer with posts."""

    def __init__(self, folder, mentions, written=None):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.mentions = mentions
        self.written = written
        self.serial = 0
        self.requests = 0
        self.tasks = set()

    async def start(self):
        authority = tls.Authority()
        (self.folder / "ca.pem").write_bytes(authority.pem)
        context = tls.server_context(authority, str(self.folder))
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=context)
        port = self.server.sockets[0].getsockname()[1]
        self.addresses = {"ca": str(self.folder / "ca.pem"), "x": f"https://localhost:{port}"}
        return self

    async def stop(self):
        self.server.close()
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    def post(self, author, text):
        """A post of now, as the list of mentions has it."""
        self.serial += 1
        now = time.time()
        number = str(((int(now * 1000) - EPOCH_MS) << 22) | (self.serial & 0x3FFFFF))
        at = datetime.datetime.fromtimestamp(now, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        return {"id": number, "text": text, "author_id": str(900000000 + author), "conversation_id": number,
                "created_at": at, "edit_history_tweet_ids": [number]}

    async def _serve(self, reader, writer):
        task = asyncio.current_task()
        self.tasks.add(task)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                self._answer(writer, head.split(b" ", 2)[1].decode())
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError, asyncio.CancelledError):
            pass
        finally:
            self.tasks.discard(task)
            writer.close()

    def _answer(self, writer, target):
        self.requests += 1
        path = target.split("?")[0].split("/")
        account = path[3] if len(path) > 4 and path[2] == "users" and path[4] == "mentions" else None
        posts = self.mentions(account) if account else []
        data = self._page(posts)
        stamp = time.perf_counter()
        writer.write(data)
        if posts and self.written:
            self.written(account, posts, stamp)

    @staticmethod
    def _page(posts):
        body = {"meta": {"result_count": len(posts)}}
        if posts:
            posts = posts[::-1]  # newest first
            users = [{"id": p["author_id"], "username": f"cliente{p['author_id']}"} for p in posts]
            body = {"data": posts, "includes": {"users": users},
                    "meta": {"result_count": len(posts), "newest_id": posts[0]["id"], "oldest_id": posts[-1]["id"]}}
        body = json.dumps(body).encode()
        head = (f"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
                f"x-rate-limit-limit: {WINDOW}\r\nx-rate-limit-remaining: {WINDOW - 1}\r\n"
                f"x-rate-limit-reset: {int(time.time()) + 900}\r\n\r\n")
        return head.encode() + body


def accounts(n, brand, first=1):
    """Accounts of this X for service.make_config."""
    return [{"name": f"banco{i}-x", "brand": brand(i), "network": "x", "handle": f"banco{i}",
             "user_id": str(500000000 + i), "token": f"bench-token-{i}", "watch_own_posts": False}
            for i in range(first, first + n)]
