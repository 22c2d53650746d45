# SPDX-License-Identifier: MIT
"""The query language of recent search, as far as a care desk uses it."""
import re

from .x_params import invalid

WORD = re.compile(r'\(|\)|-?"[^"]*"|[^\s()]+')


def compile_query(net, query):
    """(matcher of a post, conversation ids that every match must belong to, or None)."""
    words = WORD.findall(query)
    parser = _Parser(net, query, words)
    matcher = parser.alternatives()
    if parser.position != len(words):
        raise parser.wrong(words[parser.position])
    return matcher, _conversations(query)


def _conversations(query):
    """Ids when the query is nothing but conversation_id:N, joined by OR or followed by filters."""
    ids = re.findall(r"(?<![\w-])conversation_id:(\d{1,19})", query)
    plain = " OR " not in query or re.fullmatch(r"\(?(conversation_id:\d+( OR )?)+\)?", query)
    return {int(number) for number in ids} if ids and plain else None


class _Parser:
    def __init__(self, net, query, words):
        self.net = net
        self.query = query
        self.words = words
        self.position = 0

    def peek(self):
        return self.words[self.position] if self.position < len(self.words) else None

    def wrong(self, word):
        return invalid(self.net.dialect, "query", [self.query],
                       f"There were errors processing your request: no viable alternative at "
                       f"'{word}' (at position {self.position + 1})")

    def alternatives(self):
        choices = [self.sequence()]
        while self.peek() == "OR":
            self.position += 1
            choices.append(self.sequence())
        return lambda post: any(choice(post) for choice in choices)

    def sequence(self):
        terms = []
        while self.peek() not in (None, "OR", ")"):
            terms.append(self.term())
        if not terms:
            raise self.wrong(self.peek() or "<EOF>")
        return lambda post: all(term(post) for term in terms)

    def term(self):
        word = self.peek()
        self.position += 1
        if word == "(":
            inside = self.alternatives()
            if self.peek() != ")":
                raise self.wrong("<EOF>")
            self.position += 1
            return inside
        if word.startswith("-") and len(word) > 1:
            positive = self.operator(word[1:])
            return lambda post: not positive(post)
        return self.operator(word)

    def operator(self, word):
        name, colon, value = word.partition(":")
        state = self.net.state
        if word.startswith('"') or not colon:
            return self.keyword(word)
        if name in ("conversation_id", "in_reply_to_tweet_id", "in_reply_to_post_id",
                    "quotes_of_tweet_id"):
            if not value.isdigit():
                raise self.wrong(word)
            field = {"conversation_id": "conversation", "quotes_of_tweet_id": "quoted"}.get(
                name, "reply_to")
            return lambda post: getattr(post, field) == int(value)
        if name in ("from", "to"):
            user = state.by_name.get(value.lower().lstrip("@")) or (
                state.users.get(int(value)) if value.isdigit() else None)
            number = user.id if user else -1
            field = "author" if name == "from" else "reply_to_user"
            return lambda post: getattr(post, field) == number
        filters = {"is:reply": lambda post: bool(post.reply_to),
                   "is:retweet": lambda post: bool(post.retweeted),
                   "is:quote": lambda post: bool(post.quoted),
                   "has:media": lambda post: bool(post.media),
                   "has:links": lambda post: bool(post.links), "lang:it": lambda post: True}
        if word in filters:
            return filters[word]
        raise self.wrong(word)

    def keyword(self, word):
        if word.startswith("@"):
            number = self.net.state.id_of(word[1:])
            return lambda post: number in post.mentions
        wanted = word.strip('"').lower()
        return lambda post: wanted in post.text.lower() and not post.retweeted
