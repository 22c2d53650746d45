# SPDX-License-Identifier: MIT
"""Graph API: versions, tokens, appsecret_proof, usage headers, and the table of operations."""
import hashlib
import hmac
import json
import re
from urllib.parse import parse_qsl, urlencode

from . import facebook_messages, facebook_nodes, facebook_tokens
from .facebook_errors import GraphError, bad_token, catalogued, limited, missing
from .facebook_world import FacebookWorld
from .limits import Rolling
from .server import Reply, compact

NEWEST = 26
OLDEST = 21
JSON = "application/json; charset=UTF-8"
REMOVED = ("pretty", "debug", "date_format")
DAY = 86400
EDGES = {"feed": "feed", "posts": "published_posts", "published_posts": "published_posts",
         "visitor_posts": "visitor_posts", "tagged": "tagged", "ads_posts": "ads_posts", "comments": "comments",
         "conversations": "conversations", "messages": "messages", "attachments": "attachments",
         "likes": "likes", "accounts": "accounts", "blocked": "blocked", "thread_owner": "thread_owner",
         "private_replies": "private_replies"}
WRITES = {"feed": facebook_nodes.create_post, "comments": facebook_nodes.create_comment,
          "messages": facebook_messages.send, "likes": facebook_nodes.like,
          "blocked": facebook_messages.block}
MESSENGER = {"conversations", "messages", "send", "message", "conversation"}


class Token:
    """A Page token, or a user token that lists Pages."""

    def __init__(self, value, page=None, pages=(), scopes=(), expires=None):
        self.value = value
        self.page = page
        self.pages = list(pages)
        self.scopes = list(scopes)
        self.expires = expires
        self.data_access = None      # afterwards people's content is not shown any more, and nothing says so
        self.failure = None          # subcode of 190 once the token is dead

    def is_blind(self, now):
        """Access to people's data has ended."""
        return self.data_access is not None and now >= self.data_access

    def dead(self, now):
        """The subcode of a token that no longer works, or None."""
        if self.failure is not None:
            return self.failure
        return 463 if self.expires is not None and now >= self.expires else None


class FacebookNetwork:
    """The whole of Facebook, as the server needs it."""

    name = "facebook"

    def __init__(self, world):
        self.world = world
        self.state = FacebookWorld(world.clock)
        self.tokens = {}
        self.app_usage = Rolling(3600)
        self.day_usage = Rolling(DAY)
        self.seconds = Rolling(1)

    def find_sent(self, number):
        return self.state.messages.get(number) or self.state.find(number)

    def clear_limits(self):
        for usage in (self.app_usage, self.day_usage, self.seconds):
            usage.calls.clear()

    def token_of(self, page):
        return next((t.value for t in self.tokens.values() if t.page is page), None)

    # -- what the server calls ------------------------------------------------------------------

    def route(self, call):
        """Sets op, params["id"], params["edge"]; refuses nothing yet."""
        call.form = _form(call)
        found = re.fullmatch(r"(?:/v(\d+)\.0)?/([^/]*)(?:/([^/]+))?/?", call.path)
        call.version, call.params = NEWEST, {}
        if found is None:
            call.op = "unknown"
            return
        version, node, edge = found.groups()
        call.version = max(OLDEST, int(version)) if version else OLDEST
        call.params = {"version": version, "id": node, "edge": edge}
        if edge is None:
            known = node in ("me", "debug_token", "")
            call.op = node if known and node else {"GET": "node", "POST": "update",
                                                   "DELETE": "delete"}.get(call.method, "node")
        else:
            call.op = "exchange" if (node, edge) == ("oauth", "access_token") else EDGES.get(edge, "unknown")
            if call.method == "POST":
                call.op = {"comments": "reply", "messages": "send", "feed": "create_post"}.get(
                    call.op, call.op)

    def identify(self, call):
        header = call.headers.get("Authorization", "")
        value = call.form.get("access_token") or ""
        if header.startswith("Bearer "):
            value = header[7:].strip()
        call.token_text = value
        call.principal = self.tokens.get(value)
        page = call.principal.page if call.principal else None
        if page is not None:
            call.account = page.name
            call.labels = (page.id, page.name, page.username or "", page.brand)

    def handle(self, call):
        page = call.principal.page if call.principal else None
        headers = {"facebook-api-version": (page and page.answers_as) or f"v{call.version}.0"}
        try:
            self._check(call)
            headers.update(self._usage(call))
            reply = self._operate(call)
        except GraphError as error:
            reply = error.reply(self.world.random)
        reply.headers.update(headers)
        return self._edge(reply)

    def encode(self, body):
        """As PHP writes JSON: ASCII only, slashes escaped."""
        return compact(body, ascii_only=True).replace(b"/", b"\\/")

    def _edge(self, reply):
        trace = f"{self.world.random.getrandbits(60):015x}"
        reply.headers.update({"x-fb-request-id": trace, "x-fb-trace-id": trace, "Cache-Control":
                              "private, no-cache, no-store, must-revalidate", "Pragma": "no-cache",
                              "Access-Control-Allow-Origin": "*"})
        return reply

    # -- may this call be made ------------------------------------------------------------------

    def _check(self, call):
        if call.op == "unknown" or (call.params["version"] and int(call.params["version"]) > NEWEST):
            raise GraphError(2500, f"Unknown path components: {call.path}")
        for name in REMOVED:
            if name in call.form:
                raise GraphError(100, f"(#100) The parameter {name} is no longer supported")
        if call.params["id"] == "" or "ids" in call.form:
            raise GraphError(100, "(#100) Requests for multiple objects by ids are no longer supported",
                             kind="GraphMethodException")
        if call.op in ("debug_token", "exchange"):
            return
        if not call.token_text:
            raise GraphError(104, "An access token is required to request this resource.")
        token = call.principal
        if token is None:
            raise bad_token()
        failure = token.dead(call.now)
        if failure is not None:
            raise bad_token(failure)
        self._check_proof(call, token)

    def _check_proof(self, call, token):
        secret = token.page.secret if token.page else None
        given = call.form.get("appsecret_proof")
        if secret is None:
            return
        if given is None:
            raise GraphError(100, "API calls from the server require an appsecret_proof argument",
                             kind="GraphMethodException")
        wanted = hmac.new(secret.encode(), token.value.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(wanted, given):
            raise GraphError(100, "Invalid appsecret_proof provided in the API argument",
                             kind="GraphMethodException")

    def need(self, call, *scopes):
        """Refuses a call whose token lacks a permission."""
        lacking = [scope for scope in scopes if scope not in call.principal.scopes]
        if lacking:
            raise GraphError(200, f"(#200) Requires {lacking[0]} permission to manage the object",
                             status=403)

    def _usage(self, call):
        """Usage headers that climb; the throttling error at 100 %."""
        token = call.principal
        if token is None or token.page is None:
            return {}
        kind = "messenger" if call.op in MESSENGER or call.params["id"].startswith(("t_", "m_")) \
            else "pages"
        engaged = max(1, int(self.world.settings["engaged_users"]))
        page = token.page
        hour = self.app_usage.add("app", call.now)
        count = self.day_usage.add((page.id, kind), call.now)
        limit = (4800 if kind == "pages" else 200) * engaged
        share = count * 100 // limit
        regain = 0
        if share >= 100:
            oldest = self.day_usage.oldest((page.id, kind))
            regain = max(1, int((oldest + DAY - call.now) / 60 + 0.999))
        if share >= 100 and self.world.settings["rate_limits"]:
            raise _with_headers(limited(80001 if kind == "pages" else 80006),
                                _usage_headers(page, kind, share, hour, engaged, regain))
        if call.op == "conversations" and self.world.settings["rate_limits"] \
                and self.seconds.add(page.id, call.now) > 2:
            raise limited(613)
        if page.usage is not None:
            if page.usage >= 100 and self.world.settings["rate_limits"]:
                raise _with_headers(limited(80001 if kind == "pages" else 80006),
                                    _usage_headers(page, kind, 100, hour, engaged, 7))
            return _usage_headers(page, kind, page.usage, hour, engaged, 0)
        if count < self.world.settings["usage_after"]:
            return {}
        return _usage_headers(page, kind, share, hour, engaged, regain)

    # -- operations -----------------------------------------------------------------------------

    def _operate(self, call):
        edge = call.params["edge"]
        if call.op == "exchange":
            return facebook_tokens.exchange(self, call)
        if call.op == "debug_token":
            return facebook_nodes.debug_token(self, call)
        if edge == "accounts":
            return facebook_nodes.accounts(self, call)
        node = self.find(call)
        if edge is None:
            handler = {"GET": facebook_nodes.read, "POST": facebook_nodes.update,
                       "DELETE": facebook_nodes.delete}.get(call.method)
        elif call.method == "POST":
            handler = WRITES.get(edge)
        elif call.method == "GET":
            handler = facebook_messages.thread_owner if edge == "thread_owner" else \
                facebook_nodes.read_edge
        else:
            handler = None
        if handler is None:
            raise missing(call.params["id"], call.method.lower())
        return handler(self, call, node)

    def find(self, call):
        """The node of the path, if the token may see it."""
        page = call.principal.page
        text = call.params["id"]
        if page is None:
            raise GraphError(210, "(#210) A page access token is required to request this resource.")
        if text in ("me", page.id, (page.username or "\0").lower()):
            return page
        node = self.state.conversations.get(text) or self.state.messages.get(text)
        if node is not None:
            owner = node.page if node.kind == "UnifiedThread" else node.conversation.page
            if owner is page and (node.kind == "UnifiedThread" or node.visible <= call.now):
                return node
        elif (page.id, text) in self.state.psids:
            return self.state.psids[(page.id, text)]
        node = self.state.find(text)
        if node is None:
            return self._other_page(call, page, text)
        if node.page is not page or not self.state.is_readable(node, call.now):
            raise missing(text, call.method.lower())
        if call.principal.is_blind(call.now) and node.author is not page:
            raise missing(text, call.method.lower())
        return node

    def _other_page(self, call, page, text):
        """A Page that is not the token's: its figures, with the feature for it."""
        other = next((p for p in self.state.pages.values()
                      if text.lower() in (p.id, (p.username or "\0").lower())), None)
        if other is None or call.method != "GET" or call.params["edge"]:
            raise missing(text, call.method.lower())
        if not page.public_access:
            raise GraphError(10, "(#10) To use 'Page Public Content Access' or 'Page Public Metadata Access', "
                                 "your use of this endpoint must be reviewed and approved by Facebook.", status=403)
        return other

    def url(self, call, node, edge, arguments, change):
        """The absolute `next` or `previous` of an edge."""
        keep = {key: value for key, value in arguments.items() if key not in ("after", "before")}
        if call.params["edge"] and "access_token" in call.query:
            keep["access_token"] = call.query["access_token"]
        query = urlencode({**keep, **change})
        return f"{call.base}/v{call.version}.0/{node.id}/{edge}?{query}"

    def odd(self, call, out):
        """Elements that no specification allows."""
        if call.fault("null_fields"):
            out["data"] = [{key: None if key != "id" else value for key, value in item.items()}
                           for item in out["data"]]
        if call.fault("wrong_types"):
            out["data"] = [{key: [value] for key, value in item.items()} for item in out["data"]]
        return out

    # -- faults that Graph words itself ---------------------------------------------------------

    def fail(self, call, fault):
        params = fault.params
        version = {"facebook-api-version": f"v{call.version}.0"}
        if fault.kind == "redirect":
            return Reply(int(params.get("status", 302)), "", {
                "Location": params.get("location", "https://login.example.net/portal")})
        if fault.kind == "html" or params.get("body") == "html":
            return Reply(int(params.get("status", 503)), params.get("text", _SORRY), {},
                         "text/html; charset=utf-8")
        if "body" in params:
            return Reply(int(params.get("status", 503)), params["body"], version, JSON)
        reply = self._failure(call, fault, params).reply(self.world.random)
        if fault.kind == "rate_limit" and call.principal and call.principal.page:
            kind = "messenger" if params.get("code") == 80006 else "pages"
            reply.headers.update(_usage_headers(call.principal.page, kind, 100, 200, 1,
                                                int(params.get("minutes", 7))))
        reply.headers.update(version)
        reply.headers.update(params.get("headers") or {})
        return self._edge(reply)

    def _failure(self, call, fault, params):
        kind = fault.kind
        if kind == "unauthorized":
            return bad_token(params.get("subcode", 460), int(params.get("status", 400)))
        if kind == "rate_limit":
            return limited(int(params.get("code", 80001)), int(params.get("status", 400)))
        if kind == "forbidden":
            return GraphError(200, params.get("detail", "(#200) Permissions error"), status=403)
        if kind == "error":
            return catalogued(int(params.get("code", 1)), params.get("subcode"), params.get("message"),
                              params.get("status"), transient=bool(params.get("transient")),
                              user_msg=params.get("user_msg"))
        return GraphError(2, "Service temporarily unavailable", None, int(params.get("status", 503)),
                          transient=True)


_SORRY = """<!DOCTYPE html>
<html lang="en" id="facebook"><head><title>Error</title></head>
<body><h1>Sorry, something went wrong.</h1><p>We're working on it.</p></body></html>
"""


def _usage_headers(page, kind, share, hour, engaged, regain):
    app = min(100, hour * 100 // (200 * engaged))
    figures = {"call_count": app, "total_time": app * 3 // 4, "total_cputime": app // 2}
    business = {page.id: [{"type": kind, "call_count": min(100, share), "total_cputime": share // 2,
                           "total_time": share * 3 // 4, "estimated_time_to_regain_access": regain}]}
    return {"X-App-Usage": json.dumps(figures), "X-Business-Use-Case-Usage": json.dumps(business)}


def _with_headers(error, headers):
    """An error whose reply carries headers."""
    plain = error.reply

    def reply(random):
        made = plain(random)
        made.headers.update(headers)
        return made
    error.reply = reply
    return error


def _form(call):
    """Parameters of query and body together; JSON values of a form stay text."""
    values = dict(call.pairs)
    kind = call.headers.get("Content-Type", "")
    if not call.body:
        return values
    if "json" in kind:
        try:
            body = json.loads(call.body)
            values.update(body if isinstance(body, dict) else {})
        except ValueError:
            values["\0"] = "bad"
    else:
        values.update(parse_qsl(call.body.decode("utf-8", "replace"), keep_blank_values=True))
    return values
