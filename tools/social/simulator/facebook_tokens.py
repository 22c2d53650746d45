# SPDX-License-Identifier: MIT
"""A person's token for a long-lived one: GET or POST /oauth/access_token?grant_type=fb_exchange_token."""
from .facebook_errors import GraphError
from .facebook_nodes import answer

APP_ID = "123456789"


def exchange(net, call):
    form = call.form
    if form.get("grant_type") != "fb_exchange_token" or form.get("client_id") != APP_ID:
        raise GraphError(101, "Error validating application. Cannot get application info due to a system error.")
    pages = {page.secret for token in net.tokens.values() for page in token.pages if page.secret}
    if pages and form.get("client_secret") not in pages:
        raise GraphError(1, "Error validating client secret.")
    short = net.tokens.get(form.get("fb_exchange_token", ""))
    if short is None or short.page is not None:
        raise GraphError(190, "Invalid OAuth access token - Cannot parse access token")
    value = "long-" + short.value
    known = net.tokens.setdefault(value, type(short)(value))
    known.pages = short.pages
    return answer({"access_token": value, "token_type": "bearer", "expires_in": 5183944})
