# SPDX-License-Identifier: MIT
"""The shared accelerated clock, and the time formats of the networks.

A clock is written REAL0:V0@S0,V1@S1,... : at the real Unix second REAL0 the virtual time is V0
and advances S0 virtual seconds a real second until it reaches V1, from there S1, and so on.
Before REAL0 it stands at V0. Without a specification virtual time is real time.
"""
import re
import time
from datetime import datetime, timezone


class Clock:
    """Turns real seconds into virtual ones and back."""

    def __init__(self, spec=None, real=time.time):
        self.real = real
        self.spec = spec or ""
        self.legs = _parse(spec) if spec else None

    def now(self):
        return self.at(self.real())

    def at(self, real):
        if self.legs is None:
            return real
        first = self.legs[0]
        if real <= first[0]:
            return first[1]
        for start, virtual, speed in reversed(self.legs):
            if real >= start:
                return virtual + (real - start) * speed
        return first[1]

    def real_of(self, virtual):
        """The real second at which the virtual time is reached; None if never."""
        if self.legs is None:
            return virtual
        if virtual <= self.legs[0][1]:
            return self.legs[0][0]
        for start, at, speed in reversed(self.legs):
            if virtual >= at:
                return start + (virtual - at) / speed if speed > 0 else None
        return None


def _parse(spec):
    """Legs as (real start, virtual start, speed); ValueError says what is wrong."""
    head, colon, tail = spec.partition(":")
    if not colon or not tail:
        raise ValueError(f"clock '{spec}': expected REAL0:V0@S0,V1@S1,...")
    legs = []
    real = float(head)
    for part in tail.split(","):
        virtual_text, at_sign, speed_text = part.partition("@")
        if not at_sign:
            raise ValueError(f"clock '{spec}': '{part}' lacks @SPEED")
        virtual, speed = float(virtual_text), float(speed_text)
        if speed < 0:
            raise ValueError(f"clock '{spec}': a speed is negative")
        if legs:
            before = legs[-1]
            if virtual < before[1] or before[2] <= 0:
                raise ValueError(f"clock '{spec}': {virtual_text} is never reached")
            real = before[0] + (virtual - before[1]) / before[2]
        legs.append((real, virtual, speed))
    return legs


def parse_time(value, now):
    """Unix seconds of a number, an RFC 3339 text, or an offset like +5s, -2h, +1d."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, datetime):
        return value.timestamp()
    text = str(value).strip()
    offset = re.fullmatch(r"([+-])(\d+(?:\.\d+)?)(ms|s|m|h|d)", text)
    if offset:
        unit = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}[offset[3]]
        return now + float(offset[1] + offset[2]) * unit
    if re.fullmatch(r"-?\d+(\.\d+)?", text):
        return float(text)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"time '{text}' has no zone")
    return moment.timestamp()


def x_time(seconds):
    """2026-10-05T19:00:46.000Z"""
    ms = int(seconds * 1000 + 0.5)
    moment = datetime.fromtimestamp(ms // 1000, timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{ms % 1000:03d}Z"


def facebook_time(seconds):
    """2026-10-05T10:00:00+0000"""
    return datetime.fromtimestamp(int(seconds), timezone.utc).strftime("%Y-%m-%dT%H:%M:%S+0000")


def http_date(seconds):
    return datetime.fromtimestamp(int(seconds), timezone.utc).strftime("%a, %d %b %Y %H:%M:%S GMT")
