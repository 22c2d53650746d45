# SPDX-License-Identifier: MIT
"""Who is calling X: OAuth 2.0 user and app tokens, their rotation, and OAuth 1.0a signatures."""
import base64
import hashlib
import hmac
import re
import secrets
from urllib.parse import parse_qsl, quote, unquote

from .server import Reply

ALL_SCOPES = ("tweet.read tweet.write users.read dm.read dm.write follows.read offline.access "
              "tweet.moderate.write media.write").split()


class Token:
    """One credential; `kind` is user, app or oauth1."""

    def __init__(self, value, user, kind="user", scopes=None, expires=None, secret=""):
        self.value = value
        self.user = user
        self.kind = kind
        self.scopes = set(ALL_SCOPES if scopes is None else scopes)
        self.expires = expires
        self.secret = secret
        self.revoked = False


class Credentials:
    """All tokens, and the pairs that may be refreshed."""

    def __init__(self, clock):
        self.clock = clock
        self.tokens = {}
        self.refresh = {}            # refresh token -> (user, scopes, client id)
        self.spent = set()
        self.consumers = {}          # consumer key -> secret
        self.clients = {}            # client id -> secret or None (public client)
        self.codes = {}              # code -> (user, challenge, redirect, until)
        self.skew_s = 300

    def add(self, token):
        self.tokens[token.value] = token
        return token

    def issue(self, user, scopes, client_id=None, life_s=7200):
        """A fresh pair, as the token endpoint answers it."""
        access = "x-" + secrets.token_urlsafe(36)
        fresh = "r-" + secrets.token_urlsafe(36)
        self.add(Token(access, user, "user", scopes, self.clock.now() + life_s))
        self.refresh[fresh] = (user, scopes, client_id)
        return {"token_type": "bearer", "expires_in": life_s, "access_token": access,
                "scope": " ".join(sorted(scopes)), "refresh_token": fresh}

    def of(self, call):
        """The token of a call, or None."""
        header = call.headers.get("Authorization", "")
        if header.startswith("OAuth "):
            return self._oauth1(call, header)
        if not header.startswith("Bearer "):
            return None
        token = self.tokens.get(header[7:].strip())
        if token is None or token.revoked or token.kind == "oauth1":
            return None
        if token.expires is not None and call.now >= token.expires:
            return None
        return token

    def _oauth1(self, call, header):
        fields = {key: unquote(value) for key, value in re.findall(r'(\w+)="([^"]*)"', header)}
        token = self.tokens.get(fields.get("oauth_token", ""))
        secret = self.consumers.get(fields.get("oauth_consumer_key", ""))
        if token is None or token.revoked or secret is None:
            return None
        try:
            if abs(int(fields["oauth_timestamp"]) - call.now) > self.skew_s:
                return None
            wanted = sign(call.method, call.base + quote(call.path, safe="/~"), call.pairs, fields, secret,
                          token.secret)
        except (KeyError, ValueError):
            return None
        return token if hmac.compare_digest(wanted, fields.get("oauth_signature", "")) else None

    # -- the token endpoints --------------------------------------------------------------------

    def token_endpoint(self, call):
        form = dict(parse_qsl(call.body.decode("utf-8", "replace"), keep_blank_values=True))
        client, error = self._client(call, form)
        if error:
            return error
        grant = form.get("grant_type")
        if grant == "refresh_token":
            return self._refresh(form.get("refresh_token", ""), client)
        if grant == "authorization_code":
            return self._code(form, client)
        if grant == "client_credentials" and call.op == "app_token":
            value = "a-" + secrets.token_urlsafe(36)
            self.add(Token(value, None, "app"))
            return Reply(200, {"token_type": "bearer", "access_token": value})
        return _oauth_error("unsupported_grant_type", "Unsupported grant_type.")

    def authorise(self, user, spec):
        """A code as the browser would bring it back: it lives 30 s (`life_s`) and fits one redirect only."""
        code = secrets.token_urlsafe(24)
        self.codes[code] = {"user": user, "until": self.clock.now() + spec.get("life_s", 30),
                            "scopes": set(spec.get("scopes") or ALL_SCOPES),
                            "redirect_uri": spec["redirect_uri"],
                            "challenge": spec["code_challenge"],
                            "method": spec.get("code_challenge_method", "S256")}
        return code

    def _client(self, call, form):
        header = call.headers.get("Authorization", "")
        client = form.get("client_id")
        secret = None
        if header.startswith("Basic "):
            try:
                client, _, secret = base64.b64decode(header[6:]).decode().partition(":")
            except ValueError:
                client = None
        if self.clients and client not in self.clients:
            return None, _oauth_error("unauthorized_client", "Missing valid authorization header", 401)
        if self.clients and self.clients[client] is not None and secret != self.clients[client]:
            return None, _oauth_error("unauthorized_client", "Missing valid authorization header", 401)
        return client, None

    def _refresh(self, value, client):
        known = self.refresh.pop(value, None)
        if known is None or (known[2] is not None and client != known[2]):
            return _oauth_error("invalid_request", "Value passed for the token was invalid.")
        self.spent.add(value)
        user, scopes, owner = known
        return Reply(200, self.issue(user, scopes, owner))

    def _code(self, form, client):
        known = self.codes.pop(form.get("code", ""), None)
        if known is None or self.clock.now() > known["until"]:
            return _oauth_error("invalid_request", "Value passed for the authorization code was invalid.")
        if form.get("redirect_uri") != known["redirect_uri"]:
            return _oauth_error("invalid_request", "Value passed for the redirect uri did not match "
                                                   "the uri of the authorization code.")
        verifier = form.get("code_verifier", "")
        if known["method"] == "S256":
            digest = hashlib.sha256(verifier.encode()).digest()
            verifier = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if verifier != known["challenge"]:
            return _oauth_error("invalid_request", "Value passed for the code verifier did not "
                                                   "match the code challenge.")
        return Reply(200, self.issue(known["user"], known["scopes"], client))

    def revoke(self, call):
        form = dict(parse_qsl(call.body.decode("utf-8", "replace")))
        value = form.get("token", "")
        self.refresh.pop(value, None)
        if value in self.tokens:
            self.tokens[value].revoked = True
        return Reply(200, {"revoked": True})


def sign(method, url, pairs, fields, consumer_secret, token_secret):
    """The HMAC-SHA1 signature of RFC 5849, section 3.4."""
    everything = [(quote(key, safe="~"), quote(value, safe="~")) for key, value in
                  list(pairs) + [(k, v) for k, v in fields.items()
                                 if k not in ("oauth_signature", "realm")]]
    joined = "&".join(f"{key}={value}" for key, value in sorted(everything))
    base = "&".join(quote(part, safe="~") for part in (method.upper(), url, joined))
    key = quote(consumer_secret, safe="~") + "&" + quote(token_secret, safe="~")
    return base64.b64encode(hmac.new(key.encode(), base.encode(), hashlib.sha1).digest()).decode()


def _oauth_error(error, description, status=400):
    return Reply(status, {"error": error, "error_description": description})
