# SPDX-License-Identifier: MIT
"""What the tests of sign-ins share: records as SPEC.md "Secrets" has them, and where a secret must never be."""
import base64
import os
import pathlib
import struct

KINDS = {"token": 1, "oauth2": 2, "oauth1": 3, "mastodon": 4}
PARTS = "token", "refresh", "app_secret", "consumer_key", "consumer_secret", "token_secret"


def record(kind, ends_s=0, set_s=0, client_id="", scopes="", **parts):
    """The bytes of one account's sign-in, before sealing."""
    def text(value):
        return bytes([len(value)]) + value.encode()

    def long(value):
        return struct.pack("<H", len(value)) + value.encode()
    stamps = struct.pack("<5q", int(set_s * 1e6), 0, int(ends_s * 1e6), 0, 0)
    return (bytes([1, KINDS[kind]]) + stamps + text("") + text(client_id) + long(scopes) +
            b"".join(long(parts.get(name, "")) for name in PARTS))


def store(service, account, bytes_, who="test"):
    answer = service.ask("account-store", account=account, who=who, credentials=base64.b64encode(bytes_).decode())
    assert answer.get("ok"), answer
    return answer


def listed(service, account):
    return next(a for a in service.ask("account-list")["accounts"] if a["name"] == account)


def places(folder, secret, *, but=()):
    """Files below `folder` that hold the secret."""
    found = []
    for path in pathlib.Path(folder).rglob("*"):
        if path.is_file() and path.name not in but and secret.encode() in path.read_bytes():
            found.append(str(path))
    return found


def in_arguments(secret):
    """Processes that show the secret in their arguments or their environment."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            for name in "cmdline", "environ":
                if secret.encode() in pathlib.Path(f"/proc/{pid}/{name}").read_bytes():
                    found.append(f"{pid} {name}")
        except OSError:
            continue
    return found
