# SPDX-License-Identifier: MIT
"""The `fields` language: names, nested {fields}, and .limit(5).order(x) on edges."""
import re

from .facebook_errors import GraphError

TOKEN = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_]*|[{},.()]|[^\s{},.()]+)")


class Field:
    """One wanted field, its arguments and what is wanted inside (None: the default)."""

    __slots__ = ("name", "arguments", "inside")

    def __init__(self, name, arguments, inside):
        self.name = name
        self.arguments = arguments
        self.inside = inside


def parse_fields(text):
    """[Field]; a Graph syntax error names the place."""
    parser = _Parser(text)
    fields = parser.fields()
    if parser.peek() is not None:
        raise parser.wrong("end of string")
    return fields


class _Parser:
    def __init__(self, text):
        self.text = text
        self.tokens = [(m[1], m.start(1)) for m in TOKEN.finditer(text)]
        self.position = 0

    def peek(self):
        return self.tokens[self.position][0] if self.position < len(self.tokens) else None

    def wrong(self, wanted):
        place = self.tokens[self.position][1] if self.position < len(self.tokens) else len(self.text)
        return GraphError(2500, f'Syntax error "Expected {wanted} instead of '
                          f'"{self.peek() or "end of string"}"." at character {place}: {self.text}')

    def take(self, token):
        if self.peek() != token:
            raise self.wrong(f'"{token}"')
        self.position += 1

    def name(self):
        token = self.peek()
        if token is None or not re.fullmatch(r"[A-Za-z_]\w*", token):
            raise self.wrong("name")
        self.position += 1
        return token

    def fields(self):
        found = [self.field()]
        while self.peek() == ",":
            self.position += 1
            found.append(self.field())
        return found

    def field(self):
        name, arguments, inside = self.name(), {}, None
        while self.peek() == ".":
            self.position += 1
            key = self.name()
            self.take("(")
            value = []
            while self.peek() not in (")", None):
                value.append(self.peek())
                self.position += 1
            self.take(")")
            arguments[key] = "".join(value)
        if self.peek() == "{":
            self.position += 1
            inside = self.fields()
            self.take("}")
        return Field(name, arguments, inside)


def plain(names):
    return [Field(name, {}, None) for name in names.split()]


def print_fields(fields):
    """The text of parsed fields, for the links of inline edges."""
    return ",".join(field.name + "".join(f".{key}({value})" for key, value in field.arguments.items())
                    + (f"{{{print_fields(field.inside)}}}" if field.inside else "")
                    for field in fields)
