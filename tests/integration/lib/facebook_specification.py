# SPDX-License-Identifier: MIT
"""Requests and answers of the simulated Facebook, held against Meta's own specifications (../shared/data/facebook).

Of a request: method, path, names and values of the query, `fields` with all that is nested in it, and the body. Of an
answer: every field of every node, and its type. What a specification doesn't allow is a line of the answer.
"""
import json
import pathlib
import re

try:
    import jsonschema
except ImportError:
    jsonschema = None

ROOT = pathlib.Path(__file__).resolve().parents[3]
DATA = ROOT.parent / "shared/data/facebook"
OPENAPI = "fb-openapi-v26.0.json"
NODES = ("Page", "PagePost", "Comment", "UnifiedThread", "Profile")
# The codegen has no file of its own for it; the Conversations API's page names these.
MESSAGE = {name: "Object" for name in "id created_time from to message attachments tags sticker shares".split()}
MESSAGE.update({"id": "string", "created_time": "datetime", "message": "string", "sticker": "string"})
# Not of the Graph's nodes, but of its own documents.
SPECIAL = {"debug_token": {"input_token", "access_token", "appsecret_proof"}}
COMMON = {"limit", "after", "before", "since", "until", "summary"}
PLAIN = {"id", "name", "email", "username"}        # of whoever wrote something
REMOVED = ("pretty", "debug", "date_format", "ids")  # by v26.0
LIMIT_MOST = 100
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}")
FIELD = re.compile(r"\s*([A-Za-z_]\w*|[{},.()]|[^\s{},.()]+)")


def is_there():
    return jsonschema is not None and (DATA / OPENAPI).exists() and all((DATA / f"{n}.json").exists() for n in NODES)


def parse(tokens):
    """[(name, {argument: value}, [inner])] of a list of fields."""
    found = []
    while True:
        name, arguments, inside = tokens.pop(0), {}, []
        while tokens and tokens[0] == ".":
            tokens.pop(0)
            key = tokens.pop(0)
            if tokens.pop(0) != "(":
                raise ValueError(f"{name}.{key} has no value")
            value = ""
            while tokens[0] != ")":
                value += tokens.pop(0)
            tokens.pop(0)
            arguments[key] = value
        if tokens and tokens[0] == "{":
            tokens.pop(0)
            inside = parse(tokens)
            if tokens.pop(0) != "}":
                raise ValueError(f"{name} is not closed")
        found.append((name, arguments, inside))
        if not tokens or tokens[0] != ",":
            return found
        tokens.pop(0)


class Specification:
    def __init__(self):
        self.document = json.loads((DATA / OPENAPI).read_text())
        self.resolver = jsonschema.RefResolver("", self.document)
        own = {name: json.loads((DATA / f"{name}.json").read_text()) for name in NODES}
        self.fields = {name: {f["name"]: f["type"] for f in spec["fields"]} for name, spec in own.items()}
        self.edges = {name: {a["endpoint"]: (a["return"], {p["name"] for p in a["params"]})
                             for a in spec["apis"] if a["method"] == "GET" and "endpoint" in a} for name, spec in own.items()}
        self.fields["UnifiedMessage"], self.edges["UnifiedMessage"] = MESSAGE, {}
        # "Object" in the codegen; the reference of Comment says: the conversation that the private reply opened.
        self.fields["Comment"]["private_reply_conversation"] = "UnifiedThread"
        # A Page's posts have the edges of a post; the codegen lists them with the node that they stand in.
        for name in "Post", "PagePost":
            self.edges.setdefault(name, {})
        self.edges["PagePost"].setdefault("comments", self.edges["Comment"]["comments"])

    # ---- requests

    def kind_of(self, node, pages):
        """Which node an id names."""
        if node in pages or node == "me" or not re.search(r"\d", node) or "." in node:
            return "Page"
        if node.startswith("t_"):
            return "UnifiedThread"
        if node.startswith("m_"):
            return "UnifiedMessage"
        return "PagePost" if node.split("_")[0] in pages and node.count("_") == 1 else "Comment"

    def check(self, request, pages):
        """What is wrong with a request of the simulator's log. `pages`: ids of ours."""
        found = re.fullmatch(r"/v26\.0/([^/]+)(?:/([^/]+))?", request["path"])
        if found is None:
            return [f"{request['path']} has not the version of the specification"]
        node, edge = found.groups()
        wrong = [f"{name} was removed by v26.0" for name in REMOVED if name in request["query"]]
        if node in SPECIAL:
            return wrong + [f"{name} is no parameter" for name in set(request["query"]) - SPECIAL[node]]
        path = "/v26.0/{id}" + (f"/{edge}" if edge else "")
        operation = self.document["paths"].get(path, {}).get(request["method"].lower())
        if operation is None:
            return wrong + [f"{request['method']} {path} is no operation"]
        kind = self.kind_of(node, pages)
        if request["method"] == "GET":
            wrong += self.check_edge(kind, edge)
        wrong += self.check_query(operation, request["query"])
        target = self.edges[kind][edge][0] if edge in self.edges[kind] else kind
        if "fields" in request["query"]:
            wrong += self.check_fields(target, request["query"]["fields"])
        return wrong + self.check_body(operation, request)

    def check_edge(self, kind, edge):
        return [] if edge is None or edge in self.edges[kind] else [f"{kind} has no edge {edge}"]

    def check_query(self, operation, query):
        known = {p["name"]: p["schema"] for p in operation.get("parameters", []) if p["in"] == "query"}
        wrong = []
        for name, text in query.items():
            if name not in known:
                wrong.append(f"{name} is no parameter")
                continue
            value = int(text) if known[name].get("type") == "integer" and text.isdigit() else text
            wrong += [f"{name}={text}: {line}" for line in self.schema_wrong(known[name], value)]
        if int(query.get("limit", 1)) > LIMIT_MOST:
            wrong.append(f"limit={query['limit']} is refused or reduced")
        return wrong

    def check_fields(self, kind, text):
        try:
            tokens = FIELD.findall(text)
            parsed = parse(tokens)
            return self.check_names(kind, parsed) + ([f"fields end with {tokens}"] if tokens else [])
        except (ValueError, IndexError) as error:
            return [f"fields={text}: {error}"]

    def check_names(self, kind, parsed):
        wrong = []
        for name, arguments, inside in parsed:
            if name in self.edges.get(kind, {}):
                inner, params = self.edges[kind][name]
                wrong += [f"{kind}.{name} has no argument {a}" for a in set(arguments) - params - COMMON]
                wrong += self.check_names(inner, inside) if inner in self.fields else []
            elif name in self.fields[kind]:
                inner = self.fields[kind][name]
                wrong += [f"{kind}.{name} is no edge: {a}" for a in arguments]
                if inner in self.fields and inner not in ("Page", "Profile"):
                    wrong += self.check_names(inner, inside)
                else:
                    wrong += [f"{kind}.{name} has no {i[0]}" for i in inside if i[0] not in PLAIN]
            else:
                wrong.append(f"{kind} has no field {name}")
        return wrong

    def check_body(self, operation, request):
        if request["method"] == "GET":
            return [f"a body: {request['body']}"] if request.get("body") else []
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        return self.schema_wrong(schema, json.loads(request.get("body") or "{}"))

    # ---- answers

    def schema_wrong(self, schema, value):
        validator = jsonschema.Draft4Validator(schema, resolver=self.resolver)
        return [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:160]}" for e in validator.iter_errors(value)]

    def answer(self, path, method, status, value):
        """By the document that was converted from Meta's specifications."""
        responses = self.document["paths"][path][method.lower()]["responses"]
        return self.schema_wrong(responses[str(status)]["content"]["application/json"]["schema"], value)

    def node(self, kind, value, place=""):
        """By Meta's own files: each field known, each type right, and so on inside."""
        wrong = []
        for name, inner in value.items():
            where = f"{place}{kind}.{name}"
            if name in self.edges.get(kind, {}) and isinstance(inner, dict) and "data" in inner:
                target = self.edges[kind][name][0]
                wrong += self.list(target, inner, where + " > ")
            elif name in self.fields[kind]:
                wrong += self.typed(self.fields[kind][name], inner, where)
            else:
                wrong.append(f"{where} is unknown")
        return wrong

    def list(self, kind, value, place=""):
        wrong = [f"{place}{name} is unknown" for name in set(value) - {"data", "paging", "summary"}]
        if kind in self.fields:
            for item in value["data"]:
                wrong += self.node(kind, item, place)
        return wrong

    def typed(self, kind, value, where):
        if kind in ("bool", "boolean"):
            good = isinstance(value, bool)
        elif kind in ("int", "unsigned int", "integer"):
            good = isinstance(value, int) and not isinstance(value, bool) and value >= 0
        elif kind == "datetime":
            good = isinstance(value, str) and TIME.fullmatch(value) is not None
        elif kind in ("string", "numeric string", "post_id"):
            good = isinstance(value, str)
        elif kind.startswith("list"):
            good = isinstance(value, (list, dict))
        elif kind in self.fields and isinstance(value, dict):
            return self.node(kind, value, where + " > ") if kind not in ("Page", "Profile") else []
        else:
            good = isinstance(value, (dict, str))
        return [] if good else [f"{where} should be {kind}, is {value!r}"]
