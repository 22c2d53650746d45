# SPDX-License-Identifier: MIT
"""What a client writes to X, and the refusals in their own words."""
import json
import re

from . import text as xtext
from .server import Reply
from .x_params import Refused, blank, invalid
from .x_world import DAY

CREATE_KEYS = ("text reply media reply_settings direct_message_deep_link quote_tweet_id poll geo card_uri "
               "community_id edit_options for_super_followers_only made_with_ai nullcast "
               "paid_partnership share_with_followers").split()
DM_KEYS = ("text", "attachments", "media_id")
SETTINGS = ("following", "mentionedUsers", "subscribers", "verified")
NOT_SUMMONED = ("Reply to this conversation is not allowed because you have not been mentioned or "
                "otherwise engaged by the author of the post you are replying to.")
LONG = ("Your Tweet text is too long. For more information on how Twitter determines text length see "
        "https://github.com/twitter/twitter-text.")


def _body(net, call, keys):
    try:
        body = json.loads(call.body or b"{}")
    except ValueError:
        raise invalid(net.dialect, "body", [], "Request body is not valid JSON") from None
    if not isinstance(body, dict):
        raise invalid(net.dialect, "body", [], "$: is not an object")
    for key in body:
        if key not in keys:
            raise invalid(net.dialect, key, [], f"$.{key}: is not defined in the schema and the schema "
                                                "does not allow additional properties")
    return body


def _text(net, body, name="text"):
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise invalid(net.dialect, name, [str(value)], f"$.{name}: is not a string")
    return value or ""


def create_post(net, call):
    body = _body(net, call, CREATE_KEYS)
    author = call.principal.user
    text = _text(net, body)
    media = _media(net, body.get("media") or {})
    if not text.strip() and not media:
        raise invalid(net.dialect, "text", [], "One of media_ids or text must be provided")
    if body.get("reply_settings") is not None and body["reply_settings"] not in SETTINGS:
        raise invalid(net.dialect, "reply_settings", [str(body["reply_settings"])],
                      f"$.reply_settings: does not have a value in the enumeration {list(SETTINGS)}")
    if body.get("direct_message_deep_link") and (media or body.get("quote_tweet_id") or body.get("poll")):
        raise invalid(net.dialect, "direct_message_deep_link", [],
                      "direct_message_deep_link is mutually exclusive with media, quote and poll")
    if xtext.weighted_length(text) > (25000 if author.premium else xtext.LIMIT):
        raise Refused(blank(400, LONG))
    parent = _parent(net, call, author, body.get("reply"))
    if body.get("quote_tweet_id") and not author.enterprise:
        raise Refused(blank(403))
    exclude = _excluded(net, body.get("reply") or {})
    _refuse_duplicate(net, call, author, parent, text, exclude)
    post = net.state.publish(author, text, created=call.now, exclude=exclude,
                             reply_to=parent.id if parent else None,
                             media=[{"media_key": f"3_{number}", "type": "photo"} for number in media])
    post.deep_link = body.get("direct_message_deep_link")
    net.world.note_sent("x", author.username, "reply" if parent else "post", text, str(post.id),
                        in_reply_to=str(parent.id) if parent else None,
                        conversation=str(post.conversation),
                        to=net.state.users[parent.author].username if parent else None)
    return Reply(201, {"data": {"id": str(post.id), "text": xtext.escape(post.full or post.text),
                                net.dialect.history: [str(post.id)]}})


def _media(net, media):
    numbers = media.get("media_ids") or [] if isinstance(media, dict) else None
    if not isinstance(numbers, list) or len(numbers) > 4:
        raise invalid(net.dialect, "media", [str(media)], "$.media.media_ids: is not an array of at most 4")
    return numbers


def _excluded(net, reply):
    numbers = reply.get("exclude_reply_user_ids", [])
    if not isinstance(numbers, list) or not all(re.fullmatch(r"[0-9]{1,19}", str(n)) for n in numbers):
        raise invalid(net.dialect, "reply.exclude_reply_user_ids", [str(numbers)],
                      "$.reply.exclude_reply_user_ids: does not match the regex pattern ^[0-9]{1,19}$")
    return [int(number) for number in numbers]


def _parent(net, call, author, reply):
    """The post to answer, or the refusal."""
    if reply is None:
        return None
    number = reply.get("in_reply_to_tweet_id") if isinstance(reply, dict) else None
    if not isinstance(number, str) or not re.fullmatch(r"[0-9]{1,19}", number):
        raise invalid(net.dialect, "reply.in_reply_to_tweet_id", [str(number)],
                      "$.reply.in_reply_to_tweet_id: does not match the regex pattern ^[0-9]{1,19}$")
    parent = net.state.posts.get(int(number))
    if parent is None or parent.deleted or parent.visible > call.now:
        raise Refused(blank(403, "You attempted to reply to a Tweet that is deleted or not visible "
                                 "to you."))
    parent = net.state.newest(parent)
    writer = net.state.users[parent.author]
    if writer.limits_replies and author.id not in parent.mentions and writer is not author:
        raise Refused(blank(403, "You are not permitted to reply to this conversation."))
    if net.world.settings["summoned"] and not author.enterprise and not _summoned(net, parent, author):
        raise Refused(blank(403, NOT_SUMMONED))
    return parent


def _summoned(net, parent, author):
    if parent.author == author.id or author.id in parent.mentions:
        return True
    quoted = net.state.posts.get(parent.quoted) if parent.quoted else None
    return quoted is not None and quoted.author == author.id


def _refuse_duplicate(net, call, author, parent, text, exclude):
    if not net.world.settings["duplicate"]:
        return
    if parent is not None:
        text, _ = net.state._prefixed(author, parent, text, exclude)
    stored, _ = xtext.shorten(text)
    before = net.state.texts.get((author.id, stored))
    if before is not None and 0 <= call.now - before < DAY:
        raise Refused(blank(403, "You are not allowed to create a Tweet with duplicate content."))


def delete_post(net, call):
    number = call.params["id"]
    post = net.state.posts.get(int(number)) if number.isdigit() else None
    if post is None or post.deleted:
        return Reply(200, {"data": {"deleted": True}})
    if post.author != call.principal.user.id:
        raise Refused(blank(403, "You are not authorized to delete this Tweet."))
    net.state.delete(post.id)
    return Reply(200, {"data": {"deleted": True}})


def hide(net, call):
    body = _body(net, call, ("hidden",))
    post = net.state.posts.get(int(call.params["id"])) if call.params["id"].isdigit() else None
    if not isinstance(body.get("hidden"), bool):
        raise invalid(net.dialect, "hidden", [], "$.hidden: is missing but it is required")
    root = net.state.posts.get(post.conversation) if post else None
    if post is None or post.deleted or root is None or root.author != call.principal.user.id:
        raise Refused(blank(403, "You are not permitted to perform this action."))
    post.hidden = body["hidden"]
    return Reply(200, {"data": {"hidden": post.hidden}})


# -- direct messages --------------------------------------------------------------------------------


def dm_send(net, call):
    body = _body(net, call, DM_KEYS)
    sender = call.principal.user
    text = _text(net, body)
    if not text and not body.get("attachments"):
        raise invalid(net.dialect, "text", [], "$.text: is missing but it is required")
    if len(text) > 10000:
        raise invalid(net.dialect, "text", [], "$.text: must be at most 10000 characters long")
    recipient, key = _recipient(net, call, sender)
    if recipient is None or not net.state.may_message(sender, recipient):
        raise Refused(blank(403, "You do not have permission to DM one or more participants."))
    attached = body.get("attachments") or []
    media = [{"media_key": f"3_{item.get('media_id')}", "type": "photo"}
             for item in (attached if isinstance(attached, list) else []) if isinstance(item, dict)]
    event = net.state.message(sender, recipient, text, created=call.now, conversation=key, media=media)
    net.world.note_sent("x", sender.username, "dm", text, str(event.id), to=recipient.username,
                        conversation=event.conversation)
    return Reply(201, {"data": {"dm_conversation_id": event.conversation,
                                "dm_event_id": str(event.id)}})


def _recipient(net, call, sender):
    """(the other side, conversation id)."""
    if "user" in call.params:
        number = call.params["user"]
        return (net.state.users.get(int(number)) if number.isdigit() else None), None
    key = call.params["conversation"]
    known = next(net.state.threads.newest_first(key), None)
    if known is not None:
        others = [n for n in net.state.messages[known].participants if n != sender.id]
    else:
        others = [int(n) for n in key.split("-") if n.isdigit() and int(n) != sender.id]
    mine = str(sender.id) in key.split("-") or known is not None
    return (net.state.users.get(others[0]) if mine and others else None), key


def dm_delete(net, call):
    event = net.state.messages.get(int(call.params["id"])) if call.params["id"].isdigit() else None
    if event is None or call.principal.user.id not in event.participants:
        raise Refused(blank(404))
    event.deleted_for.add(call.principal.user.id)
    return Reply(200, {"data": {"deleted": True}})
