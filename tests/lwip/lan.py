# SPDX-License-Identifier: MIT
"""What the kernel's side of lwIP's wire has for its tests: interfaces, dnsmasq for DHCP, names and router advertisements."""
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/integration/lib"))

NAME = "sim.test"
PORT = 8443


def enter():
    """In a namespace from here on: the script starts itself again where it is in none."""
    if not shutil.which("dnsmasq"):
        print("skipped: dnsmasq is missing (tools/packages)")
        sys.exit(77)
    if "VEDETTA_TEST_NET" not in os.environ:
        here = str(ROOT / "tests/lwip/namespace")
        os.execv(here, [here, sys.executable, *sys.argv])


def ip(*words, check=True):
    return subprocess.run(["ip", *words], capture_output=True, text=True, check=check).stdout


def make_veth(address):
    """eth0 is the program's and has no address in the kernel; lan is the kernel's end of the same cable."""
    ip("link", "add", "eth0", "type", "veth", "peer", "name", "lan")
    for name in "eth0", "lan":
        path = pathlib.Path(f"/proc/sys/net/ipv6/conf/{name}/disable_ipv6")
        if name == "eth0" and path.exists():
            path.write_text("1")
        ip("link", "set", name, "up")
    ip("addr", "add", f"{address}/24", "dev", "lan")


class Dnsmasq:
    """On one interface. `first` to `last` are leased, and asked for again after ten seconds (option 58)."""

    def __init__(self, folder, interface, address, first=100, last=150, more=()):
        net = address.rpartition(".")[0]
        self.path = pathlib.Path(folder) / "dnsmasq.log"
        self.log = open(self.path, "a")
        command = ["dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--no-ping",
                   "--log-dhcp", "--log-queries", "--log-facility=-", "--pid-file=", "--user=root", f"--interface={interface}",
                   "--except-interface=lo", "--bind-interfaces", "--dhcp-authoritative",
                   f"--dhcp-leasefile={folder}/leases{first}", f"--dhcp-range={net}.{first},{net}.{last},2m",
                   "--dhcp-option-force=58,10", f"--address=/{NAME}/{address}", *more]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)

    def count(self, what):
        return len(re.findall(what, self.path.read_text(errors="replace")))

    def close(self):
        self.process.terminate()
        self.process.wait(5)
        self.log.close()


def page(address):
    """Whether the staff page answers at this address of the program."""
    done = subprocess.run(["curl", "-ksS", "--max-time", "5", f"https://{address}:{PORT}/healthz"], capture_output=True, text=True)
    return done.returncode == 0


def addresses(service, interface):
    """The last word of the log about the interface: its addresses, or []."""
    lines = re.findall(rf"net: {interface}: (.*)", service.tail(100000))
    return re.findall(r"[0-9a-f.:]{3,}(?=,|$)", lines[-1]) if lines and lines[-1].startswith("link") else []
