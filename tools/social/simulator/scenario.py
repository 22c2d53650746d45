# SPDX-License-Identifier: MIT
"""Scenario files: who exists, and what happens when."""
import tomllib

from .clock import parse_time

TOP = {"title", "clock", "settings", "account", "person", "step", "bulk"}
ACTIONS = ("publish", "delete", "edit", "fault", "clear_faults", "settings", "person", "account", "token")


class Step:
    """One thing that happens at a virtual time; `name` lets later steps refer to its id."""

    def __init__(self, spec, number):
        self.spec = {key: value for key, value in spec.items() if key not in ("at", "do", "name")}
        self.at = spec.get("at", "+0s")
        self.later = 0.0             # seconds after `at`
        self.due = None
        self.do = spec.get("do", "publish")
        self.name = spec.get("name")
        self.number = number
        self.result = None
        self.error = None
        if self.do not in ACTIONS:
            raise ValueError(f"step {number}: do = '{self.do}' is not one of {', '.join(ACTIONS)}")


class Scenario:
    """A parsed file; `clock_spec` and `load` turn it into a world."""

    def __init__(self, path=None):
        self.path = path
        data = {}
        if path:
            with open(path, "rb") as file:
                data = tomllib.load(file)
        unknown = set(data) - TOP
        if unknown:
            raise ValueError(f"{path}: unknown table '{sorted(unknown)[0]}'; one of {', '.join(sorted(TOP))}")
        self.title = data.get("title", "")
        self.clock = data.get("clock", {})
        self.settings = data.get("settings", {})
        self.accounts = data.get("account", [])
        self.people = data.get("person", [])
        self.steps = data.get("step", [])
        self.bulk = data.get("bulk", [])

    def clock_spec(self, real_now):
        """The clock that the file wishes, starting now; None without one."""
        if "start" not in self.clock:
            return None
        start = parse_time(self.clock["start"], real_now)
        legs = [f"{start:.3f}@{self.clock.get('speed', 1)}"]
        for leg in self.clock.get("legs", []):
            legs.append(f"{parse_time(leg['at'], start):.3f}@{leg['speed']}")
        return f"{real_now:.3f}:{','.join(legs)}"

    def load(self, controls, start):
        """Create everybody and plan the steps; the steps in order of time."""
        for spec in self.accounts:
            controls[spec["network"]].add_account(spec)
        for spec in self.people:
            controls[spec["network"]].add_person(spec)
        steps = [Step(spec, number) for number, spec in enumerate(self.steps, 1)]
        for spec in self.bulk:
            steps.extend(_expanded(spec, len(steps)))
        for step in steps:
            step.due = parse_time(step.at, start) + step.later
        return sorted(steps, key=lambda step: step.due)


def _expanded(spec, base):
    """[[bulk]]: count posts from `at` on, `every` seconds apart, {n} in text and author replaced."""
    count, every = int(spec.get("count", 1)), float(spec.get("every", 1))
    rest = {key: value for key, value in spec.items() if key not in ("at", "count", "every")}
    for number in range(count):
        item = {key: value.replace("{n}", str(number)) if isinstance(value, str) else value
                for key, value in rest.items()}
        at = spec.get("at", "+0s")
        step = Step({**item, "at": at}, base + number + 1)
        step.later = number * every
        yield step


def run_step(step, simulator, names):
    """Do it; $name in a value stands for the id that an earlier step gave."""
    spec = {key: _resolved(value, names) for key, value in step.spec.items()}
    side = simulator.controls.get(spec.get("network") or "x")
    world = simulator.world
    if step.do == "publish":
        spec.setdefault("created_at", step.due)
        step.result = side.publish(spec)
    elif step.do == "delete":
        step.result = side.delete(spec)
    elif step.do == "edit":
        step.result = side.edit(spec)
    elif step.do == "fault":
        step.result = world.faults.add(spec).show()
    elif step.do == "clear_faults":
        world.faults.clear(spec.get("id"))
    elif step.do == "settings":
        world.set(spec)
    elif step.do == "person":
        step.result = side.add_person(spec)
    elif step.do == "account":
        step.result = side.add_account(spec)
    elif step.do == "token":
        step.result = side.set_token(spec)
    if step.name and step.result:
        names[step.name] = str(step.result.get("id"))


def _resolved(value, names):
    if isinstance(value, str) and value.startswith("$") and len(value) > 1:
        if value[1:] in names:
            return names[value[1:]]
        if value[1:].isidentifier():
            raise ValueError(f"'{value}' names no earlier step")
    return value
