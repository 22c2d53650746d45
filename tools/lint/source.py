# SPDX-License-Identifier: MIT
"""source: what the lint scripts share: finding files, C without its comments and strings, findings."""
import os
import re
import sys

TOKEN = re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.S)


def files(root, folders, endings):
    """Paths relative to root, sorted, without what is hidden or built."""
    for folder in folders:
        for where, inner, names in os.walk(os.path.join(root, folder)):
            inner[:] = sorted(d for d in inner if not d.startswith((".", "__")) and d != "build")
            path = os.path.relpath(where, root)
            if path.startswith("tests/lint"):
                continue
            for name in sorted(names):
                if name.endswith(endings):
                    yield os.path.join(path, name)


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as f:
        return f.read()


def exists(root, path):
    return os.path.exists(os.path.join(root, path))


def read_start(root, path):
    """The first bytes, of any file."""
    with open(os.path.join(root, path), "rb") as f:
        return f.read(64).decode("latin-1")


def bare(text):
    """The same lines without comments, and with the inside of strings and characters blanked."""
    def blank(match):
        token = match.group(0)
        if token[0] == "/":
            return re.sub(r"[^\n]", " ", token)
        return token[0] + "_" * (len(token) - 2) + token[-1]

    # Names in #include are wanted, and they are strings to the pattern.
    out = TOKEN.sub(blank, text)
    return "\n".join(o if re.match(r"\s*#\s*include", t) else b
                     for o, b, t in zip(text.split("\n"), out.split("\n"), text.split("\n")))


class Findings:
    """Prints "path:line: rule: sentence" and counts."""

    def __init__(self):
        self.count = 0

    def add(self, path, line, rule, sentence):
        self.count += 1
        print(f"{path}:{line}: {rule}: {sentence}")

    def finish(self):
        sys.exit(1 if self.count else 0)
