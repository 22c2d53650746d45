# SPDX-License-Identifier: MIT
"""A Mastodon server, or one that speaks its API: routes, tokens, rates, reading and writing."""
import json
import re
import secrets
from datetime import datetime, timezone
from urllib.parse import parse_qsl

from .clock import http_date
from .limits import Windows
from .mastodon_shape import account_json, instance_json, note_json, status_json
from .mastodon_world import MENTION, URL, MastodonWorld, order
from .server import Reply, compact

ALL_SCOPES = ("read:notifications read:statuses read:accounts read:follows write:statuses write:media "
              "write:conversations")
PAGED = {"min_id", "max_id", "since_id", "page"}
HOUR = 3600.0


class Refused(Exception):
    """An answer that ends a call early."""

    def __init__(self, status, text, headers=None, **more):
        super().__init__(text)
        self.status = status
        self.headers = headers or {}
        self.body = {"error": text, **more}


class Token:
    """One access token; it doesn't end by itself."""

    def __init__(self, value, account, scopes=ALL_SCOPES):
        self.value = value
        self.account = account
        self.scopes = set(scopes.split() if isinstance(scopes, str) else scopes)
        self.revoked = False

    def may(self, scope):
        return scope is None or scope in self.scopes or scope.split(":")[0] in self.scopes


class MastodonNetwork:
    """The whole server, as the simulator needs it."""

    name = "mastodon"

    def __init__(self, world):
        self.world = world
        self.state = MastodonWorld(world)
        self.tokens = {}
        self.apps = {}               # client id -> {secret, redirect_uri, scopes}
        self.codes = {}              # code -> (account, client id, redirect, scopes)
        self.windows = Windows()

    @property
    def flavour(self):
        return self.world.settings["mastodon_flavour"]

    def find_sent(self, number):
        return self.state.statuses[number]

    def clear_limits(self):
        self.windows.clear()

    # -- what the server calls ------------------------------------------------------------------

    def route(self, call):
        call.route = None
        for op, method, pattern, scope, handler in ROUTES:
            found = pattern.fullmatch(call.path)
            if found and method == call.method:
                call.route, call.op, call.params = (op, scope, handler), op, found.groupdict()
                return

    def identify(self, call):
        header = call.headers.get("Authorization", "")
        token = self.tokens.get(header[7:].strip()) if header.startswith("Bearer ") else None
        call.principal = None if token is None or token.revoked else token
        if call.principal:
            account = call.principal.account
            call.account = account.username
            call.labels = (account.username, account.full, account.id)

    def handle(self, call):
        headers = {}
        try:
            if call.route is None:
                raise Refused(404, "Not Found")
            _, scope, handler = call.route
            if scope != "open":
                self._authorise(call, scope)
                headers = self._rate(call)
            reply = handler(self, call)
        except Refused as refused:
            reply = self._error(refused.status, refused.body, refused.headers)
        reply.headers.update(headers)
        return reply

    def encode(self, body):
        return compact(body)

    def _error(self, status, body, headers=None):
        if self.flavour == "snac" and status in (401, 404):
            text = f"<h1>{status} {'Unauthorized' if status == 401 else 'Not Found'}</h1>"
            return Reply(status, text, dict(headers or {}), "text/html; charset=utf-8")
        return Reply(status, body, dict(headers or {}))

    def _authorise(self, call, scope):
        if call.principal is None:
            given = call.headers.get("Authorization", "")
            raise Refused(401, "The access token is invalid" if given else
                          "This method requires an authenticated user")
        if not call.principal.may(scope):
            raise Refused(403, "This action is outside the authorized scopes")

    def _rate(self, call):
        """Counts the call; the headers of the nearest limit, or the 429."""
        token, now = call.principal, call.now
        limits = [((token.value, "token"), 300, 300.0)]
        if PAGED & set(call.query):
            limits.append(((token.account.id, "paged"), 300, 900.0))
        if call.op == "create_status":
            limits.append(((token.account.id, "statuses"), 300, 3 * HOUR))
        if call.op == "delete_status":
            limits.append(((token.account.id, "deletes"), 30, 1800.0))
        nearest, fine = None, True
        for key, limit, length in limits:
            allowed, left, reset = self.windows.take(key, limit, length, now)
            fine = fine and allowed
            if nearest is None or left / limit < nearest[1] / nearest[0]:
                nearest = (limit, left, reset)
        headers = _window_headers(*nearest)
        if not fine and self.world.settings["rate_limits"]:
            raise Refused(429, self._too_many()["error"], headers=headers)
        return headers

    # -- faults that the server words itself ----------------------------------------------------

    def fail(self, call, fault):
        params = fault.params
        kind = fault.kind
        if kind == "rate_limit":
            seconds = float(params.get("reset_s", 300))
            return Reply(429, self._too_many(), _window_headers(300, 0, call.now + seconds))
        if kind == "unauthorized":
            return self._error(401, {"error": params.get("detail", "The access token is invalid")})
        if kind == "forbidden":
            return self._error(403, {"error": params.get("detail",
                                                         "This action is outside the authorized scopes")})
        if kind == "redirect":
            return Reply(int(params.get("status", 302)), "", {
                "Location": params.get("location", "https://login.example.net/portal")})
        status = int(params.get("status", 503))
        headers = dict(params.get("headers") or {})
        if "retry_after_s" in params:  # as GoToSocial while it starts: both forms, one behind the other
            first = float(params["retry_after_s"])
            until = call.now + float(params.get("retry_until_s", first))
            headers["Retry-After"] = [str(int(first)), http_date(until)]
        if kind == "html" or params.get("body") == "html":
            return Reply(status, params.get("text", f"<html><body><h1>Error {status}</h1></body></html>"), headers,
                         "text/html; charset=utf-8")
        return self._error(status, params.get("body", {"error": params.get("detail", "Service Unavailable")}),
                           headers)

    def _too_many(self):
        return {"error": "rate limit reached" if self.flavour == "gotosocial" else "Too many requests"}

    # -- reading --------------------------------------------------------------------------------

    def instance(self, call):
        version = int(call.params["version"])
        if version == 2 and self.flavour == "snac":
            raise Refused(404, "Not Found")
        return Reply(200, instance_json(self, version))

    def me(self, call):
        return Reply(200, account_json(self, call.principal.account, call.base))

    def lookup(self, call):
        account = self.state.account(call.query.get("acct", ""), create=False)
        if account is None:
            raise Refused(404, "Record not found")
        return Reply(200, account_json(self, account, call.base))

    def account_of(self, call):
        account = self.state.accounts.get(call.params["id"])
        if account is None:
            raise Refused(404, "Record not found")
        return account

    def account(self, call):
        return Reply(200, account_json(self, self.account_of(call), call.base))

    def relationships(self, call):
        me = call.principal.account
        out = []
        for name, value in call.pairs:
            other = self.state.accounts.get(value) if name in ("id[]", "id") else None
            if other is not None:
                out.append({"id": other.id, "following": other.id in me.follows,
                            "followed_by": me.id in other.follows, "blocking": other.id in me.blocks,
                            "blocked_by": me.id in other.blocks, "muting": False, "requested": False,
                            "domain_blocking": False})
        return Reply(200, out)

    def notifications(self, call):
        query = call.query
        kinds = {value for name, value in call.pairs if name == "types[]"}
        without = {value for name, value in call.pairs if name == "exclude_types[]"}
        filtered = query.get("include_filtered") == "true" or self.flavour != "mastodon"
        notes = [n for n in self.state.notes_of(call.principal.account, call.now)
                 if (not kinds or n.kind in kinds or self.flavour == "snac") and n.kind not in without
                 and (filtered or not n.filtered)]
        page = self._page(call, notes, 40, 80)
        viewer = call.principal.account
        return self._listed(call, page, [note_json(self, n, viewer, call.base) for n in page])

    def conversations(self, call):
        if self.flavour == "snac":
            return Reply(200, [])
        me = call.principal.account
        rows = self.state.conversations(me, call.now)
        limit = min(int(call.query.get("limit", 20)), 40)
        return Reply(200, [{"id": str(n + 1), "unread": last.author is not me,
                            "accounts": [account_json(self, a, call.base) for a in people],
                            "last_status": status_json(self, last, me, call.base)}
                           for n, (_, last, people) in enumerate(rows[:limit])])

    def account_statuses(self, call):
        viewer, author = call.principal.account, self.account_of(call)
        found = [s for s in self.state.of_author(author, call.now)
                 if self.state.may_see(viewer, s, call.now)]
        if self.flavour == "snac":   # the public ones, all of them, whatever is asked for
            found = [s for s in found if s.visibility in ("public", "unlisted")]
            return Reply(200, [status_json(self, s, viewer, call.base) for s in found])
        if call.query.get("exclude_reblogs") == "true":
            found = [s for s in found if s.reblog is None]
        page = self._page(call, found, 20, 40)
        return self._listed(call, page, [status_json(self, s, viewer, call.base) for s in page])

    def _page(self, call, items, usual, most):
        """`items` newest first. min_id: what lies just above it; since_id: the newest above it."""
        query = call.query
        asked = int(query.get("limit", 1 if self.flavour == "snac" else usual))
        limit = max(1, min(asked, 64 if self.flavour == "snac" else most))
        if call.fault("short_page"):
            limit = max(1, limit // 2)
        keys = {name: order(query[name]) for name in ("min_id", "since_id", "max_id") if query.get(name)}
        if "max_id" in keys:
            items = [i for i in items if order(i.id) < keys["max_id"]]
        low = keys.get("min_id") or keys.get("since_id")
        if self.flavour == "snac" and "min_id" not in keys:
            low = None
        if low is not None:
            items = [i for i in items if order(i.id) > low]
        upwards = "min_id" in keys and self.flavour != "snac"
        page = items[-limit:] if upwards else items[:limit]
        if call.fault("empty_page"):
            return []
        return page + page if call.fault("duplicates") else page

    def _listed(self, call, page, body):
        headers = {}
        if page and self.flavour != "snac":
            rest = "&".join(f"{k}={v}" for k, v in call.pairs if k not in PAGED)
            where = f"{call.base}{call.path}?{rest}"
            headers["Link"] = (f'<{where}&max_id={page[-1].id}>; rel="next", '
                               f'<{where}&min_id={page[0].id}>; rel="prev"')
        return Reply(200, body, headers)

    def status_of(self, call):
        status = self.state.statuses.get(call.params["id"])
        if status is None or not self.state.may_see(call.principal.account, status, call.now):
            raise Refused(404, "Record not found")
        return status

    def status(self, call):
        return Reply(200, status_json(self, self.status_of(call), call.principal.account, call.base))

    def context(self, call):
        status, me = self.status_of(call), call.principal.account
        return Reply(200, {
            "ancestors": [status_json(self, s, me, call.base)
                          for s in self.state.ancestors(me, status, call.now)],
            "descendants": [status_json(self, s, me, call.base)
                            for s in self.state.descendants(me, status, call.now)]})

    # -- writing --------------------------------------------------------------------------------

    def create_status(self, call):
        me, form = call.principal.account, _form(call)
        text, visibility = str(form.get("status") or ""), form.get("visibility") or "public"
        known = self._known_key(call, me)
        if known is not None:
            return Reply(200, status_json(self, known, me, call.base))
        if visibility not in ("public", "unlisted", "private", "direct"):
            raise Refused(422, "Validation failed: Visibility is not included in the list")
        if not text.strip():
            raise Refused(422, "Validation failed: Text can't be blank")
        most = self.world.settings["mastodon_characters"]
        if length(text) > most:
            raise Refused(422, f"Validation failed: Text character limit of {most} exceeded")
        parent = self._parent(call, form, me)
        leaks = call.fault("wrong_types") is not None
        status = self.state.publish(me, text.strip(), visibility="public" if leaks else visibility, reply_to=parent)
        self._keep_key(call, me, status)
        direct = visibility == "direct"
        self.world.note_sent("mastodon", me.username, "dm" if direct else "reply" if parent else "post", text,
                             status.id, in_reply_to=parent.id if parent else None, visibility=visibility,
                             to=[a.acct for a in status.mentions])
        return Reply(200, status_json(self, status, me, call.base))

    def _parent(self, call, form, me):
        wanted = form.get("in_reply_to_id")
        if not wanted:
            return None
        parent = self.state.statuses.get(str(wanted))
        if parent is None or not self.state.may_see(me, parent, call.now):
            if self.flavour == "snac":   # it makes a post of its own of it
                return None
            raise Refused(404, "The post you are trying to reply to does not appear to exist.")
        return parent

    def _known_key(self, call, me):
        key = call.headers.get("Idempotency-Key")
        if not key or not self.world.settings["mastodon_idempotency"]:
            return None
        status, until = self.state.keys.get((me.id, key), (None, 0))
        return status if status is not None and until > call.now and not status.deleted else None

    def _keep_key(self, call, me, status):
        key = call.headers.get("Idempotency-Key")
        if key:
            self.state.keys[(me.id, key)] = (status, call.now + HOUR)

    def edit_status(self, call):
        status = self._own(call)
        self.state.edit(status, str(_form(call).get("status") or ""))
        return Reply(200, status_json(self, status, call.principal.account, call.base))

    def delete_status(self, call):
        status = self._own(call)
        status.deleted = True
        body = status_json(self, status, call.principal.account, call.base)
        self.world.sent[:] = [s for s in self.world.sent if s["id"] != status.id]
        return Reply(200, {**body, "text": status.text})

    def _own(self, call):
        status = self.status_of(call)
        if status.author is not call.principal.account:
            raise Refused(404, "Record not found")
        return status

    # -- signing in -----------------------------------------------------------------------------

    def make_app(self, call):
        form = _form(call)
        client = secrets.token_urlsafe(24)
        self.apps[client] = {"secret": secrets.token_urlsafe(24), "scopes": form.get("scopes", "read"),
                             "redirect_uri": form.get("redirect_uris", "")}
        return Reply(200, {"id": str(len(self.apps)), "name": form.get("client_name", ""), "client_id": client,
                           "client_secret": self.apps[client]["secret"], "client_secret_expires_at": 0,
                           "redirect_uri": self.apps[client]["redirect_uri"]})

    def make_token(self, call):
        form = _form(call)
        app = self.apps.get(form.get("client_id"))
        if app is None or form.get("client_secret") != app["secret"]:
            raise Refused(401, "invalid_client", error_description="Client authentication failed due to unknown "
                                                                   "client, no client authentication included, or "
                                                                   "unsupported authentication method.")
        known = self.codes.pop(form.get("code", ""), None)
        if known is None or form.get("grant_type") != "authorization_code" or \
                known[1] != form.get("client_id") or known[2] != form.get("redirect_uri"):
            raise Refused(400, "invalid_grant", error_description="The provided authorization grant is invalid, "
                                                                  "expired, revoked, or was issued to another client.")
        value = "m-" + secrets.token_urlsafe(32)
        self.tokens[value] = Token(value, known[0], known[3])
        return Reply(200, {"access_token": value, "token_type": "Bearer", "scope": known[3],
                           "created_at": int(call.now)})

    def revoke(self, call):
        token = self.tokens.get(_form(call).get("token", ""))
        if token is not None:
            token.revoked = True
        return Reply(200, {})

    def discovery(self, call):
        base = call.base
        return Reply(200, {"issuer": base + "/", "authorization_endpoint": base + "/oauth/authorize",
                           "token_endpoint": base + "/oauth/token", "revocation_endpoint": base + "/oauth/revoke",
                           "app_registration_endpoint": base + "/api/v1/apps",
                           "scopes_supported": ["read", "write", *ALL_SCOPES.split()],
                           "code_challenge_methods_supported": ["S256"]})


def length(text):
    """Links count 23, of a remote mention the part before the host."""
    text = URL.sub("x" * 23, text)
    return len(MENTION.sub(lambda found: "@" + found[1], text))


def _window_headers(limit, left, reset):
    stamp = datetime.fromtimestamp(reset, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remaining": str(left), "X-RateLimit-Reset": stamp}


def _form(call):
    if "json" in call.headers.get("Content-Type", ""):
        try:
            body = json.loads(call.body or b"{}")
        except ValueError:
            raise Refused(400, "Error occurred while parsing request parameters") from None
        return body if isinstance(body, dict) else {}
    return dict(parse_qsl(call.body.decode("utf-8", "replace"), keep_blank_values=True))


def _route(op, method, path, scope, handler):
    return op, method, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)), scope, handler


M = MastodonNetwork
ROUTES = [
    _route("discovery", "GET", "/.well-known/oauth-authorization-server", "open", M.discovery),
    _route("make_app", "POST", "/api/v1/apps", "open", M.make_app),
    _route("make_token", "POST", "/oauth/token", "open", M.make_token),
    _route("revoke", "POST", "/oauth/revoke", "open", M.revoke),
    _route("instance", "GET", "/api/v{version}/instance", "open", M.instance),
    _route("me", "GET", "/api/v1/accounts/verify_credentials", "read:accounts", M.me),
    _route("lookup", "GET", "/api/v1/accounts/lookup", "read:accounts", M.lookup),
    _route("relationships", "GET", "/api/v1/accounts/relationships", "read:follows", M.relationships),
    _route("account_statuses", "GET", "/api/v1/accounts/{id}/statuses", "read:statuses", M.account_statuses),
    _route("account", "GET", "/api/v1/accounts/{id}", "read:accounts", M.account),
    _route("notifications", "GET", "/api/v1/notifications", "read:notifications", M.notifications),
    _route("conversations", "GET", "/api/v1/conversations", "read:statuses", M.conversations),
    _route("context", "GET", "/api/v1/statuses/{id}/context", "read:statuses", M.context),
    _route("status", "GET", "/api/v1/statuses/{id}", "read:statuses", M.status),
    _route("create_status", "POST", "/api/v1/statuses", "write:statuses", M.create_status),
    _route("edit_status", "PUT", "/api/v1/statuses/{id}", "write:statuses", M.edit_status),
    _route("delete_status", "DELETE", "/api/v1/statuses/{id}", "write:statuses", M.delete_status),
]
