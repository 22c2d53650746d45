#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The two TCP/IP stacks in one run: net_bench over the kernel's and over lwIP, the same server beyond a pair of veths.

    tests/bench/lib/stacks.py NET_BENCH-OVER-THE-KERNEL NET_BENCH-OVER-LWIP

In a network namespace of its own (exit 77 where that is not allowed); frames as a wire has them, 1,514 bytes and whole
sums, for both. They take turns, ROUNDS times; the best round counts. Prints one JSON object.
"""
import json
import pathlib
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests/badnet/lib"))
sys.path.insert(0, str(ROOT / "tools/social"))

import lab  # noqa: E402
from simulator.tls import Authority  # noqa: E402

ROUNDS = 3
POLLS, BIGS, CONNECTIONS = 1000, 8, 32
SMALL, BIG = bytes(2048), bytes(16 << 20)
PORT = 8443


class Server:
    """As fast as OpenSSL is: a thread a connection, answers made beforehand."""

    def __init__(self, folder):
        authority = Authority(lab.NET)
        chain, key = authority.issue()
        (folder / "ca.pem").write_bytes(authority.pem)
        (folder / "server.pem").write_bytes(key + chain)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(folder / "server.pem")
        self.answers = {b"/small": self._answer(SMALL), b"/big": self._answer(BIG), b"/wait": self._answer(SMALL)}
        self.listener = socket.create_server((lab.NET, PORT), backlog=128)
        threading.Thread(target=self._accept, daemon=True).start()

    @staticmethod
    def _answer(body):
        return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body

    def _accept(self):
        while True:
            client, _ = self.listener.accept()
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        try:
            with self.context.wrap_socket(client, server_side=True) as s:
                seen = b""
                while part := s.recv(4096):
                    seen += part
                    if not seen.endswith(b"\r\n\r\n"):
                        continue
                    path = seen.split(b" ", 2)[1]
                    seen = b""
                    if path == b"/wait":
                        time.sleep(1)  # so that all connections stand at once
                    s.sendall(self.answers[path])
        except OSError:
            pass  # it has what it wanted


def lay(holder):
    """box0, first with an address of the kernel's."""
    lab.ip("link", "set", "lo", "up")
    lab.ip("link", "add", "box0", "type", "veth", "peer", "name", "net0")
    for name in "box0", "net0":
        lab.set_plain(name)
    lab.ip("link", "set", "box0", "netns", str(holder))
    lab.ip("addr", "add", f"{lab.NET}/24", "dev", "net0")
    lab.ip("link", "set", "net0", "up")
    lab.ip("link", "set", "lo", "up", pid=holder)
    lab.ip("link", "set", "box0", "up", pid=holder)


def measure(program, folder, holder, is_lwip):
    # An address of its own for each: net0 must not take one's hardware address for the other's.
    address = "10.77.0.11/24" if is_lwip else f"{lab.BOX}/24"
    words = [program, folder / "ca.pem", lab.NET, PORT, POLLS, BIGS, CONNECTIONS] + (["box0", address] if is_lwip else [])
    if not is_lwip:
        lab.ip("addr", "add", address, "dev", "box0", pid=holder)
    try:
        done = subprocess.run(["nsenter", f"--net=/proc/{holder}/ns/net", *map(str, words)], stdout=subprocess.PIPE, text=True,
                              timeout=180, check=True)
    finally:
        if not is_lwip:
            lab.ip("addr", "flush", "dev", "box0", pid=holder)
    return json.loads(done.stdout)


def main():
    reason = lab.enter()
    if reason:
        print(reason)
        return 77
    figures = {}
    holder = subprocess.Popen(lab.within("unshare", "--net", "sleep", "600"))
    try:
        lab.wait_apart(holder)
        lay(holder.pid)
        with tempfile.TemporaryDirectory(prefix="vedetta-stacks-") as name:
            folder = pathlib.Path(name)
            Server(folder)
            for _ in range(ROUNDS):
                for stack, program in zip(("posix", "lwip"), sys.argv[1:3], strict=True):
                    got = measure(program, folder, holder.pid, stack == "lwip")
                    print(f"    {stack}: {got}", file=sys.stderr, flush=True)
                    for key, value in got.items():
                        best = max if key == "down_mb_s" else min
                        figures[f"{stack}_{key}"] = best(value, figures.get(f"{stack}_{key}", value))
    finally:
        holder.kill()
        holder.wait()
    print(json.dumps(figures))
    return 0


sys.exit(main())
