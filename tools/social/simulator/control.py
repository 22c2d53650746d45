# SPDX-License-Identifier: MIT
"""The control API: plain HTTP on the loopback, for scenarios at run time and for tests."""
import inspect
import json

from aiohttp import web

from .clock import x_time
from .server import compact


class Control:
    """Routes of the control API; every answer is JSON, every mistake a 400 with one sentence."""

    def __init__(self, simulator):
        self.sim = simulator

    def app(self):
        app = web.Application(client_max_size=256 * 1024 * 1024)
        router = app.router
        for path, method in (("publish", self.publish), ("bulk", self.bulk), ("fault", self.fault),
                             ("clock", self.clock), ("reset", self.reset), ("account", self.account),
                             ("person", self.person), ("delete", self.delete), ("edit", self.edit),
                             ("settings", self.settings), ("token", self.token),
                             ("limits/clear", self.clear_limits), ("tls", self.tls),
                             ("authorise", self.authorise)):
            router.add_post("/" + path, self._wrap(method))
        for path, method in (("state", self.state), ("sent", self.sent), ("requests", self.requests),
                             ("stats", self.stats), ("clock", self.show_clock), ("billing", self.billing),
                             ("faults", self.show_faults), ("settings", self.show_settings)):
            router.add_get("/" + path, self._wrap(method))
        router.add_post("/outage", self._wrap(self.outage))
        router.add_delete("/faults", self._wrap(self.clear_faults))
        router.add_delete("/requests", self._wrap(self.clear_requests))
        return app

    def _wrap(self, method):
        async def handler(request):
            try:
                body = await request.read()
                spec = json.loads(body) if body else {}
                answer = method(spec, request.query)
                return _json(200, await answer if inspect.isawaitable(answer) else answer)
            except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
                message = f"missing {error}" if isinstance(error, KeyError) else str(error)
                return _json(400, {"error": message})
        return handler

    @property
    def world(self):
        return self.sim.world

    def _side(self, spec):
        return self.sim.controls[spec.get("network") or "x"]

    # -- people and what they write -------------------------------------------------------------

    def publish(self, spec, _query):
        return self._side(spec).publish(spec)

    def bulk(self, specs, _query):
        if isinstance(specs, dict):
            specs = specs["items"]
        ids = [self._side(spec).publish(spec)["id"] for spec in specs]
        return {"count": len(ids), "ids": ids}

    def account(self, spec, _query):
        return self._side(spec).add_account(spec)

    def person(self, spec, _query):
        return self._side(spec).add_person(spec)

    def token(self, spec, _query):
        return self._side(spec).set_token(spec)

    def authorise(self, spec, _query):
        return self._side(spec).authorise(spec)

    def delete(self, spec, _query):
        return self._side(spec).delete(spec)

    def edit(self, spec, _query):
        return self._side(spec).edit(spec)

    # -- the world ------------------------------------------------------------------------------

    def fault(self, spec, _query):
        return self.world.faults.add(spec).show()

    def show_faults(self, _spec, _query):
        return {"faults": [fault.show() for fault in self.world.faults.items]}

    def clear_faults(self, _spec, query):
        self.world.faults.clear(int(query["id"]) if "id" in query else None)
        return {"faults": len(self.world.faults.items)}

    def settings(self, spec, _query):
        self.world.set(spec)
        return self.world.settings

    def show_settings(self, _spec, _query):
        return self.world.settings

    def clear_limits(self, _spec, _query):
        for network in self.world.networks.values():
            network.clear_limits()
        return {"cleared": True}

    def tls(self, spec, _query):
        """{"certificate": "good" | "expired" | "wrong_name" | "stranger"} for the handshakes to come."""
        self.sim.set_certificate(spec["certificate"])
        return {"certificate": spec["certificate"]}

    async def outage(self, spec, _query):
        """{network, refuse}: connections are refused, open ones are closed."""
        await self.sim.set_listening(spec["network"], not spec.get("refuse", True))
        return {"network": spec["network"], "refuse": bool(spec.get("refuse", True))}

    def clock(self, spec, _query):
        self.world.set_clock(spec.get("spec"))
        self.sim.wake()
        return self.show_clock(None, None)

    def show_clock(self, _spec, _query):
        now = self.world.clock.now()
        return {"spec": self.world.clock.spec, "virtual": now, "virtual_time": x_time(now),
                "real": self.world.clock.real()}

    def reset(self, spec, _query):
        """Everything forgotten; the scenario is loaded again unless {"scenario": false}."""
        self.sim.reset(bool(spec.get("scenario", True)))
        return {"reset": True}

    # -- what happened --------------------------------------------------------------------------

    def state(self, _spec, query):
        out = {"clock": self.show_clock(None, None), "settings": self.world.settings,
               "faults": self.show_faults(None, None)["faults"], "sent": self.world.sent,
               "steps": self.sim.show_steps()}
        for name, side in self.sim.controls.items():
            if query.get("network") in (None, name):
                out[name] = side.show()
        return out

    def sent(self, _spec, query):
        since = int(query.get("since", 0))
        items = [item for item in self.world.sent if item["n"] > since and
                 query.get("network") in (None, item["network"]) and
                 query.get("account") in (None, item["account"])]
        return {"count": len(items), "sent": items}

    def requests(self, _spec, query):
        since = int(query.get("since", 0))
        log = self.world.refusals if query.get("refused") else self.world.requests
        items = [item for item in log if item["n"] > since and
                 query.get("network") in (None, item["network"]) and
                 query.get("op") in (None, item.get("op")) and
                 query.get("account") in (None, item.get("account"))]
        last = int(query.get("last", len(items)))
        return {"count": self.world.request_count, "requests": items[len(items) - last:]}

    def billing(self, _spec, _query):
        """What X has billed: per account, kind and UTC day."""
        return self.world.networks["x"].money.show()

    def clear_requests(self, _spec, _query):
        self.world.requests.clear()
        for stats in self.world.stats.values():
            stats.clear()
        return {"cleared": True}

    def stats(self, _spec, _query):
        networks = {name: stats.show() for name, stats in self.world.stats.items()}
        total = {key: sum(item[key] for item in networks.values())
                 for key in next(iter(networks.values()))}
        operations = {}
        for entry in self.world.requests:
            name = f"{entry['network']}.{entry.get('op', '?')}"
            operations[name] = operations.get(name, 0) + 1
        return {**total, "networks": networks, "operations": operations, "statuses": self.world.statuses,
                "sent": len(self.world.sent)}


def _json(status, value):
    return web.Response(status=status, body=compact(value) + b"\n", content_type="application/json")
