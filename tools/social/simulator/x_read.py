# SPDX-License-Identifier: MIT
"""What X lets a client read: users, timelines, search, direct messages."""
import re

from . import x_search
from .clock import x_time
from .server import Reply
from .x_params import Params, invalid, not_authorised, not_found, page, read_token
from .x_shape import Shaper
from .x_world import DAY, snowflake, thread_id

NAME = re.compile(r"[A-Za-z0-9_]{1,15}")
MENTION_HORIZON = 800
TIMELINE_HORIZON = 3200
SEARCH_DAYS = 7
DM_DAYS = 30
TIMELINE = "since_id until_id start_time end_time max_results pagination_token"


def _post_names(d):
    return f"{d.fields_param} expansions user.fields media.fields poll.fields place.fields".split()


def _shaper(net, call, params, direct=False):
    d = net.dialect
    expansions = d.dm_expansions if direct else d.expansions
    return Shaper(net.state, d, _reader(call), params.list(d.fields_param, d.post_fields),
                  params.list("expansions", expansions), params.list("user.fields", d.user_fields),
                  params.list("media.fields", d.media_fields),
                  params.list("dm_event.fields", d.dm_fields) if direct else ())


def _reader(call):
    return None if call.principal.kind == "app" else call.principal.user


# -- users ------------------------------------------------------------------------------------------


def _users(net, call, extra=""):
    d = net.dialect
    params = Params(call, d, f"user.fields expansions {d.fields_param} {extra}".split())
    params.list("expansions", d.user_expansions)
    params.list(d.fields_param, d.post_fields)
    return params, Shaper(net.state, d, _reader(call), (), (), params.list("user.fields", d.user_fields))


def me(net, call):
    _, shaper = _users(net, call)
    return Reply(200, {"data": shaper.user(call.principal.user)})


def user(net, call):
    _, shaper = _users(net, call)
    number = _path_id(net, call, "id")
    found = net.state.users.get(number)
    if found is None:
        return Reply(200, {"errors": [not_found(net.dialect, "user", "id", number)]})
    return Reply(200, {"data": shaper.user(found)})


def user_by_name(net, call):
    _, shaper = _users(net, call)
    name = call.params["name"]
    if not NAME.fullmatch(name):
        raise invalid(net.dialect, "username", [name], f"The `username` query parameter value "
                      f"[{name}] does not match ^[A-Za-z0-9_]{{1,15}}$")
    found = net.state.user(name, create=False) if not name.isdigit() else \
        net.state.by_name.get(name)
    if found is None:
        return Reply(200, {"errors": [not_found(net.dialect, "user", "username", name)]})
    return Reply(200, {"data": shaper.user(found)})


def users(net, call):
    params, shaper = _users(net, call, "ids")
    return _many_users(net, shaper, "ids", params.ids("ids"),
                       lambda item: net.state.users.get(int(item)))


def users_by_names(net, call):
    params, shaper = _users(net, call, "usernames")
    return _many_users(net, shaper, "usernames", params.ids("usernames", NAME),
                       lambda item: net.state.by_name.get(item.lower()))


def _many_users(net, shaper, parameter, items, find):
    data, errors = [], []
    for item in items:
        found = find(item)
        if found:
            data.append(shaper.user(found))
        else:
            errors.append(not_found(net.dialect, "user", parameter, item))
    return Reply(200, _envelope(data, None, errors))


def _path_id(net, call, name):
    value = call.params[name]
    if not re.fullmatch(r"[0-9]{1,19}", value):
        raise invalid(net.dialect, name, [value], f"The `{name}` query parameter value [{value}] "
                                                  "is not valid")
    return int(value)


# -- posts ------------------------------------------------------------------------------------------


def _envelope(data, shaper=None, errors=(), meta=None):
    out = {}
    if data:
        out["data"] = data
    if shaper is not None:
        included = shaper.included()
        if included:
            out["includes"] = included
        errors = list(errors) + [not_found(shaper.d, "tweet", shaper.d.referenced, number)
                                 for number in dict.fromkeys(shaper.missing)]
    if errors:
        out["errors"] = list(errors)
    if meta is not None:
        out["meta"] = meta
    return out


def _bounds(net, call, params):
    """(since, until) as ids, from ids and times together."""
    since, until = params.id("since_id"), params.id("until_id")
    start, end = params.time("start_time"), params.time("end_time")
    if start is not None:
        since = max(since or 0, snowflake(start) - 1)
    if end is not None:
        until = min(until or 1 << 63, snowflake(end))
    return since, until


def _timeline(net, call, params, numbers, low, default, token_names=("pagination_token",)):
    """One page of posts, newest first."""
    shaper = _shaper(net, call, params)
    size = params.number("max_results", low, 100, default)
    token = None
    for name in token_names:
        if params.get(name) is not None:
            token = read_token(net.dialect, name, params.get(name))
    chunk, older, newer = page(call, numbers, size, token)
    data = [shaper.post(net.state.posts[number]) for number in chunk]
    meta = {"result_count": len(data)}
    if chunk:
        meta.update(newest_id=str(max(chunk)), oldest_id=str(min(chunk)))
    if older:
        meta["next_token"] = older
    if newer:
        meta["previous_token"] = newer
    return Reply(200, _envelope(_odd(call, data), shaper, _partial(net, call), meta))


def _odd(call, data):
    """Elements that no specification allows: the client must survive them."""
    if call.fault("null_fields"):
        data = [{key: None if key != "id" else value for key, value in item.items()}
                for item in data]
    if call.fault("wrong_types"):
        data = [{key: [value] for key, value in item.items()} for item in data]
    return data


def _partial(net, call):
    fault = call.fault("partial_errors")
    if not fault:
        return ()
    return [not_found(net.dialect, "tweet", net.dialect.referenced, fault.params.get("id", "1"))]


def _readable(net, call, numbers, most=None):
    out = []
    for number in numbers:
        if net.state.is_readable(net.state.posts[number], call.now):
            out.append(number)
            if most is not None and len(out) >= most:
                break
    return out


def _older_than(net, params):
    """(until, how many) of a page that goes on downwards, so that a long timeline isn't walked whole."""
    token = params.get("pagination_token")
    direction, edge = read_token(net.dialect, "pagination_token", token) if token else ("n", None)
    if direction == "p" or params.get("until_id") or params.get("end_time"):
        return None, None
    return edge, 2 * MENTION_HORIZON


def _ranged(numbers, since, until):
    return [number for number in numbers if (since is None or number > since) and
            (until is None or number < until)]


def mentions(net, call):
    params = Params(call, net.dialect, TIMELINE.split() + _post_names(net.dialect))
    return _user_timeline(net, call, params, net.state.mentions, MENTION_HORIZON)


def user_posts(net, call):
    params = Params(call, net.dialect, (TIMELINE + " exclude").split() + _post_names(net.dialect))
    excluded = params.list("exclude", ("replies", "retweets"))

    def keep(number):
        post = net.state.posts[number]
        return not (post.reply_to and "replies" in excluded or
                    post.retweeted and "retweets" in excluded)
    return _user_timeline(net, call, params, net.state.by_author, TIMELINE_HORIZON, keep)


def _user_timeline(net, call, params, index, most, keep=None):
    number = _path_id(net, call, "id")
    if number not in net.state.users:
        return Reply(200, {"errors": [not_found(net.dialect, "user", "id", number)]})
    since, until = _bounds(net, call, params)
    if net.world.settings["horizons"]:
        # Ids above since_id that the horizon would cut off are the first ones anyway.
        numbers = _readable(net, call, index.newest_first(number, since), most)
    else:
        below, most = _older_than(net, params)
        numbers = _readable(net, call, index.newest_first(number, since, below), most)
    numbers = [n for n in _ranged(numbers, since, until) if keep is None or keep(n)]
    return _timeline(net, call, params, numbers, 5, 10)


def search(net, call):
    names = (TIMELINE + " next_token query sort_order").split() + _post_names(net.dialect)
    params = Params(call, net.dialect, names)
    query = params.get("query", "")
    if not 1 <= len(query) <= 512:
        raise invalid(net.dialect, "query", [query],
                      f"The length of the query must be between 1 and 512 but is {len(query)}")
    since, until = _bounds(net, call, params)
    if net.world.settings["horizons"]:
        _check_horizon(net, call, params)
        since = max(since or 0, snowflake(call.now - SEARCH_DAYS * DAY) - 1)
    matcher, conversations = x_search.compile_query(net, query)
    if conversations:
        numbers = sorted({n for key in conversations
                          for n in net.state.conversations.newest_first(key, since, until)},
                         reverse=True)
    else:
        numbers = net.state.all_posts.newest_first(None, since, until)
    numbers = [n for n in _readable(net, call, numbers)
               if matcher(net.state.posts[n]) and not _is_closed(net, call, net.state.posts[n])]
    return _timeline(net, call, params, numbers, 10, 10, ("pagination_token", "next_token"))


def _check_horizon(net, call, params):
    oldest = call.now - SEARCH_DAYS * DAY
    since = params.id("since_id")
    if since is not None and since < snowflake(oldest):
        raise invalid(net.dialect, "since_id", [str(since)],
                      f"'since_id' must be a tweet id created after {x_time(oldest)[:16]}Z. Please "
                      f"use a 'since_id' that is larger than {snowflake(oldest)}")
    start = params.time("start_time")
    if start is not None and start < oldest:
        raise invalid(net.dialect, "start_time", [params.get("start_time")],
                      f"Invalid 'start_time':'{params.get('start_time')}'. 'start_time' must be on "
                      f"or after {x_time(oldest)[:16]}Z")


def posts(net, call):
    params = Params(call, net.dialect, ["ids"] + _post_names(net.dialect))
    shaper = _shaper(net, call, params)
    data, errors = [], []
    for item in params.ids("ids"):
        found = _lookup(net, call, int(item))
        if found is None:
            errors.append(not_found(net.dialect, "tweet", "ids", item))
        elif _is_closed(net, call, found):
            errors.append(not_authorised(net.dialect, "ids", item))
        else:
            data.append(shaper.post(found))
    return Reply(200, _envelope(data, shaper, errors))


def post(net, call):
    params = Params(call, net.dialect, _post_names(net.dialect))
    shaper = _shaper(net, call, params)
    number = _path_id(net, call, "id")
    found = _lookup(net, call, number)
    if found is None:
        return Reply(200, {"errors": [not_found(net.dialect, "tweet", "id", number)]})
    if _is_closed(net, call, found):
        return Reply(200, {"errors": [not_authorised(net.dialect, "id", number)]})
    return Reply(200, _envelope(shaper.post(found), shaper))


def _is_closed(net, call, post):
    """Protected, and not followed by the reader."""
    author, reader = net.state.users[post.author], _reader(call)
    return author.protected and (reader is None or reader is not author and
                                 author.id not in reader.follows)


def _lookup(net, call, number):
    found = net.state.posts.get(number)
    if found is None or found.deleted or found.visible > call.now:
        return None
    return net.state.newest(found)


def quotes(net, call):
    names = "max_results pagination_token exclude".split() + _post_names(net.dialect)
    params = Params(call, net.dialect, names)
    number = _path_id(net, call, "id")
    numbers = [n for n in _readable(net, call, net.state.all_posts.newest_first(None))
               if net.state.posts[n].quoted == number]
    return _timeline(net, call, params, numbers, 10, 10)


# -- direct messages --------------------------------------------------------------------------------


def _events(net, call, numbers):
    d = net.dialect
    names = ("max_results pagination_token event_types dm_event.fields expansions user.fields "
             f"media.fields {d.fields_param}").split()
    params = Params(call, d, names)
    shaper = _shaper(net, call, params, direct=True)
    kinds = params.list("event_types", ("MessageCreate", "ParticipantsJoin", "ParticipantsLeave"))
    size = params.number("max_results", 1, 100, 100)
    token = params.get("pagination_token")
    token = read_token(d, "pagination_token", token) if token is not None else None
    oldest = call.now - DM_DAYS * DAY if net.world.settings["horizons"] else 0
    reader = call.principal.user.id
    seen = []
    for number in numbers:
        event = net.state.messages[number]
        if event.visible <= call.now and event.created >= oldest and reader in event.participants \
                and reader not in event.deleted_for and (not kinds or event.kind in kinds):
            seen.append(number)
    chunk, older, newer = page(call, seen, size, token)
    data = _odd(call, [shaper.event(net.state.messages[number]) for number in chunk])
    meta = {"result_count": len(data)}
    if older:
        meta["next_token"] = older
    if newer:
        meta["previous_token"] = newer
    return Reply(200, _envelope(data, shaper, (), meta))


def dm_events(net, call):
    return _events(net, call, net.state.inbox.newest_first(call.principal.user.id))


def dm_with(net, call):
    number = _path_id(net, call, "user")
    key = thread_id(call.principal.user.id, number)
    return _events(net, call, net.state.threads.newest_first(key))


def dm_conversation(net, call):
    key = call.params["conversation"]
    if not re.fullmatch(r"[0-9]{1,19}-[0-9]{1,19}|[0-9]{15,19}", key):
        raise invalid(net.dialect, "id", [key], f"The `id` query parameter value [{key}] is not valid")
    return _events(net, call, net.state.threads.newest_first(key))


def dm_event(net, call):
    number = _path_id(net, call, "id")
    event = net.state.messages.get(number)
    reader = call.principal.user.id
    if event is None or reader not in event.participants or reader in event.deleted_for:
        return Reply(200, {"errors": [not_found(net.dialect, "dm_event", "event_id", number)]})
    d = net.dialect
    params = Params(call, d, f"dm_event.fields expansions user.fields media.fields {d.fields_param}".split())
    shaper = _shaper(net, call, params, direct=True)
    return Reply(200, _envelope(shaper.event(event), shaper))


def usage(net, call):
    params = Params(call, net.dialect, ("days", "usage.fields"))
    params.number("days", 1, 90, 7)
    return Reply(200, {"data": {"project_cap": "3000000", "project_id": "1", "project_usage": "0",
                                "cap_reset_day": 1}})


