# SPDX-License-Identifier: MIT
"""Command line, life and death of the simulator."""
import argparse
import asyncio
import json
import os
import signal
import sys

from aiohttp import web

from .clock import Clock
from .control import Control
from .networks import build
from .scenario import Scenario, run_step
from .server import NetworkServer
from .tls import Authority, load, server_context
from .world import World

HOST = "localhost"
LOOPBACK = ["127.0.0.1", "::1"] if os.path.exists("/proc/net/if_inet6") else ["127.0.0.1"]
# Posts are put in place this many real seconds early; they become visible at their own time.
AHEAD_S = 0.5


class Simulator:
    """One world, its servers, and the scenario that runs in it."""

    def __init__(self, options, scenario):
        self.options = options
        self.scenario = scenario
        self.changed = None
        spec = options.clock or scenario.clock_spec(Clock().now())
        if spec and spec.startswith("now:"):
            spec = f"{Clock().now():.3f}:{spec[4:]}"
        self.clock = Clock(spec)
        self.world = None
        self.controls = {}
        self.steps = []
        self.names = {}
        self.servers = {}
        self.runners = {}
        self.ports = {}
        self.authority = self.context = None
        self.start = self.clock.now()
        self._fill(True)

    def _fill(self, with_scenario):
        settings = dict(self.scenario.settings)
        if self.options.dialect:
            settings["dialect"] = self.options.dialect
        stats = self.world.stats if self.world else {}
        self.world = World(self.clock, self.options.seed)
        self.world.stats = stats
        self.controls = build(self.world)
        self.world.set(settings)
        self.names = {}
        self.steps = self.scenario.load(self.controls, self.start) if with_scenario else []
        for name, server in self.servers.items():
            server.world = self.world
            server.network = self.world.networks[name]

    def reset(self, with_scenario):
        self.start = self.clock.now()
        self._fill(with_scenario)
        self.wake()

    def wake(self):
        if self.changed is not None:
            self.changed.set()

    def show_steps(self):
        return [{"n": step.number, "name": step.name, "due": step.due, "do": step.do,
                 "done": step.result is not None or step.error is not None, "error": step.error}
                for step in self.steps]

    # -- running --------------------------------------------------------------------------------

    async def run_scenario(self):
        """Does each step when its virtual time has come."""
        while True:
            self.changed.clear()
            while self._next() is not None and self._is_due(self._next()):
                self._do(self._next())
            await self._sleep()

    def _next(self):
        if self.world.steps_done < len(self.steps):
            return self.steps[self.world.steps_done]
        return None

    def _is_due(self, step):
        early = AHEAD_S if step.do == "publish" else 0.0
        return step.due <= self.clock.at(self.clock.real() + early)

    def _do(self, step):
        self.world.steps_done += 1
        try:
            run_step(step, self, self.names)
            step.result = step.result or {}
        except (ValueError, KeyError, TypeError) as error:
            step.error = f"{type(error).__name__}: {error}"
            print(f"step {step.number} ({step.do}): {step.error}", file=sys.stderr, flush=True)

    async def _sleep(self):
        step = self._next()
        real = self.clock.real_of(step.due) if step else None
        early = AHEAD_S if step and step.do == "publish" else 0.0
        pause = None if real is None else max(0.0, real - early - self.clock.real())
        try:
            await asyncio.wait_for(self.changed.wait(), pause)
        except asyncio.TimeoutError:
            pass

    async def serve(self):
        loop = asyncio.get_running_loop()
        self.changed = asyncio.Event()
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        await self._listen()
        self._announce(self.ports)
        task = loop.create_task(self.run_scenario())
        await stop.wait()
        task.cancel()
        for runner in self.runners.values():
            for site in list(runner.sites):
                await site.stop()

    async def _listen(self):
        self.authority = Authority(self.options.host)
        os.makedirs(self.options.dir, exist_ok=True)
        _write(os.path.join(self.options.dir, "ca.pem"), self.authority.pem)
        self.context = server_context(self.authority, self.options.dir)
        for name, network in self.world.networks.items():
            self.servers[name] = NetworkServer(self.world, network)
            wished = getattr(self.options, "port_" + name)
            await self._serve(name, self.servers[name].app(), self.options.listen, wished, self.context)
        await self._serve("control", Control(self).app(), ["127.0.0.1"], self.options.port_control, None)

    async def _serve(self, name, app, hosts, port, context):
        runner = web.AppRunner(app, access_log=None, handle_signals=False, keepalive_timeout=75.0)
        await runner.setup()
        self.runners[name] = runner
        self.ports[name] = await _listen_on(runner, hosts, port, context)

    async def set_listening(self, name, wanted):
        """Refuse connections to a network, or take them again on the same port."""
        runner = self.runners[name]
        if wanted and not runner.sites:
            await _listen_on(runner, self.options.listen, self.ports[name], self.context)
        elif not wanted:
            for site in list(runner.sites):
                await site.stop()

    def set_certificate(self, kind):
        load(self.context, self.authority, self.options.dir, kind)

    def _announce(self, ports):
        addresses = {name: f"https://{self.options.host}:{port}" for name, port in ports.items()}
        addresses["control"] = f"http://127.0.0.1:{ports['control']}"
        more = {"ca": os.path.abspath(os.path.join(self.options.dir, "ca.pem")), "pid": os.getpid(),
                "clock": self.clock.spec}
        _write(os.path.join(self.options.dir, "addresses.json"),
               json.dumps({**addresses, **more}).encode() + b"\n")
        print("ready " + " ".join(f"{name}={value}" for name, value in addresses.items()), flush=True)


async def _listen_on(runner, hosts, port, context):
    """Listens on every address of the host; the one port for all of them."""
    site = web.TCPSite(runner, hosts[0], port, ssl_context=context, shutdown_timeout=0.1)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]
    for other in hosts[1:]:
        try:
            await web.TCPSite(runner, other, port, ssl_context=context, shutdown_timeout=0.1).start()
        except OSError:
            pass  # no IPv6 here, or the port is taken on it: the first address is enough
    return port


def _write(path, data):
    """Whole or not at all."""
    with open(path + ".new", "wb") as file:
        file.write(data)
    os.replace(path + ".new", path)


def options_of(arguments):
    parser = argparse.ArgumentParser(prog="tools/social/run", description="Simulated social networks.")
    parser.add_argument("--dir", required=True, help="where ca.pem and addresses.json go")
    parser.add_argument("--scenario", help="a TOML file")
    parser.add_argument("--port-x", type=int, default=0)
    parser.add_argument("--port-facebook", type=int, default=0)
    parser.add_argument("--port-mastodon", type=int, default=0)
    parser.add_argument("--port-control", type=int, default=0)
    parser.add_argument("--host", default=HOST, help="the name in the addresses and in the certificate")
    parser.add_argument("--listen", default=LOOPBACK, type=lambda text: text.split(","), metavar="ADDRESS[,ADDRESS]",
                        help="where the networks are; the control API stays on the loopback")
    parser.add_argument("--clock", help="REAL0:V0@S0,V1@S1,... (default: the scenario's, else real time)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--dialect", choices=("tweet", "post"), help="X vocabulary")
    return parser.parse_args(arguments)


def main(arguments):
    options = options_of(arguments)
    try:
        simulator = Simulator(options, Scenario(options.scenario))
    except (ValueError, KeyError, OSError) as error:
        print(f"tools/social/run: {error}", file=sys.stderr)
        return 2
    asyncio.run(simulator.serve())
    return 0
