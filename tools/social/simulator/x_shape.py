# SPDX-License-Identifier: MIT
"""How X writes users, posts and messages, in both dialects."""
from . import text as xtext
from .clock import x_time

MEDIA_FIELDS = "alt_text duration_ms height media_key public_metrics preview_image_url type url variants width"


class Dialect:
    """Names of one vocabulary: 'tweet' (OpenAPI 2.166) or 'post' (2.167)."""

    def __init__(self, name):
        self.name = name
        tweet = name == "tweet"
        self.fields_param = "tweet.fields" if tweet else "post.fields"
        self.other_param = "post.fields" if tweet else "tweet.fields"
        self.includes = "tweets" if tweet else "posts"
        self.references = "referenced_tweets" if tweet else "referenced_posts"
        self.history = "edit_history_tweet_ids" if tweet else "edit_history_post_ids"
        self.note = "note_tweet" if tweet else "note_post"
        self.reposts = "retweet_count" if tweet else "repost_count"
        self.count = "tweet_count" if tweet else "post_count"
        self.referenced = "referenced_tweets.id" if tweet else "referenced_posts"
        self.host = "api.twitter.com" if tweet else "api.x.com"
        common = ("article attachments card_uri community_id context_annotations conversation_id created_at "
                  "display_text_range edit_controls entities geo id lang matched_media_notes "
                  "media_metadata non_public_metrics note_request_suggestions organic_metrics "
                  "paid_partnership possibly_sensitive promoted_metrics public_metrics "
                  "reply_settings scopes source suggested_source_links "
                  "suggested_source_links_with_counts text withheld ")
        self.post_fields = (common + ("author_id edit_history_tweet_ids in_reply_to_user_id "
                                      "note_tweet referenced_tweets" if tweet else
                                      "article_title note_post")).split()
        self.expansions = (("article.cover_media article.media_entities attachments.media_keys "
                            "attachments.media_source_tweet attachments.poll_ids author_id geo.place_id "
                            "entities.mentions.username in_reply_to_user_id ") +
                           ("edit_history_tweet_ids entities.note.mentions.username "
                            "referenced_tweets.id referenced_tweets.id.attachments.media_keys "
                            "referenced_tweets.id.author_id" if tweet else
                            "edit_history_post_ids referenced_posts username")).split()
        user = ("confirmed_email connection_status created_at description entities id "
                "is_identity_verified location name parody profile_banner_url profile_image_url "
                "protected public_metrics receives_your_dm subscription subscription_type url "
                "username verified verified_followers_count verified_type withheld ")
        self.user_fields = (user + ("affiliation most_recent_tweet_id pinned_tweet_id" if tweet else
                                    "subscribes_to_you")).split()
        self.user_expansions = ("affiliation.user_id most_recent_tweet_id pinned_tweet_id" if tweet
                                else "affiliation.user_id pinned_post_id").split()
        self.dm_fields = ("attachments created_at dm_conversation_id entities event_type id text" +
                          (" participant_ids referenced_tweets sender_id" if tweet else "")).split()
        self.dm_expansions = ("attachments.media_keys participant_ids sender_id " +
                              self.referenced).split()
        self.media_fields = (MEDIA_FIELDS + " non_public_metrics organic_metrics promoted_metrics"
                             ).split()

    def problem(self, name):
        return f"https://{self.host}/2/problems/{name}"


class Shaper:
    """Builds answers for one reader with the fields and expansions that it asked for."""

    def __init__(self, x, dialect, reader, fields, expansions, user_fields, media_fields=(), dm_fields=()):
        self.x = x
        self.d = dialect
        self.reader = reader
        self.fields = set(fields)
        self.expansions = set(expansions)
        self.user_fields = set(user_fields)
        self.media_fields = set(media_fields)
        self.dm_fields = set(dm_fields)
        self.users = {}
        self.posts = {}
        self.media = {}
        self.missing = []

    def wants(self, field, *by_expansion):
        return field in self.fields or any(name in self.expansions for name in by_expansion)

    # -- posts ----------------------------------------------------------------------------------

    def post(self, post, expand=True):
        d = self.d
        out = {"id": str(post.id), "text": xtext.escape(post.text)}
        if self.wants("author_id", "author_id"):
            out["author_id"] = str(post.author)
        if self.wants("conversation_id"):
            out["conversation_id"] = str(post.conversation)
        if self.wants("created_at"):
            out["created_at"] = x_time(post.created)
        if post.reply_to_user and self.wants("in_reply_to_user_id", "in_reply_to_user_id"):
            out["in_reply_to_user_id"] = str(post.reply_to_user)
        references = self._references(post)
        if references and self.wants(d.references, d.referenced):
            out[d.references] = references
        if self.wants(d.history, d.history):
            out[d.history] = [str(number) for number in post.chain]
        self._details(post, out)
        if expand:
            self._expand(post, references)
        return out

    def _references(self, post):
        pairs = (("retweeted", post.retweeted), ("quoted", post.quoted),
                 ("replied_to", post.reply_to))
        return [{"type": kind, "id": str(number)} for kind, number in pairs if number]

    def _details(self, post, out):
        if "entities" in self.fields:
            found = self.entities(post)
            if found:
                out["entities"] = found
        if post.media and self.wants("attachments", "attachments.media_keys"):
            out["attachments"] = {"media_keys": [m["media_key"] for m in post.media]}
        if "public_metrics" in self.fields:
            counted = post.retweeted or post.id  # a retweet shows the count of what it repeats
            out["public_metrics"] = {self.d.reposts: self.x.reposts.get(counted, 0), "like_count": 0,
                                     "quote_count": self.x.quotes.get(post.id, 0),
                                     "reply_count": self.x.replies.get(post.id, 0),
                                     "bookmark_count": 0, "impression_count": 0}
        if "lang" in self.fields:
            out["lang"] = _language(post.text)
        if "reply_settings" in self.fields:
            author = self.x.users[post.author]
            out["reply_settings"] = "following" if author.limits_replies else "everyone"
        if "display_text_range" in self.fields:
            out["display_text_range"] = [post.prefix, len(xtext.escape(post.text))]
        if "possibly_sensitive" in self.fields:
            out["possibly_sensitive"] = False
        if "edit_controls" in self.fields:
            until = self.x.posts[post.chain[0]].created + 3600
            out["edit_controls"] = {"edits_remaining": max(0, 6 - len(post.chain)),
                                    "is_edit_eligible": not post.reply_to,
                                    "editable_until": x_time(until)}
        if post.full and self.d.note in self.fields:
            out[self.d.note] = {"text": xtext.escape(post.full)}

    def entities(self, post):
        if post.cache is None:
            post.cache = xtext.entities(xtext.escape(post.text), post.links, self.x.id_of)
        return post.cache

    def _expand(self, post, references):
        if "author_id" in self.expansions:
            self.include_user(post.author)
        if "in_reply_to_user_id" in self.expansions and post.reply_to_user:
            self.include_user(post.reply_to_user)
        if "entities.mentions.username" in self.expansions:
            for number in post.mentions:
                self.include_user(number)
        if "attachments.media_keys" in self.expansions:
            for item in post.media:
                self.media[item["media_key"]] = self._media(item)
        if self.d.referenced in self.expansions:
            for reference in references:
                self._include_post(int(reference["id"]))

    def _include_post(self, number):
        post = self.x.posts.get(number)
        if post is None or post.deleted:
            self.missing.append(number)
            return
        post = self.x.newest(post)
        if post.id not in self.posts:
            self.posts[post.id] = self.post(post, expand=False)
            if "author_id" in self.expansions or "referenced_tweets.id.author_id" in self.expansions:
                self.include_user(post.author)

    def _media(self, item):
        keep = {"media_key", "type"} | self.media_fields
        return {key: value for key, value in item.items() if key in keep}

    # -- people ---------------------------------------------------------------------------------

    def include_user(self, number):
        if number in self.x.users and number not in self.users:
            self.users[number] = self.user(self.x.users[number])

    def user(self, user):
        out = {"id": str(user.id), "name": user.name, "username": user.username}
        simple = {"created_at": x_time(user.created), "protected": user.protected,
                  "verified": user.verified_type != "none", "verified_type": user.verified_type,
                  "description": "", "profile_image_url":
                  f"https://pbs.twimg.com/profile_images/{user.id}/x_normal.jpg"}
        for key, value in simple.items():
            if key in self.user_fields:
                out[key] = value
        if "public_metrics" in self.user_fields:
            out["public_metrics"] = {
                "followers_count": user.followers, "following_count": len(user.follows),
                self.d.count: len(self.x.by_author.lists.get(user.id, [])), "listed_count": 0,
                "like_count": 0}
            if self.d.name == "post":
                out["public_metrics"]["media_count"] = 0
        reader = self.reader
        if reader is not None and "receives_your_dm" in self.user_fields:
            out["receives_your_dm"] = self.x.may_message(reader, user)
        if reader is not None and "connection_status" in self.user_fields:
            relations = [name for name, holds in (
                ("followed_by", reader.id in user.follows), ("following", user.id in reader.follows),
                ("blocking", user.id in reader.blocks)) if holds]
            if relations:
                out["connection_status"] = relations
        return out

    # -- direct messages ------------------------------------------------------------------------

    def event(self, event):
        out = {"id": str(event.id), "event_type": event.kind}
        message = event.kind == "MessageCreate"
        if message and "text" in self.dm_fields:
            out["text"] = xtext.escape(event.text)
        if "sender_id" in self.dm_fields or "sender_id" in self.expansions:
            out["sender_id"] = str(event.sender)
        if "dm_conversation_id" in self.dm_fields:
            out["dm_conversation_id"] = event.conversation
        if "created_at" in self.dm_fields:
            out["created_at"] = x_time(event.created)
        if not message and ("participant_ids" in self.dm_fields or
                            "participant_ids" in self.expansions):
            out["participant_ids"] = [str(number) for number in event.participants]
        if event.media and ("attachments" in self.dm_fields or
                            "attachments.media_keys" in self.expansions):
            out["attachments"] = {"media_keys": [m["media_key"] for m in event.media]}
        if "entities" in self.dm_fields:
            found = xtext.entities(xtext.escape(event.text), event.links, self.x.id_of)
            if found:
                out["entities"] = found
        if "sender_id" in self.expansions:
            self.include_user(event.sender)
        if "participant_ids" in self.expansions:
            for number in event.participants:
                self.include_user(number)
        if "attachments.media_keys" in self.expansions:
            for item in event.media:
                self.media[item["media_key"]] = self._media(item)
        return out

    def included(self):
        found = {"users": list(self.users.values()), self.d.includes: list(self.posts.values()),
                 "media": list(self.media.values())}
        return {key: value for key, value in found.items() if value}


def _language(text):
    words = set(text.lower().split())
    italian = words & {"il", "la", "non", "è", "di", "che", "per", "un", "una", "sono", "ho", "mi", "da"}
    return "it" if italian else "en"
