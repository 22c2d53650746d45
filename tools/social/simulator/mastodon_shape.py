# SPDX-License-Identifier: MIT
"""How the simulated Mastodon server writes things: JSON entities, and HTML out of plain text."""
import html
import re

from .clock import x_time
from .mastodon_world import DOMAIN, MENTION, URL

HASHTAG = re.compile(r"(?<![\w&/#])#(\w*[^\W\d_]\w*)")


def to_html(state, text, base):
    """Paragraphs, line breaks, mentions, links and hashtags as Mastodon marks them up."""
    paragraphs = [p for p in re.split(r"\n{2,}", text.strip()) if p]
    return "".join(f"<p>{_inline(state, p, base)}</p>" for p in paragraphs)


def _inline(state, text, base):
    pieces = []
    position = 0
    pattern = re.compile(f"(?P<url>{URL.pattern})|(?P<mention>{MENTION.pattern})|(?P<tag>{HASHTAG.pattern})",
                         re.IGNORECASE)
    for match in pattern.finditer(text):
        pieces.append(_plain(text[position:match.start()]))
        pieces.append(_marked(state, match, base))
        position = match.end()
    return "".join(pieces) + _plain(text[position:])


def _plain(text):
    return html.escape(text, quote=True).replace("&#x27;", "&#39;").replace("\n", "<br />")


def _marked(state, match, base):
    found = match.group()
    if match.lastgroup == "url" or found.startswith("http"):
        return _link(found)
    if found.startswith("@"):
        account = state.account(found)
        return (f'<span class="h-card" translate="no"><a href="{_profile(account, base)}" class="u-url mention">'
                f"@<span>{account.username}</span></a></span>")
    tag = found[1:]
    return f'<a href="{base}/tags/{tag.lower()}" class="mention hashtag" rel="tag">#<span>{tag}</span></a>'


def _link(url):
    scheme = re.match(r"https?://(www\.)?", url).group()
    rest = url[len(scheme):]
    shown, hidden = rest[:30], rest[30:]
    kind = "ellipsis" if hidden else ""
    return (f'<a href="{html.escape(url)}" target="_blank" rel="nofollow noopener noreferrer" translate="no">'
            f'<span class="invisible">{scheme}</span><span class="{kind}">{html.escape(shown)}</span>'
            f'<span class="invisible">{html.escape(hidden)}</span></a>')


def _profile(account, base):
    return f"https://{account.host}/@{account.username}" if account.host else f"{base}/@{account.username}"


def account_json(net, account, base):
    long_form = net.flavour == "snac"
    return {"id": account.id, "username": account.username,
            "acct": account.full if long_form else account.acct, "display_name": account.name,
            "locked": False, "bot": False, "url": _profile(account, base),
            "created_at": "2023-11-01T00:00:00.000Z", "note": "", "followers_count": account.followers,
            "following_count": len(account.follows), "statuses_count": 0, "emojis": [], "fields": []}


def status_json(net, status, viewer, base):
    state = net.state
    parent = status.reply_to
    visibility = status.visibility
    if net.flavour == "snac":
        visibility = "public" if visibility in ("public", "unlisted") else "private"
    mentions = [a for a in status.mentions if net.flavour != "snac" or a is not viewer]
    return {"id": status.id, "created_at": x_time(status.created),
            "in_reply_to_id": parent.id if parent else None,
            "in_reply_to_account_id": parent.author.id if parent else None,
            "sensitive": bool(status.spoiler), "spoiler_text": status.spoiler, "visibility": visibility,
            "language": "it", "uri": f"https://{DOMAIN}/users/{status.author.username}/statuses/{status.id}",
            "url": f"{base}/@{status.author.acct}/{status.id}", "replies_count": 0,
            **dict(zip(("reblogs_count", "quotes_count"), state.echoes(status))),
            "favourites_count": 0, "edited_at": x_time(status.edited) if status.edited else None,
            "content": "" if status.reblog else to_html(state, status.text, base),
            "reblog": status_json(net, status.reblog, viewer, base) if status.reblog else None,
            "account": account_json(net, status.author, base),
            "media_attachments": [_media(status, n, item, base) for n, item in enumerate(status.media)],
            "mentions": [{"id": a.id, "username": a.username, "url": _profile(a, base), "acct": a.acct}
                         for a in mentions],
            "tags": [], "emojis": [], "card": None, "poll": _poll(status)}


def _media(status, n, item, base):
    item = {"type": item} if isinstance(item, str) else item
    return {"id": f"{status.id}{n}", "type": {"photo": "image", "gif": "gifv"}.get(item["type"], item["type"]),
            "url": item.get("url", f"{base}/m/{n}.jpg"), "preview_url": f"{base}/m/{n}s.jpg",
            "description": item.get("description")}


def _poll(status):
    if not status.poll:
        return None
    return {"id": f"{status.id}9", "expires_at": None, "expired": False, "multiple": False, "votes_count": 0,
            "options": [{"title": title, "votes_count": 0} for title in status.poll], "emojis": []}


def note_json(net, note, viewer, base):
    body = {"id": note.id, "type": note.kind, "created_at": x_time(note.visible),
            "account": account_json(net, note.actor, base),
            "status": status_json(net, note.status, viewer, base)}
    if net.flavour == "mastodon":
        body["group_key"] = f"ungrouped-{note.id}"
        if note.filtered:
            body["filtered"] = True
    return body


def _version(settings):
    """As each software names itself; one that only speaks the API says so."""
    if settings["mastodon_flavour"] == "mastodon":
        return "4.4.3" if settings["mastodon_idempotency"] else "4.2.0 (compatible; Akkoma 3.13.2)"
    return {"gotosocial": "0.17.3+git-abc", "snac": "4.0.0 (not true; really snac/2.75)"}[settings["mastodon_flavour"]]


def instance_json(net, version):
    settings = net.world.settings
    configuration = {"statuses": {"max_characters": settings["mastodon_characters"], "max_media_attachments": 4,
                                  "characters_reserved_per_url": 23}}
    body = {"title": "A small town", "version": _version(settings), "configuration": configuration}
    body["domain" if version == 2 else "uri"] = DOMAIN
    if version == 1:
        body["max_toot_chars"] = settings["mastodon_characters"]
    return body
