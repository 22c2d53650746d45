# SPDX-License-Identifier: MIT
"""A small HTTP proxy for tests: CONNECT, Basic, and every way in which a proxy or a portal can be in the way.

It lives in a thread of its own. `mode` may be changed at any time and counts for new tunnels; cut() ends those that stand.
"""
import asyncio
import base64
import datetime
import pathlib
import ssl
import tempfile
import threading

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PAGE = b"<!DOCTYPE html><html><title>Benvenuti</title><body>Sign in to the free WiFi</body></html>"
HTML = b"Content-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(PAGE) + PAGE
ANSWERS = {
    "forbid": b"HTTP/1.1 403 Filtered\r\n" + HTML,
    "bad_gateway": b"HTTP/1.1 502 Bad Gateway\r\n" + HTML,
    "unavailable": b"HTTP/1.1 503 Service Unavailable\r\n\r\n",
    "late": b"HTTP/1.1 504 Gateway Timeout\r\n\r\n",
    "portal": b"HTTP/1.1 200 OK\r\n" + HTML,
    "redirect": b"HTTP/1.1 302 Found\r\nLocation: http://login.example.net/\r\nContent-Length: 0\r\n\r\n",
    "sign_in": b"HTTP/1.1 511 Network Authentication Required\r\n" + HTML,
    "garbage": b"SSH-2.0-OpenSSH_9.2\r\n",
    "close": b"",
    "ntlm": b"HTTP/1.1 407 No\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM\r\n\r\n",
}
YES = b"HTTP/1.1 200 Connection established\r\n\r\n"


def strange_context(name):
    """A certificate for `name` that nobody signed: what an intercepting portal shows."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
                   .serial_number(x509.random_serial_number()).not_valid_before(datetime.datetime(2000, 1, 1))
                   .not_valid_after(datetime.datetime(2049, 12, 31))
                   .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
                   .sign(key, hashes.SHA256()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "both.pem"
        path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) +
                         key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                           serialization.NoEncryption()))
        context.load_cert_chain(path)
    return context


class Proxy:
    def __init__(self, user=None, password=None, host="127.0.0.1"):
        self.host = host
        self.wanted = base64.b64encode(f"{user}:{password}".encode()).decode() if user else None
        self.mode = "ok"
        self.port = 0
        self.tunnels = []     # "host:port" of every tunnel that stood
        self.refused = 0
        self.asked = 0
        self.read_in_clear = b""  # what an interceptor could read behind its own certificate
        self.strange = strange_context("portal.example.net")
        self.loop = asyncio.new_event_loop()
        self.server = self.interceptor = None
        self.writers = set()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.start()

    @property
    def url(self):
        return f"http://[{self.host}]:{self.port}" if ":" in self.host else f"http://{self.host}:{self.port}"

    def _run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(10)

    def start(self):
        async def listen():
            self.interceptor = await asyncio.start_server(self._intercept, "127.0.0.1", 0, ssl=self.strange)
            self.server = await asyncio.start_server(self._serve, self.host, self.port)
            self.port = self.server.sockets[0].getsockname()[1]
        self._run(listen())

    def stop(self):
        """Dies: nobody listens, and what stood is cut."""
        async def die():
            self.server.close()
            self.interceptor.close()
            for writer in list(self.writers):
                writer.transport.abort()
            await self.server.wait_closed()
        self._run(die())

    def cut(self):
        async def cut_all():
            for writer in list(self.writers):
                writer.transport.abort()
        self._run(cut_all())

    def close(self):
        async def end_tasks():
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
        self.stop()
        self._run(end_tasks())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    async def _intercept(self, reader, writer):
        """The far end as a portal plays it; reached only by who takes its certificate."""
        try:
            self.read_in_clear += await asyncio.wait_for(reader.read(65536), 10)
            writer.write(b"HTTP/1.1 200 OK\r\n" + HTML)
            await writer.drain()
        finally:
            writer.close()

    async def _serve(self, reader, writer):
        self.writers.add(writer)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            self.asked += 1
            await self._answer(head, reader, writer)
        except (OSError, asyncio.IncompleteReadError, ssl.SSLError):
            pass
        finally:
            self.writers.discard(writer)
            writer.close()

    def _is_known(self, head):
        if self.wanted is None:
            return True
        return any(line.lower().startswith(b"proxy-authorization:") and line.split()[-1] == self.wanted.encode()
                   for line in head.split(b"\r\n"))

    async def _answer(self, head, reader, writer):
        method, target, _ = head.split(b"\r\n")[0].decode().split(" ")
        mode = self.mode
        if not self._is_known(head):
            self.refused += 1
            writer.write(b"HTTP/1.1 407 Authentication Required\r\nProxy-Authenticate: Basic realm=\"shop\"\r\n" + HTML)
        elif mode == "mute":
            await asyncio.sleep(60)
        elif mode in ANSWERS or method != "CONNECT":
            self.refused += 1
            writer.write(ANSWERS.get(mode, b"HTTP/1.1 405 No\r\n\r\n"))
        elif mode == "page_behind":
            writer.write(YES)
            await writer.drain()
            await reader.read(1)
            writer.write(b"HTTP/1.1 200 OK\r\n" + HTML)
        elif mode == "intercept":
            await self._tunnel(f"127.0.0.1:{self.interceptor.sockets[0].getsockname()[1]}", reader, writer)
        else:
            await self._tunnel(target, reader, writer)
        await writer.drain()

    async def _tunnel(self, target, reader, writer):
        host, _, port = target.rpartition(":")
        try:
            up_reader, up_writer = await asyncio.open_connection(host.strip("[]"), int(port))
        except OSError:
            writer.write(ANSWERS["bad_gateway"])
            return
        self.writers.add(up_writer)
        self.tunnels.append(target)
        writer.write(YES)
        up = asyncio.ensure_future(self._copy(reader, up_writer))
        try:
            await self._copy(up_reader, writer)
        finally:
            up.cancel()
            self.writers.discard(up_writer)
            up_writer.close()

    async def _copy(self, reader, writer):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.close()
