# SPDX-License-Identifier: MIT
"""Plain files in the place of the kernel's LED class, and a watch on them (inotify, by way of the C library)."""
import ctypes
import os
import pathlib
import struct

COLOURS = ("red", "amber", "green", "white")
IN_MODIFY = 2


class Leds:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        for colour in COLOURS:
            led = self.folder / colour
            led.mkdir(parents=True, exist_ok=True)
            (led / "max_brightness").write_text("255\n")
            (led / "brightness").write_text("0\n")
        libc = ctypes.CDLL(None, use_errno=True)
        self.fd = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        self.colour_of = {}
        for colour in COLOURS:
            path = str(self.folder / colour / "brightness").encode()
            self.colour_of[libc.inotify_add_watch(self.fd, path, IN_MODIFY)] = colour
        if self.fd < 0 or -1 in self.colour_of:
            raise OSError(ctypes.get_errno(), "inotify")

    def config(self):
        return {"kind": "leds", "root": str(self.folder), **{c: c for c in COLOURS}}

    def changed(self):
        """The colours that were written to since the last call, with what they show now."""
        try:
            data = os.read(self.fd, 1 << 16)
        except BlockingIOError:
            return {}
        seen = {}
        at = 0
        while at < len(data):
            watch, _, _, length = struct.unpack_from("iIII", data, at)
            at += 16 + length
            colour = self.colour_of.get(watch)
            text = (self.folder / colour / "brightness").read_text()
            seen[colour] = int(text.split("\n")[0] or 0)  # a plain file may still have the end of a longer number
        return seen

    def close(self):
        os.close(self.fd)
