# SPDX-License-Identifier: MIT
"""Graph reads of nodes and edges, and the writes on posts and comments."""
from .facebook_errors import TOKEN_TEXTS, GraphError, missing
from .facebook_fields import parse_fields
from .facebook_shape import Shaper
from .facebook_world import DAY
from .server import Reply

JSON = "application/json; charset=UTF-8"
ARGUMENTS = ("limit", "after", "before", "since", "until", "filter", "order", "summary", "folder",
             "platform", "user_id", "live_filter", "fields")
READ = {"feed": "pages_read_user_content", "visitor_posts": "pages_read_user_content",
        "tagged": "pages_read_user_content", "comments": "pages_read_user_content",
        "ads_posts": "pages_read_engagement",
        "published_posts": "pages_read_engagement", "conversations": "pages_messaging",
        "messages": "pages_messaging"}
OF_KIND = {"Page": ("feed", "visitor_posts", "tagged", "published_posts", "posts", "ads_posts", "conversations"),
           "PagePost": ("comments", "likes", "reactions", "attachments"),
           "Comment": ("comments", "likes", "reactions"),
           "UnifiedThread": ("messages", "participants"), "UnifiedMessage": ("attachments",), "User": ()}
REDUCE = "Please reduce the amount of data you're asking for, then retry your request"


def answer(value):
    return Reply(200, value, {}, JSON)


def _fields(call):
    text = call.form.get("fields")
    return parse_fields(text) if text else None


def read(net, call, node):
    fields = _fields(call)
    shaper = Shaper(net, call, call.principal.page)
    if node.kind == "UnifiedMessage" and shaper.is_old(node):
        raise missing(node.id)
    if node.kind in ("UnifiedThread", "UnifiedMessage", "User"):
        net.need(call, "pages_messaging")
    return answer(shaper.node(node, fields))


def read_edge(net, call, node):
    edge = call.params["edge"]
    if edge not in OF_KIND[node.kind]:
        raise GraphError(100, f"(#100) Tried accessing nonexisting field ({edge}) on node type "
                              f"({node.kind})")
    if edge in READ:
        net.need(call, READ[edge])
    fields = _fields(call)
    arguments = {name: str(call.form[name]) for name in ARGUMENTS if name in call.form}
    _refuse_too_much(net, arguments, fields)
    shaper = Shaper(net, call, call.principal.page)
    return answer(shaper.edge(node, edge, arguments, fields))


def _refuse_too_much(net, arguments, fields):
    """Deep fields on many elements trigger code 1."""
    cost = int(arguments.get("limit", "25")) if arguments.get("limit", "25").isdigit() else 25
    cost *= _weight(fields)
    if cost > net.world.settings["facebook_cost"]:
        raise GraphError(1, REDUCE, 99, 500)


def _weight(fields):
    total = 1
    for field in fields or ():
        if field.inside and field.name in ("comments", "messages"):
            limit = field.arguments.get("limit", "25")
            total += (int(limit) if limit.isdigit() else 25) * _weight(field.inside)
    return total


# -- writes -----------------------------------------------------------------------------------------


def _message(call):
    text = call.form.get("message")
    if text is None or (isinstance(text, str) and not text.strip()):
        raise GraphError(100, "(#100) Missing message or attachment")
    if not isinstance(text, str):
        raise GraphError(100, "(#100) Param message must be a string.")
    if len(text) > 8000:
        raise GraphError(100, "(#100) Length of param message must be less than or equal to 8000")
    return text


def create_post(net, call, page):
    if page.kind != "Page":
        raise missing(call.params["id"], "post")
    net.need(call, "pages_manage_posts")
    text = _message(call)
    newest = next((p for p in reversed(page.posts) if p.author is page), None)
    if net.world.settings["duplicate"] and newest is not None and newest.message == text:
        raise _duplicate()
    post = net.state.add_post(page, page, text, call.now)
    net.world.note_sent("facebook", page.name, "page_post", text, post.id)
    return answer({"id": post.id})


def _duplicate():
    return GraphError(506, "(#506) Duplicate status message", 1455006, kind="FacebookApiException",
                      user_title="Duplicate Status Update",
                      user_msg="This status update is identical to the last one you posted. Try posting "
                               "something different, or delete your previous update.")


def create_comment(net, call, target):
    if target.kind not in ("PagePost", "Comment"):
        raise missing(call.params["id"], "post")
    net.need(call, "pages_manage_engagement")
    page = target.page
    text = _message(call)
    if net.world.settings["duplicate"] and page.last_comment == (target, text):
        raise _duplicate()
    page.last_comment = (target, text)
    comment = net.state.add_comment(target, page, text, call.now)
    net.world.note_sent("facebook", page.name, "comment", text, comment.id, in_reply_to=target.id,
                        conversation=comment.post.id, to=getattr(target.author, "name", None))
    return answer({"id": comment.id})


def update(net, call, node):
    if node.kind not in ("PagePost", "Comment"):
        raise missing(call.params["id"], "post")
    net.need(call, "pages_manage_engagement")
    if "is_hidden" in call.form:
        node.is_hidden = str(call.form["is_hidden"]).lower() in ("true", "1")
    if "message" in call.form:
        if node.author is not node.page:
            raise GraphError(200, "(#200) You do not have sufficient permissions to perform this action",
                             status=403)
        node.message = _message(call)
    return answer({"success": True})


def delete(net, call, node):
    if node.kind not in ("PagePost", "Comment"):
        raise missing(call.params["id"], "delete")
    net.need(call, "pages_manage_engagement")
    node.deleted = True
    return answer({"success": True})


def like(net, call, node):
    if node.kind not in ("PagePost", "Comment"):
        raise missing(call.params["id"], "post")
    return answer({"success": True})


# -- tokens -----------------------------------------------------------------------------------------


def accounts(net, call):
    """Pages of a user token, with their tokens."""
    pages = call.principal.pages
    if not pages:
        raise GraphError(100, "(#100) Tried accessing nonexisting field (accounts) on node type (Page)")
    return answer({"data": [{"id": page.id, "name": page.name, "access_token": net.token_of(page),
                             "tasks": ["ANALYZE", "MESSAGING", "MODERATE", "CREATE_CONTENT"]}
                            for page in pages]})


def debug_token(net, call):
    asker = call.token_text
    if not asker or ("|" not in asker and asker not in net.tokens):
        raise GraphError(104, "An access token is required to request this resource.")
    token = net.tokens.get(call.form.get("input_token", ""))
    if token is None:
        return answer({"data": {"error": {"code": 190, "message": "Invalid OAuth access token - Cannot "
                                          "parse access token"}, "is_valid": False, "scopes": []}})
    failure = token.dead(call.now)
    data = {"app_id": "123456789", "type": "PAGE" if token.page else "USER",
            "application": "Vedetta", "data_access_expires_at": int(token.data_access or call.now + 90 * DAY),
            "expires_at": int(token.expires or 0), "is_valid": failure is None, "issued_at": 0,
            "scopes": token.scopes, "user_id": "10000000000000001"}
    if token.page:
        data["profile_id"] = token.page.id
    if failure is not None:
        data["error"] = {"code": 190, "subcode": failure, "message": TOKEN_TEXTS.get(failure, "")}
    return answer({"data": data})
