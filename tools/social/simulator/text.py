# SPDX-License-Identifier: MIT
"""What X does to a text: weighted length, t.co links, entities, HTML escapes."""
import hashlib
import re
import unicodedata

TLDS = ("com|org|net|it|eu|io|co|info|biz|edu|gov|mil|int|uk|de|fr|es|us|ca|au|ch|at|nl|be|pt|pl|se|no|fi|dk|"
        "ie|gr|ru|jp|cn|in|br|mx|tv|me|ly|gl|app|dev|shop|online|store|site|xyz|tech|cloud|blog|news|help")
_STOP = r"\s<>\"\u202a-\u202e\u2066-\u2069"
URL = re.compile(r"https?://[^" + _STOP + "]+"
                 r"|(?<![\w@#$/.\-])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:" + TLDS +
                 r")(?![\w@\-])(?:/[^" + _STOP + "]*)?", re.IGNORECASE)
MENTION = re.compile(r"(?<![A-Za-z0-9_@!#$%&*/])[@\uff20]([A-Za-z0-9_]{1,15})(?![A-Za-z0-9_@])")
HASHTAG = re.compile(r"(?<![\w&/])#(\w*[^\W\d_]\w*)")
CASHTAG = re.compile(r"(?<![\w$])\$([A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?)(?!\w)")
_PICTURE = "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u25aa-\u27bf\u2934-\u2b55" \
           "\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
_TONE = "[\U0001f3fb-\U0001f3ff]"
EMOJI = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}"
    "|[0-9#*]\ufe0f?\u20e3"
    f"|[{_PICTURE}](?:\ufe0f|{_TONE})?(?:[\U000e0020-\U000e007f]+)?"
    f"(?:\u200d[{_PICTURE}](?:\ufe0f|{_TONE})?)*")
LIGHT = ((0, 0x10ff), (0x2000, 0x200d), (0x2010, 0x201f), (0x2032, 0x2037))
URL_LENGTH = 23
LIMIT = 280


def _trimmed(match):
    """End of the link without the punctuation that closes a sentence."""
    end = match.end()
    text = match.group()
    while text and text[-1] in ".,;:!?'\")]}\u2026\u00bb":
        text = text[:-1]
        end -= 1
    return end


def urls(text):
    """[(start, end)] of every link that X would shorten."""
    found = ((match.start(), _trimmed(match)) for match in URL.finditer(text))
    return [(start, end) for start, end in found if _has_host(text[start:end])]


def _has_host(link):
    """Labels of at most 63 characters once they are written for the DNS, and a last one of letters."""
    host = re.split(r"[/?#:]", link.split("://")[-1])[0]
    labels = host.split(".")
    for label in labels:
        size = len(label) if label.isascii() else len(label.encode("punycode")) + 4
        if not 1 <= size <= 63:
            return False
    return len(labels) > 1 and len(labels[-1]) > 1 and labels[-1].isalpha()


def weighted_length(text):
    """The 280 counter: NFC, links 23, an emoji sequence 2, most scripts 1 or 2 a character."""
    text = unicodedata.normalize("NFC", text)
    total = 0
    position = 0
    for start, end in urls(text):
        total += _plain_weight(text[position:start]) + URL_LENGTH
        position = end
    return total + _plain_weight(text[position:])


def _plain_weight(text):
    total = 0
    position = 0
    for match in EMOJI.finditer(text):
        if ord(match.group()[0]) < 0x1100 and len(match.group()) == 1:
            continue
        total += sum(map(_weight, text[position:match.start()])) + 2
        position = match.end()
    return total + sum(map(_weight, text[position:]))


def _weight(character):
    code = ord(character)
    return 1 if any(low <= code <= high for low, high in LIGHT) else 2


def shorten(text):
    """(text with t.co links, {t.co link: original})."""
    links = {}
    parts = []
    position = 0
    for start, end in urls(text):
        original = text[start:end]
        if original.startswith("https://t.co/"):
            continue
        expanded = original if "://" in original else "http://" + original
        short = "https://t.co/" + _digest(expanded)
        links[short] = expanded
        parts.append(text[position:start] + short)
        position = end
    return "".join(parts) + text[position:], links


def _digest(text):
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    letters = []
    for _ in range(10):
        number, rest = divmod(number, 62)
        letters.append(alphabet[rest])
    return "".join(letters)


def escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def entities(text, links, user_of):
    """Entities of an escaped text, offsets in code points; user_of(handle) gives an id or None."""
    found = {}
    mentions = []
    for match in MENTION.finditer(text):
        user = user_of(match[1])
        if user is not None:
            mentions.append({"start": match.start(), "end": match.end(),
                             "username": match[1], "id": str(user)})
    if mentions:
        found["mentions"] = mentions
    web = []
    for start, end in urls(text):
        short = text[start:end]
        expanded = links.get(short, short)
        display = re.sub(r"^https?://(www\.)?", "", expanded)
        web.append({"start": start, "end": end, "url": short, "expanded_url": expanded,
                    "display_url": display if len(display) <= 30 else display[:29] + "\u2026"})
    if web:
        found["urls"] = web
    for name, pattern in (("hashtags", HASHTAG), ("cashtags", CASHTAG)):
        tags = [{"start": match.start(), "end": match.end(), "tag": match[1]}
                for match in pattern.finditer(text)]
        if tags:
            found[name] = tags
    return found


def cut(text, length=LIMIT):
    """The start of a long text as `text` shows it, with the ellipsis that replaces the rest."""
    while weighted_length(text) > length - 2:
        text = text[:-max(1, (weighted_length(text) - length) // 2)]
    return text.rstrip() + "\u2026"
