# SPDX-License-Identifier: MIT
"""Requests that the simulated X got, held against X's own OpenAPI documents (../shared/data/x).

Method, path, names and values of the query, body: what the document doesn't allow is a line of the answer.
"""
import json
import re

from world import ROOT

try:
    import jsonschema
except ImportError:
    jsonschema = None

FILES = {"tweet": "openapi-2.166.json", "post": "openapi-2.167.json"}
DATA = ROOT.parent / "shared/data/x"


def is_there():
    return jsonschema is not None and all((DATA / name).exists() for name in FILES.values())


class Specification:
    def __init__(self, dialect):
        self.document = json.loads((DATA / FILES[dialect]).read_text())
        self.resolver = jsonschema.RefResolver("", self.document)
        literal_first = sorted(self.document["paths"], key=lambda p: (p.count("{"), -len(p)))
        self.paths = [(p, re.compile(re.sub(r"\\\{\w+\\\}|\{\w+\}", "[^/]+", p.replace(".", r"\."))))
                      for p in literal_first]

    def resolve(self, value):
        while isinstance(value, dict) and "$ref" in value:
            value = self.resolver.resolve(value["$ref"])[1]
        return value

    def operation(self, request):
        for path, pattern in self.paths:
            if pattern.fullmatch(request["path"]):
                return self.document["paths"][path].get(request["method"].lower())
        return None

    def wrong(self, schema, value):
        validator = jsonschema.Draft4Validator(schema, resolver=self.resolver)
        return [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:160]}" for e in validator.iter_errors(value)]

    def value(self, schema, text):
        """As the query's style makes it of the text: lists by commas, numbers, truth."""
        schema = self.resolve(schema)
        if schema.get("type") == "array":
            return [self.value(schema["items"], part) for part in text.split(",")]
        if schema.get("type") == "integer" and re.fullmatch(r"-?\d+", text):
            return int(text)
        return {"true": True, "false": False}.get(text, text) if schema.get("type") == "boolean" else text

    def check(self, request):
        """What is wrong with a request of the simulator's log."""
        operation = self.operation(request)
        if operation is None:
            return [f"{request['method']} {request['path']} is no operation"]
        known = {p["name"]: p for p in map(self.resolve, operation.get("parameters", [])) if p["in"] == "query"}
        found = [f"{name} is missing" for name, p in known.items() if p.get("required") and name not in request["query"]]
        for name, text in request["query"].items():
            if name not in known:
                found.append(f"{name} is no parameter")
                continue
            schema = known[name]["schema"]
            found += [f"{name}={text}: {line}" for line in self.wrong(schema, self.value(schema, text))]
        return found + self.check_body(operation, request)

    def check_body(self, operation, request):
        body = self.resolve(operation.get("requestBody"))
        if body is None or request["method"] == "GET":
            return [f"a body: {request['body']}"] if request.get("body") else []
        schema = body["content"]["application/json"]["schema"]
        value = json.loads(request.get("body") or "{}")
        properties = set(self.resolve(schema).get("properties", {})) or set(value)
        return self.wrong(schema, value) + [f"{name} is no field" for name in set(value) - properties]
