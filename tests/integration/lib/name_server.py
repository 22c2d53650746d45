# SPDX-License-Identifier: MIT
"""A name server of the tests' own on loopback, and a program whose only name server it is.

Port 53 and a resolv.conf of its own need root and a mount namespace: is_possible() says whether they can be had.
"""
import os
import pathlib
import socket
import struct
import subprocess
import threading

ADDRESS = "127.0.0.77"
A, AAAA = 1, 28
RCODES = {"servfail": 2, "nxdomain": 3, "refused": 5}


def is_possible():
    if os.geteuid() != 0:
        return False
    try:
        done = subprocess.run(["unshare", "-m", "true"], capture_output=True, timeout=10)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.bind((ADDRESS, 53))
        return done.returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


class NameServer:
    """Answers every name; `mode`: ok, mute, servfail, nxdomain, refused."""

    def __init__(self, v4=("127.0.0.1",), v6=("::1",), address=ADDRESS):
        self.mode = "ok"
        self.v4, self.v6 = v4, v6
        self.asked = 0
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, 53))
        self.socket.settimeout(0.2)
        self.is_ending = False
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.is_ending = True
        self.thread.join(5)
        self.socket.close()

    def _serve(self):
        while not self.is_ending:
            try:
                query, peer = self.socket.recvfrom(4096)
            except socket.timeout:
                continue
            self.asked += 1
            if self.mode != "mute":
                self.socket.sendto(self._answer(query), peer)

    def _answer(self, query):
        end = 12
        while query[end]:
            end += query[end] + 1
        kind = struct.unpack("!H", query[end + 1:end + 3])[0]
        question = query[12:end + 5]
        rcode = RCODES.get(self.mode, 0)
        addresses = [] if rcode else {A: self.v4, AAAA: self.v6}.get(kind, [])
        family = socket.AF_INET if kind == A else socket.AF_INET6
        records = b""
        for address in addresses:
            data = socket.inet_pton(family, address)
            records += b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 1, len(data)) + data
        return query[:2] + struct.pack("!HHHHH", 0x8180 | rcode, 1, len(addresses), 0, 0) + question + records


def wrap(program, folder):
    """A script that runs `program` where names come from here alone."""
    folder = pathlib.Path(folder)
    (folder / "resolv.conf").write_text(f"nameserver {ADDRESS}\noptions timeout:2 attempts:2\n")
    script = folder / "vedetta-with-names"
    script.write_text(f"#!/bin/sh\nexec unshare -m sh -c 'mount --bind {folder}/resolv.conf /etc/resolv.conf && "
                      f"mount --bind /dev/null /etc/hosts && exec \"$0\" \"$@\"' {program} \"$@\"\n")
    script.chmod(0o755)
    return str(script)
