# SPDX-License-Identifier: MIT
"""X API v2: routes, authorisation, rates, and everything that is read."""
import re

from . import x_read, x_write
from .limits import Windows
from .server import Reply, compact
from .x_auth import Credentials
from .x_money import Money, depleted
from .x_params import Refused, blank
from .x_shape import Dialect
from .x_world import XWorld

WINDOW = 900
DAY = 86400
READ = "tweet.read users.read"


class Route:
    """One operation; user and app are calls per 15 minutes (None: this kind of token is refused)."""

    def __init__(self, op, method, path, handler, user, app=None, scopes=READ, day=None):
        self.op = op
        self.method = method
        self.pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))
        self.handler = handler
        self.user = user
        self.app = app
        self.scopes = scopes.split()
        self.day = day               # (calls per 24 h of a user, of the app)


DM_READ = "dm.read tweet.read users.read"
DM_WRITE = "dm.write dm.read tweet.read users.read"
WRITE = "tweet.write tweet.read users.read"
ROUTES = [
    Route("me", "GET", "/2/users/me", x_read.me, 75),
    Route("users_by_names", "GET", "/2/users/by", x_read.users_by_names, 900, 300),
    Route("user_by_name", "GET", "/2/users/by/username/{name}", x_read.user_by_name, 900, 300),
    Route("users", "GET", "/2/users", x_read.users, 900, 300),
    Route("user", "GET", "/2/users/{id}", x_read.user, 900, 300),
    Route("mentions", "GET", "/2/users/{id}/mentions", x_read.mentions, 300, 450),
    Route("user_posts", "GET", "/2/users/{id}/tweets", x_read.user_posts, 900, 10000),
    Route("search", "GET", "/2/tweets/search/recent", x_read.search, 300, 450),
    Route("posts", "GET", "/2/tweets", x_read.posts, 5000, 3500),
    Route("post", "GET", "/2/tweets/{id}", x_read.post, 900, 450),
    Route("quotes", "GET", "/2/tweets/{id}/quote_tweets", x_read.quotes, 75, 75),
    Route("dm_events", "GET", "/2/dm_events", x_read.dm_events, 15, None, DM_READ),
    Route("dm_event", "GET", "/2/dm_events/{id}", x_read.dm_event, 15, None, DM_READ),
    Route("dm_with", "GET", "/2/dm_conversations/with/{user}/dm_events", x_read.dm_with, 15, None,
          DM_READ),
    Route("dm_conversation", "GET", "/2/dm_conversations/{conversation}/dm_events",
          x_read.dm_conversation, 15, None, DM_READ),
    Route("create_post", "POST", "/2/tweets", x_write.create_post, 100, None, WRITE, (10000, 10000)),
    Route("delete_post", "DELETE", "/2/tweets/{id}", x_write.delete_post, 50, None, WRITE),
    Route("hide", "PUT", "/2/tweets/{id}/hidden", x_write.hide, 50, None,
          "tweet.moderate.write tweet.read users.read"),
    Route("dm_send_with", "POST", "/2/dm_conversations/with/{user}/messages", x_write.dm_send, 15,
          None, DM_WRITE, (1440, 1440)),
    Route("dm_send", "POST", "/2/dm_conversations/{conversation}/messages", x_write.dm_send, 15,
          None, DM_WRITE, (1440, 1440)),
    Route("dm_delete", "DELETE", "/2/dm_events/{id}", x_write.dm_delete, 300, None, DM_WRITE,
          (1500, 4000)),
    Route("usage", "GET", "/2/usage/tweets", x_read.usage, None, 50),
]
OPEN = {("POST", "/2/oauth2/token"): ("token", Credentials.token_endpoint),
        ("POST", "/2/oauth2/revoke"): ("revoke", Credentials.revoke),
        ("POST", "/oauth2/token"): ("app_token", Credentials.token_endpoint)}


class XNetwork:
    """The whole of X, as the server needs it."""

    name = "x"

    def __init__(self, world):
        self.world = world
        self.state = XWorld(world.clock)
        self.credentials = Credentials(world.clock)
        self.windows = Windows()
        self.money = Money(world)
        self.dialect = Dialect(world.settings["dialect"])

    def set_dialect(self, name):
        self.dialect = Dialect(name)

    def find_sent(self, number):
        return self.state.posts.get(int(number)) or self.state.messages[int(number)]

    def clear_limits(self):
        self.windows.clear()

    # -- what the server calls ------------------------------------------------------------------

    def route(self, call):
        call.route = None
        opened = OPEN.get((call.method, call.path))
        if opened:
            call.op = opened[0]
            return
        for route in ROUTES:
            found = route.pattern.fullmatch(call.path)
            if found and route.method == call.method:
                call.route, call.op, call.params = route, route.op, found.groupdict()
                return

    def identify(self, call):
        call.principal = self.credentials.of(call) if call.route else None
        user = call.principal.user if call.principal else None
        if user is not None:
            call.account = user.username
            call.labels = (user.username, str(user.id), "@" + user.username)

    def handle(self, call):
        opened = OPEN.get((call.method, call.path))
        if opened:
            return self._edge(opened[1](self.credentials, call))
        if call.route is None:
            return self._edge(blank(404))
        headers = {}
        try:
            self._authorise(call)
            headers = self._rate(call)
            reply = self.money.refusal(call.account, self.dialect)
            if reply is None:
                reply = call.route.handler(self, call)
                self.money.note(self, call, reply)
        except Refused as refused:
            reply = refused.reply
        reply.headers.update({name: value for name, value in headers.items()
                              if name not in reply.headers})
        return self._edge(reply)

    def encode(self, body):
        return compact(body)

    def _edge(self, reply):
        reply.headers.setdefault("Server", "cloudflare envoy")
        reply.headers.setdefault("x-transaction-id", f"{self.world.random.getrandbits(64):016x}")
        reply.headers.setdefault("Cache-Control", "no-cache, no-store, max-age=0")
        return reply

    # -- may this call be made ------------------------------------------------------------------

    def _authorise(self, call):
        token = call.principal
        if token is None:
            raise Refused(blank(401))
        if token.kind == "app" and call.route.app is None:
            raise Refused(self._unsupported("OAuth 2.0 Application-Only", "OAuth 1.0a User Context, "
                                                                         "OAuth 2.0 User Context"))
        if token.kind != "app" and call.route.user is None:
            raise Refused(self._unsupported("OAuth 2.0 User Context", "OAuth 2.0 Application-Only"))
        if token.kind == "user" and not set(call.route.scopes) <= token.scopes:
            raise Refused(blank(403))

    def _unsupported(self, used, wanted):
        return Reply(403, {
            "title": "Unsupported Authentication",
            "detail": f"Authenticating with {used} is forbidden for this endpoint.  Supported "
                      f"authentication types are [{wanted}].",
            "type": self.dialect.problem("unsupported-authentication"), "status": 403},
            {}, "application/problem+json")

    def _rate(self, call):
        """Counts the call; the headers of its windows, or the 429."""
        token, route = call.principal, call.route
        limit = route.app if token.kind == "app" else route.user
        limit = self.world.settings["x_limits"].get(route.op, limit)
        unlimited = not self.world.settings["rate_limits"]
        holder = "app" if token.kind == "app" else token.value
        now = call.now
        fine, left, reset = self.windows.take((holder, route.op), limit, WINDOW, now)
        headers = _window_headers("x-rate-limit", limit, left, reset)
        if route.day:
            user_fine, user_left, user_reset = self.windows.take(
                (token.user.id, route.op, "day"), route.day[0], DAY, now)
            app_fine, app_left, app_reset = self.windows.take(
                ("app", route.op, "day"), route.day[1], DAY, now)
            headers.update(_window_headers("x-user-limit-24hour", route.day[0], user_left, user_reset))
            headers.update(_window_headers("x-app-limit-24hour", route.day[1], app_left, app_reset))
            fine = fine and user_fine and app_fine
        if not fine and not unlimited:
            reply = self.too_many()
            reply.headers.update(headers)
            raise Refused(reply)
        return headers

    def too_many(self, shape="problem"):
        if shape == "v1":
            return Reply(429, {"errors": [{"code": 88, "message": "Rate limit exceeded"}]})
        if shape in ("cap", "cap_daily"):
            return Reply(429, {
                "account_id": 1949003093120876544, "title": "UsageCapExceeded",
                "detail": "Usage cap exceeded: Monthly product cap", "scope": "Product",
                "period": "Daily" if shape == "cap_daily" else "Monthly",
                "type": self.dialect.problem("usage-capped")})
        return blank(429)

    # -- faults that X words itself -------------------------------------------------------------

    def fail(self, call, fault):
        return self._edge(self._failure(call, fault, fault.params))

    def _failure(self, call, fault, params):
        kind = fault.kind
        if kind == "rate_limit":
            return self._limited(call, params)
        if kind == "unauthorized":
            return blank(401)
        if kind == "forbidden":
            return blank(403, params.get("detail"))
        if kind == "payment":
            return depleted(self.dialect)
        if kind == "redirect":
            return Reply(int(params.get("status", 302)), "", {
                "Location": params.get("location", "https://login.example.net/portal")})
        status = int(params.get("status", 503))
        if kind == "html" or params.get("body") == "html":
            return Reply(status, params.get("text", _EDGE_PAGE % (status, status)), {},
                         "text/html; charset=utf-8")
        if "body" in params:
            return Reply(status, params["body"], dict(params.get("headers") or {}))
        reply = blank(status, params.get("detail"))
        reply.headers.update(params.get("headers") or {})
        return reply

    def _limited(self, call, params):
        """429 by order: window is 15m, 24h or none; shape is problem, v1, cap or cap_daily."""
        reply = self.too_many(params.get("shape", "problem"))
        window = params.get("window", "15m")
        seconds = float(params.get("reset_s", DAY if window == "24h" else WINDOW))
        reset = int(call.now + seconds)
        if window == "24h":
            reply.headers.update(_window_headers("x-rate-limit", 100, 99, int(call.now) + WINDOW))
            reply.headers.update(_window_headers("x-user-limit-24hour", 100, 0, reset))
            reply.headers.update(_window_headers("x-app-limit-24hour", 10000, 9000, reset))
        elif window != "none":
            reply.headers.update(_window_headers("x-rate-limit", 300, 0, reset))
        return reply


_EDGE_PAGE = """<!DOCTYPE html>
<html><head><title>x.com | %d</title></head>
<body><h1>Error %d</h1><p>The web server reported a temporary problem.</p></body></html>
"""


def _window_headers(prefix, limit, remaining, reset):
    return {f"{prefix}-limit": str(limit), f"{prefix}-remaining": str(remaining),
            f"{prefix}-reset": str(reset)}
