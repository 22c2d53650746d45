# SPDX-License-Identifier: MIT
"""The Send API of Messenger: windows, tags, private replies."""
import json

from .facebook_errors import OUTSIDE, GraphError, missing
from .facebook_world import DAY
from .server import Reply

JSON = "application/json; charset=UTF-8"
TYPES = ("RESPONSE", "UPDATE", "MESSAGE_TAG", "UTILITY")
ACTIONS = ("typing_on", "typing_off", "mark_seen")


def _object(call, name):
    """A JSON object of the body, or of a form field that holds JSON text."""
    value = call.form.get(name)
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise GraphError(100, f"(#100) param {name} must be a JSON object") from None
    if value is not None and not isinstance(value, dict):
        raise GraphError(100, f"(#100) param {name} must be non-empty.")
    return value


def send(net, call, page):
    if page.kind != "Page":
        raise missing(call.params["id"], "post")
    net.need(call, "pages_messaging")
    recipient = _object(call, "recipient")
    if not recipient:
        raise GraphError(100, "(#100) The parameter recipient is required")
    action = call.form.get("sender_action")
    message = _object(call, "message")
    if action:
        return _act(net, call, page, recipient, action, message)
    text = _text(message)
    if page.restricted:
        raise GraphError(10, "(#10) Your Page is temporarily restricted from sending messages.", 1893063)
    if "comment_id" in recipient or "post_id" in recipient:
        return _private_reply(net, call, page, recipient, text)
    person = _person(net, page, recipient)
    conversation = net.state.conversation(page, person)
    _check_window(net, call, page, conversation)
    return _store(net, call, page, conversation, text, "message")


def _text(message):
    if not message:
        raise GraphError(100, "(#100) The parameter message is required")
    text = message.get("text")
    if text is None and message.get("attachment"):
        return ""
    if not isinstance(text, str) or not text.strip():
        raise GraphError(100, "(#100) Param message[text] must be a non-empty UTF-8 encoded string")
    if len(text) > 2000:
        raise GraphError(100, "(#100) Length of param message[text] must be less than or equal to 2000")
    return text


def _person(net, page, recipient):
    person = net.state.psids.get((page.id, str(recipient.get("id"))))
    if person is None:
        raise GraphError(100, "(#100) No matching user found", 2018001)
    if person.blocked:
        raise GraphError(551, "(#551) This person isn't available right now.", 1545041)
    if person.other_app:
        raise GraphError(10, "(#10) Message failed to send because another app is controlling this "
                             "thread now.", 2018300)
    return person


def _check_window(net, call, page, conversation):
    """24 h after the customer's last message; 7 days for a human agent."""
    kind = call.form.get("messaging_type", "RESPONSE")
    if kind not in TYPES:
        raise GraphError(100, f"(#100) Param messaging_type must be one of {{{', '.join(TYPES)}}}")
    last = conversation.last_inbound(call.now)
    age = None if last is None else call.now - last
    if kind == "MESSAGE_TAG":
        if call.form.get("tag") != "HUMAN_AGENT":
            raise GraphError(100, "(#100) Param tag must be one of {HUMAN_AGENT}")
        if not page.human_agent:
            raise GraphError(10, "(#10) To use 'Human Agent', your use of this endpoint must be reviewed "
                                 "and approved by Facebook.")
        if age is not None and age <= 7 * DAY:
            return
        raise GraphError(10, OUTSIDE, 2018278)
    if age is None or age > DAY:
        raise GraphError(10, OUTSIDE, 2018278)


def _private_reply(net, call, page, recipient, text):
    number = str(recipient.get("comment_id") or recipient.get("post_id"))
    node = net.state.find(number)
    if node is None or node.page is not page or not net.state.is_readable(node, call.now):
        raise missing(number, "post")
    if node.author is page:
        raise GraphError(100, "(#100) A Page cannot reply privately to itself")
    if node.answered_privately is not None:
        raise GraphError(10, "Cannot send a private reply more than once.")
    if call.now - node.created > 7 * DAY:
        raise GraphError(10903, "(#10903) This user cant reply to this activity")
    if node.author.blocked:
        raise GraphError(551, "(#551) This person isn't available right now.", 1545041)
    conversation = net.state.conversation(page, node.author)
    node.answered_privately = conversation
    return _store(net, call, page, conversation, text, "private_reply", number)


def _store(net, call, page, conversation, text, kind, target=None):
    message = net.state.add_message(conversation, page, text, call.now)
    conversation.seen_until = max(conversation.seen_until, call.now)
    psid = net.state.psid(page, conversation.person)
    net.world.note_sent("facebook", page.name, kind, text, message.id, in_reply_to=target,
                        conversation=conversation.id, to=psid)
    return Reply(200, {"recipient_id": psid, "message_id": message.id}, {}, JSON)


def _act(net, call, page, recipient, action, message):
    if message:
        raise GraphError(100, "(#100) Cannot send a message together with a sender_action")
    if action not in ACTIONS:
        raise GraphError(100, f"(#100) Param sender_action must be one of {{{', '.join(ACTIONS)}}}")
    person = _person(net, page, recipient)
    if action == "mark_seen":
        net.state.conversation(page, person).seen_until = call.now
    return Reply(200, {"recipient_id": str(recipient.get("id"))}, {}, JSON)


def block(net, call, page):
    if page.kind != "Page":
        raise missing(call.params["id"], "post")
    wanted = call.form.get("psid") or []
    if isinstance(wanted, str):
        wanted = json.loads(wanted) if wanted.startswith("[") else [wanted]
    if not isinstance(wanted, list):
        raise GraphError(100, "(#100) Param psid must be an array.")
    done = {}
    for number in wanted:
        person = net.state.psids.get((page.id, str(number)))
        if person is not None:
            person.blocked = True
        done[str(number)] = person is not None
    return Reply(200, done, {}, JSON)


def thread_owner(net, call, page):
    if page.kind != "Page":
        raise missing(call.params["id"])
    person = net.state.psids.get((page.id, call.form.get("recipient", "")))
    if person is None:
        raise GraphError(100, "(#100) No matching user found", 2018001)
    app = "987654321" if person.other_app else "123456789"
    return Reply(200, {"data": [{"thread_owner": {"app_id": app}}]}, {}, JSON)
