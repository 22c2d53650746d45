# SPDX-License-Identifier: MIT
"""The HTTPS side that all networks share: one call in, faults applied, one answer out."""
import asyncio
import gzip
import json
import traceback
import weakref
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from aiohttp import web
from multidict import CIMultiDict

from . import faults as fault_kinds
from .clock import http_date

SECRET = {"access_token", "appsecret_proof", "client_secret", "refresh_token", "input_token"}


@dataclass
class Call:
    """One request as a network sees it."""
    network: str
    method: str
    path: str
    pairs: list
    headers: object
    body: bytes
    now: float
    base: str = ""
    op: str = "?"
    labels: tuple = ()
    account: str = ""
    principal: object = None
    params: dict = field(default_factory=dict)
    faults: list = field(default_factory=list)

    @property
    def query(self):
        return dict(self.pairs)

    def fault(self, kind):
        return next((f for f in self.faults if f.kind == kind), None)


@dataclass
class Reply:
    """What a network answers; bytes and text go out as they are."""
    status: int
    body: object
    headers: dict = field(default_factory=dict)
    content_type: str = "application/json; charset=utf-8"


class Stats:
    """How the clients used their connections."""

    def __init__(self):
        self.seen = weakref.WeakKeyDictionary()
        self.clear()

    def clear(self):
        self.connections = self.resumed = self.requests = self.kept = 0

    def note(self, transport):
        """Returns the number of this connection."""
        self.requests += 1
        known = self.seen.get(transport)
        if known:
            self.kept += 1
            return known
        self.connections += 1
        tls = transport.get_extra_info("ssl_object")
        if tls is not None and getattr(tls, "session_reused", False):
            self.resumed += 1
        self.seen[transport] = self.connections
        return self.connections

    def show(self):
        return {"requests": self.requests, "connections": self.connections,
                "connections_new": self.connections - self.resumed,
                "connections_resumed": self.resumed, "requests_kept": self.kept,
                "kept_or_resumed": self.kept + self.resumed}


class NetworkServer:
    """Serves one network object: route(call), authenticate(call), handle(call), fail(call, fault)."""

    def __init__(self, world, network):
        self.world = world
        self.network = network

    def app(self):
        app = web.Application(client_max_size=16 * 1024 * 1024)
        app.router.add_route("*", "/{tail:.*}", self.serve)
        return app

    async def serve(self, request):
        body = await request.read()
        pairs = parse_qsl(request.rel_url.raw_query_string, keep_blank_values=True)
        call = Call(self.network.name, request.method, request.rel_url.path, pairs,
                    request.headers, body, self.world.clock.now(),
                    f"https://{request.host}")
        number = self.world.stats[call.network].note(request.transport)
        entry = self.world.log_request(call, number)
        self.network.route(call)
        self.network.identify(call)
        call.faults = self.world.faults.take(call)
        try:
            reply = self._answer(call)
        except Exception:  # a bug here must look like an outage, and be seen
            traceback.print_exc()
            reply = Reply(500, "simulator: internal error, see its stderr\n", {}, "text/plain")
        entry.update(op=call.op, account=call.account, faults=[f.kind for f in call.faults],
                     status=reply.status if reply else 0)
        status = f"{call.network}.{entry['status']}"
        self.world.statuses[status] = self.world.statuses.get(status, 0) + 1
        if reply is not None and reply.status >= 400:
            self.world.refusals.append({**entry, "words": self._bytes(call, reply)[:300].decode("utf-8", "replace")})
        if reply is None:
            request.transport.abort()
            return web.Response(status=500)
        return await self._send(request, call, reply)

    def _answer(self, call):
        """The reply, or None to drop the connection."""
        for fault in call.faults:
            if fault.kind == "drop_before":
                return None
            if fault.kind in fault_kinds.BEFORE:
                return self.network.fail(call, fault)
        written = len(self.world.sent)
        reply = self.network.handle(call)
        self._hide(call, written)
        for fault in call.faults:
            if fault.kind == "drop_after_commit":
                return None
            if fault.kind == "status_after_commit":
                return self.network.fail(call, fault)
        return reply

    def _hide(self, call, written):
        """Fault parameter hidden_s: what this call wrote is shown to nobody for so long."""
        for fault in call.faults:
            for item in self.world.sent[written:] if "hidden_s" in fault.params else ():
                self.network.find_sent(item["id"]).visible = call.now + float(fault.params["hidden_s"])

    async def _send(self, request, call, reply):
        data = self._bytes(call, reply)
        headers = CIMultiDict({"Date": http_date(call.now), "Content-Type": reply.content_type})
        for name, value in reply.headers.items():   # a list: the same header that often
            headers.popall(name, None)
            headers.extend((name, one) for one in (value if isinstance(value, list) else [value]))
        data, headers = _spoil(call, data, headers)
        if "gzip" in request.headers.get("Accept-Encoding", "").lower() and len(data) > 200:
            data = gzip.compress(data, 1)
            headers["Content-Encoding"] = "gzip"
        if call.fault("slow"):
            await asyncio.sleep(float(call.fault("slow").params.get("ms", 2000)) / 1000)
        odd = next((f for f in call.faults
                    if f.kind in ("trickle", "truncated", "no_length", "stall")), None)
        if odd is None:
            return self._plain(request, call, reply.status, data, headers)
        return await _send_oddly(request, odd, reply.status, headers, data)

    def _plain(self, request, call, status, data, headers):
        response = web.Response(status=status, body=data, headers=headers)
        if call.fault("close"):
            response.force_close()
        if call.fault("close_silently"):
            # As an idle time-out that falls between two calls: nothing announces it.
            asyncio.get_running_loop().call_later(0.02, request.transport.close)
        return response

    def _bytes(self, call, reply):
        if isinstance(reply.body, bytes):
            return reply.body
        if isinstance(reply.body, str):
            return reply.body.encode("utf-8", "surrogatepass")
        return self.network.encode(reply.body)


def _spoil(call, data, headers):
    """Faults of the body and the headers."""
    for fault in call.faults:
        params = fault.params
        if fault.kind == "bad_json":
            data = params.get("text", '{"data":[{"id":"1","text":"x",}],').encode()
        elif fault.kind == "bad_utf8":
            data = data.replace(b'"text":"', b'"text":"\xff\xfe\xc3\x28 ').replace(
                b'"message":"', b'"message":"\xff\xfe\xc3\x28 ')
        elif fault.kind == "huge_body":
            size = int(params.get("bytes", 32 * 1024 * 1024))
            data = b'{"data":[{"id":"1","text":"' + b"a" * size + b'"}]}'
        elif fault.kind == "deep_json":
            depth = int(params.get("depth", 100000))
            data = b'{"data":' + b"[" * depth + b"]" * depth + b"}"
        elif fault.kind == "wrong_type":
            headers["Content-Type"] = params.get("type", "text/html; charset=utf-8")
        elif fault.kind == "wrong_date":
            headers["Date"] = params.get("date") or http_date(
                call.now + float(params.get("offset_s", -86400 * 365)))
    return data, headers


async def _send_oddly(request, fault, status, headers, data):
    """Bodies that come slowly, end early or never end."""
    response = web.StreamResponse(status=status, headers=headers)
    if fault.kind == "no_length":
        response.force_close()
    elif fault.kind != "trickle" or not fault.params.get("chunked"):
        response.content_length = len(data)
    await response.prepare(request)
    if fault.kind == "trickle":
        step = int(fault.params.get("bytes", 16))
        pause = float(fault.params.get("ms", 50)) / 1000
        for position in range(0, len(data), step):
            await response.write(data[position:position + step])
            await asyncio.sleep(pause)
    elif fault.kind == "no_length":
        await response.write(data)
    else:
        share = float(fault.params.get("share", 0.5))
        await response.write(data[:max(1, int(len(data) * share))])
        if fault.kind == "stall":
            await asyncio.sleep(float(fault.params.get("ms", 60000)) / 1000)
        await asyncio.sleep(0.01)
        request.transport.close()
        return response
    await response.write_eof()
    return response


def compact(value, ascii_only=False):
    return json.dumps(value, ensure_ascii=ascii_only, separators=(",", ":")).encode(
        "utf-8", "replace")
