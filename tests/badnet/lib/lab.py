# SPDX-License-Identifier: MIT
"""Two machines and a bad wire between them, in network namespaces of this program's own.

    the box [box0] ===== wire ===== [net0] here: simulated networks, name server, staff, whoever attacks

The namespaces have no names: they are gone with the processes that hold them, however those end. `enter()` comes
first: it makes the program anew in a namespace of its own, or says why that can't be had.
"""
import ctypes
import fcntl
import json
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import sys
import time

BOX, NET, OTHER = "10.77.0.1", "10.77.0.2", "10.77.0.9"
BOX6, NET6 = "fd77::1", "fd77::2"
NAME = "social.test"
MARK = "VEDETTA_BADNET_INSIDE"
HOLD_S = 7200  # nothing of it outlives this, whatever happens
# What a veth leaves to hardware that isn't there: sums and big segments, for the kernel's eyes only.
OFFLOADS = (0x15, 0x17, 0x19, 0x1f, 0x24, 0x2c)  # ETHTOOL_S: RXCSUM TXCSUM SG TSO GSO GRO
SIOCETHTOOL = 0x8946


def enter():
    """Once more from the top in a network and a mount namespace; None inside, else why it is not possible."""
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    if os.environ.get(MARK):
        return None
    for tool in "ip", "unshare", "nsenter", "setpriv":
        if not shutil.which(tool):
            return f"'{tool}' is missing: tools/setup installs it"
    how = ["unshare", "--net", "--mount"] + ([] if os.geteuid() == 0 else ["--user", "--map-root-user"])
    probe = "ip link add type veth && ip link set lo up"
    done = subprocess.run([*how, "sh", "-c", probe], capture_output=True, text=True, timeout=20)
    if done.returncode != 0:
        words = (done.stderr.strip().splitlines() or ["no word why"])[0]
        return f"network namespaces with veth are not allowed here ({words})"
    os.environ[MARK] = "1"
    sys.stdout.flush()
    os.execvp(how[0], [*how, sys.executable, *sys.argv])


def ip(*words, pid=None):
    within = ["nsenter", f"--net=/proc/{pid}/ns/net"] if pid else []
    done = subprocess.run([*within, "ip", *words], capture_output=True, text=True, timeout=10)
    if done.returncode != 0:
        raise RuntimeError(f"ip {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


def set_plain(interface):
    """Frames as they would be on a real wire: small, with their sums."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        for command in OFFLOADS:
            value = ctypes.create_string_buffer(struct.pack("II", command, 0))
            request = struct.pack("16sP24x", interface.encode(), ctypes.addressof(value))
            try:
                fcntl.ioctl(s, SIOCETHTOOL, request)
            except OSError:
                pass  # this kernel has no such one to turn off


def within(*words):
    """What ends with this program, by whatever end."""
    return ["setpriv", "--pdeathsig", "KILL", *words]


def wait_apart(process):
    """Until what was begun with `unshare --net` has its own namespace."""
    own = os.readlink("/proc/self/ns/net")
    end = time.monotonic() + 5
    while os.readlink(f"/proc/{process.pid}/ns/net") == own:
        if time.monotonic() > end or process.poll() is not None:
            raise RuntimeError("no second network namespace")
        time.sleep(0.01)


class Wire:
    """tests/badnet/wire, told by keywords; see there."""

    def __init__(self, program, ends, seed, pid):
        self.process = subprocess.Popen(within("nsenter", f"--net=/proc/{pid}/ns/net", program, *ends, str(seed)),
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def _ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        counts = json.loads(self.process.stdout.readline())
        if not counts["ok"]:
            raise ValueError(f"the wire does not know '{line}'")
        return counts

    def set(self, **how):
        return self._ask(" ".join(f"{k}={v}" for k, v in how.items()))

    def stats(self):
        return self._ask("stats")

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Lab:
    """`has_kernel_address` False: box0 is the program's own, its kernel knows no address on it."""

    def __init__(self, wire_program, folder, seed=1, has_kernel_address=True):
        self.folder = pathlib.Path(folder)
        self.holders = []
        self.has_kernel_address = has_kernel_address
        try:
            self.box = self._hold()
            self.middle = self._hold()
            self._lay()
            self.wire = Wire(wire_program, ("box1", "net1"), seed, self.middle)
            self.wire.stats()
        except BaseException:
            self._end_holders()
            raise

    def _hold(self):
        process = subprocess.Popen(within("unshare", "--net", "sleep", str(HOLD_S)))
        self.holders.append(process)
        wait_apart(process)
        return process.pid

    def _lay(self):
        ip("link", "set", "lo", "up")
        for name in "box", "net":
            ip("link", "add", f"{name}0", "type", "veth", "peer", "name", f"{name}1")
            set_plain(f"{name}0")
            set_plain(f"{name}1")
            ip("link", "set", f"{name}1", "netns", str(self.middle))
            # The wire speaks no IP: no address, not even a made-up one.
            ip("link", "set", f"{name}1", "addrgenmode", "none", pid=self.middle)
            ip("link", "set", f"{name}1", "mtu", "1500", "up", pid=self.middle)
        ip("link", "set", "box0", "netns", str(self.box))
        ip("link", "set", "lo", "up", pid=self.box)
        ip("addr", "add", f"{NET}/24", "dev", "net0")
        ip("addr", "add", f"{OTHER}/24", "dev", "net0")
        ip("addr", "add", f"{NET6}/64", "dev", "net0", "nodad")
        ip("link", "set", "net0", "up")
        if not self.has_kernel_address:
            ip("link", "set", "box0", "addrgenmode", "none", pid=self.box)
            ip("link", "set", "box0", "up", pid=self.box)
            return
        ip("addr", "add", f"{BOX}/24", "dev", "box0", pid=self.box)
        ip("addr", "add", f"{BOX6}/64", "dev", "box0", "nodad", pid=self.box)
        ip("link", "set", "box0", "up", pid=self.box)
        ip("route", "add", "default", "via", NET, pid=self.box)

    def set_mtu(self, mtu):
        """Of the link itself; both ends know it."""
        ip("link", "set", "box0", "mtu", str(mtu), pid=self.box)
        ip("link", "set", "net0", "mtu", str(mtu))

    def set_in_box(self, name, value):
        """A setting of the box's kernel, as its firmware would make it."""
        subprocess.run(["nsenter", f"--net=/proc/{self.box}/ns/net", "sh", "-c", f"echo {value} >/proc/sys/{name}"],
                       check=True, timeout=10)

    def set_link(self, is_up):
        """The cable: pulled, or in again."""
        ip("link", "set", "box1", "up" if is_up else "down", pid=self.middle)

    def name_servers(self):
        """The box asks the one at NET, and knows no other names."""
        for target, text in (("/etc/resolv.conf", f"nameserver {NET}\noptions timeout:2 attempts:2\n"),
                             ("/etc/hosts", "127.0.0.1 localhost\n")):
            file = self.folder / pathlib.Path(target).name
            file.write_text(text)
            subprocess.run(["mount", "--bind", file, target], check=True, timeout=10)

    def in_box(self, program):
        """A program like `program` that runs on the box; its process id is its own."""
        script = self.folder / f"in-box-{pathlib.Path(program).name}"
        script.write_text(f'#!/bin/sh\nexec nsenter --net=/proc/{self.box}/ns/net "{program}" "$@"\n')
        script.chmod(0o755)
        return str(script)

    def _end_holders(self):
        for process in self.holders:
            process.kill()
            process.wait()

    def close(self):
        self.wire.close()
        self._end_holders()
