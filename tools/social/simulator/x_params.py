# SPDX-License-Identifier: MIT
"""What X accepts in a query, its problem objects, and its pages."""
import base64
import re
from datetime import datetime

from .server import Reply

ID = re.compile(r"[0-9]{1,19}")
TITLES = {400: "Invalid Request", 401: "Unauthorized", 402: "CreditsDepleted", 403: "Forbidden",
          404: "Not Found", 429: "Too Many Requests", 500: "Internal Server Error",
          502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout"}


class Refused(Exception):
    """Carries the reply that ends a call."""

    def __init__(self, reply):
        super().__init__(reply.status)
        self.reply = reply


def blank(status, detail=None):
    """A problem without a type of its own."""
    title = TITLES.get(status, "Error")
    return Reply(status, {"title": title, "detail": detail or title, "type": "about:blank",
                          "status": status}, {}, "application/problem+json")


def invalid(dialect, name, values, message):
    """The 400 that names a parameter."""
    return Refused(Reply(400, {
        "errors": [{"parameters": {name: list(values)}, "message": message}],
        "title": "Invalid Request", "detail": "One or more parameters to your request was invalid.",
        "type": dialect.problem("invalid-request")}, {}, "application/problem+json"))


def not_found(dialect, kind, parameter, value):
    return {"value": str(value), "detail": f"Could not find {kind} with {parameter}: [{value}].",
            "title": "Not Found Error", "resource_type": kind, "parameter": parameter,
            "resource_id": str(value), "type": dialect.problem("resource-not-found")}


def not_authorised(dialect, parameter, value):
    """A post of a protected account."""
    return {"value": str(value), "title": "Authorization Error", "resource_type": "tweet",
            "detail": f"Sorry, you are not authorized to see the Tweet with {parameter}: [{value}].",
            "parameter": parameter, "resource_id": str(value), "section": "data",
            "type": dialect.problem("not-authorized-for-resource")}


class Params:
    """The query of one call, checked against what the endpoint knows."""

    def __init__(self, call, dialect, known):
        self.dialect = dialect
        self.values = {}
        for name, value in call.pairs:
            if name not in known:
                raise invalid(dialect, name, [value],
                              f"The query parameter [{name}] is not one of [{','.join(sorted(known))}]")
            self.values[name] = value

    def get(self, name, default=None):
        return self.values.get(name, default)

    def list(self, name, allowed):
        value = self.values.get(name)
        if value is None:
            return []
        items = value.split(",")
        for item in items:
            if item not in allowed:
                raise invalid(self.dialect, name, [item],
                              f"The `{name}` query parameter value [{item}] is not one of "
                              f"[{','.join(sorted(allowed))}]")
        return items

    def number(self, name, low, high, default):
        value = self.values.get(name)
        if value is None:
            return default
        if not re.fullmatch(r"-?[0-9]+", value):
            raise invalid(self.dialect, name, [value],
                          f"The `{name}` query parameter value [{value}] is not a valid integer")
        if not low <= int(value) <= high:
            raise invalid(self.dialect, name, [value],
                          f"The `{name}` query parameter value [{value}] is not between {low} and {high}")
        return int(value)

    def id(self, name):
        value = self.values.get(name)
        if value is None:
            return None
        if not ID.fullmatch(value):
            raise invalid(self.dialect, name, [value],
                          f"The `{name}` query parameter value [{value}] does not match ^[0-9]{{1,19}}$")
        return int(value)

    def ids(self, name, pattern=ID, most=100):
        value = self.values.get(name)
        if not value:
            raise invalid(self.dialect, name, [], f"The `{name}` query parameter can not be empty")
        items = value.split(",")
        if len(items) > most:
            raise invalid(self.dialect, name, [value],
                          f"size must be between 1 and {most} but is {len(items)}")
        for item in items:
            if not pattern.fullmatch(item):
                raise invalid(self.dialect, name, [item],
                              f"The `{name}` query parameter value [{item}] is not valid")
        return items

    def time(self, name):
        value = self.values.get(name)
        if value is None:
            return None
        if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", value):
            raise invalid(self.dialect, name, [value],
                          f"The `{name}` query parameter value [{value}] is not a valid RFC 3339 time")
        return datetime.fromisoformat(value[:19] + "+00:00").timestamp()


# -- pages ------------------------------------------------------------------------------------------


def make_token(direction, number):
    """Opaque, at least 16 characters; n: older than, p: newer than the number."""
    text = f"{direction}{number:020d}"
    check = sum(text.encode()) % 97
    return base64.b32encode(f"{text}{check:02d}".encode()).decode().rstrip("=").lower()


def read_token(dialect, name, value):
    try:
        text = base64.b32decode(value.upper() + "=" * (-len(value) % 8)).decode()
        body, check = text[:-2], int(text[-2:])
        if body[0] not in "np" or sum(body.encode()) % 97 != check:
            raise ValueError
        return body[0], int(body[1:])
    except (ValueError, IndexError, UnicodeDecodeError):
        raise invalid(dialect, name, [value], f"The '{name}' query parameter value [{value}] is "
                                              "not a valid token") from None


def page(call, numbers, size, token):
    """(chunk, next token, previous token) of ids that come newest first."""
    direction, edge = token or ("n", None)
    if edge is None:
        rest = numbers
    elif direction == "n":
        rest = [number for number in numbers if number < edge]
    else:
        rest = [number for number in numbers if number > edge][-size:]
    chunk = rest[:size]
    older = numbers[-1] < chunk[-1] if chunk else False
    newer = edge is not None and bool(chunk) and numbers[0] > chunk[0]
    if call.fault("empty_page") and chunk:
        return [], make_token("n", chunk[0] + 1), None
    short = call.fault("short_page")
    if short and len(chunk) > 1:
        chunk = chunk[:max(1, int(short.params.get("n", 1)))]
        older = numbers[-1] < chunk[-1]
    last, first = (chunk[-1], chunk[0]) if chunk else (0, 0)
    if call.fault("duplicates") and chunk:
        before = [number for number in numbers if number > chunk[0]][-2:]
        chunk = before + chunk + chunk[:2]
    if call.fault("out_of_order"):
        chunk = chunk[1::2] + chunk[0::2]
    return (chunk, make_token("n", last) if older else None,
            make_token("p", first) if newer else None)
