"""One system from start to stop: template, resources, functions, event sources, HTTP."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import partial
from typing import Any

from emulator import gateway, settings, template
from emulator.app import status, surroundings
from emulator.app.creation import Creation, cloud_of, exports_of
from emulator.app.local_issuers import local_issuers
from emulator.app.preparation import Preparation
from emulator.app.progress import tell as _progress
from emulator.app.provision import Provisioned
from emulator.app.provisioner import Provisioner
from emulator.clock import SystemClock
from emulator.cloud import DestinationClient, LogShipper, QueueClient, RelayClient, ScheduleTargets, StreamReader
from emulator.model import HttpApi, RestApi, Stack, WebSocketApi
from emulator.model.web_acls import WebAcl
from emulator.runtime import LambdaRuntime, Launchers, RuntimeConfig
from emulator.settings import Settings
from emulator.sources import Ports, Sources
from emulator.system_spec import SystemSpec
from emulator.telemetry import Broadcast, LogCourier, Recorder
from emulator.template import Template

FIRST_DEBUG_PORT = 5678
TELEMETRY_FILE = "telemetry.sqlite"


def run_system(spec: SystemSpec, backend_is_there: Callable[[], bool] = lambda: True) -> None:
    """Serve until SIGTERM. Raises TerrariumError when the system cannot run; then nothing of it is left running.

    backend_is_there: returns once the backend answers, False when it never will; what needs none is done meanwhile.
    """
    with ExitStack() as stopping:
        system = System(spec, settings.read(), stopping)
        system.prepare()
        if not backend_is_there():
            return
        system.start()
        _settle_memory()
        system.serve()


class System:
    """Joins the rooms. Whatever it starts is given to `stopping`, which ends it in reverse order."""

    def __init__(self, spec: SystemSpec, chosen: Settings, stopping: ExitStack) -> None:
        self._spec, self._settings, self._stopping = spec, chosen, stopping
        self._clock = SystemClock()

    def prepare(self) -> None:
        """What needs no backend, in the background."""
        self._provisioner = Provisioner(Creation(self._spec, self._settings))
        self._provisioner.start()  # first of all: a process with threads cannot be forked safely
        self._stopping.callback(self._provisioner.stop)
        self._launchers = Launchers(self._spec.state, _progress)
        self._stopping.callback(self._launchers.stop)
        self._preparation = Preparation(self._spec, self._settings, self._launchers, self._expect)
        self._preparation.start()

    def start(self) -> None:
        """Everything but the HTTP port."""
        self._template, self._provisioned = self._provision()
        self._stack = self._template.stack(self._provisioned.known)
        self._exports.publish(self._stack.name, self._stack.exports)
        telemetry = self._start_telemetry()
        self._runtime = LambdaRuntime(
            self._stack.functions, self._launchers, self._runtime_config(self._stack), telemetry, self._clock
        )
        self._stopping.callback(self._runtime.stop)
        _progress("starting functions")
        self._runtime.start()
        self._sources = Sources(self._stack, self._runtime, self._ports(), self._clock, self._spec.state)
        self._stopping.callback(self._sources.stop)
        self._sources.start()

    def _serve_sockets(self) -> None:
        """On a port of their own, when there are WebSocket APIs; only such a system loads what they need."""
        if not self._stack.websocket_apis:
            return
        from emulator.gateway.websocket import WebSocketServer

        server = WebSocketServer(
            self._stack,
            self._runtime,
            self._clock,
            host=self._settings.bind,
            port=self._spec.websocket_port,
            threads=self._settings.threads,
            credentials=surroundings.known_credentials(self._spec, settings.credentials()),
            access_log=self._access_log,
            public_hosts=[self._spec.name],
        )
        server.start()
        self._stopping.callback(server.stop)

    def serve(self) -> None:
        """Open the ports and stay until told to stop."""
        self._serve_sockets()
        sites, control = self._edge()
        app = gateway.create_app(
            self._stack,
            self._runtime,
            self._sources.async_queue,
            self._clock,
            status=self._status,
            access_log=self._access_log,
            port=self._spec.port,
            public_host="127.0.0.1",
            further_hosts=[self._spec.name],
            schedules=self._sources.schedules,
            published_keys=local_issuers(self._stack, self._spec.endpoints),
            control=control,
            stage_firewall=self._stage_firewall,
            credentials=surroundings.known_credentials(self._spec, settings.credentials()),
        )
        # REST APIs and function URLs hand on how a request was written; HTTP APIs do not.
        verbatim = bool(self._stack.rest_apis or self._stack.function_urls)
        gateway.serve(
            gateway.Site(app, self._spec.port, verbatim),
            self._settings.bind,
            self._settings.threads,
            on_ready=partial(_progress, "serving"),
            further=sites,
        )

    def _edge(self) -> tuple[list[gateway.Site], list[gateway.ControlApi]]:
        """The sites of the distributions and CloudFront's API; only a system that has some loads what they need."""
        if not self._stack.distributions:
            return [], []
        from emulator.app.edge import edge

        found = edge(self._stack, self._deployed.clients, self._distribution_firewall, self._clock, self._stopping)
        sites = found.sites(surroundings.first_edge_port(self._spec), surroundings.EDGE_PORT_STEP)
        return sites, [found.api()]

    def _distribution_firewall(self, distribution_id: str, web_acl: str) -> Any:
        return self._firewalls().of_distribution(distribution_id, web_acl) if web_acl else None

    def _stage_firewall(self, api: RestApi) -> Any:
        return self._firewalls().of_stage(api.api_id, api.stage) if self._stack.web_acls else None

    def _firewalls(self) -> Any:
        """Only a system with a web ACL loads what that needs."""
        from emulator.gateway.firewall import StackFirewalls

        return StackFirewalls(self._stack, self._clock, self._firewall_log)

    def _firewall_log(self, acl: WebAcl, line: str) -> None:
        for group in acl.log.groups if acl.log is not None else ():
            self._ship(group, line)

    def _expect(self, loaded: Template) -> None:
        self._provisioner.expect(loaded.name, [resource.type for resource in loaded.resources])

    def _provision(self) -> tuple[Template, Provisioned]:
        spec = self._spec
        _progress("reading the template")
        self._exports = exports_of(spec, self._settings)
        self._preparation.finish()
        known = surroundings.context(spec, self._settings, self._exports)
        loaded = template.load(spec.template, known)
        self._launchers.prepare(loaded.programs)
        _progress("creating resources")
        provisioned = self._provisioner.provision()
        self._deployed = cloud_of(spec, self._settings, loaded.name)
        return loaded, provisioned

    def _start_telemetry(self) -> Broadcast:
        recorder = Recorder(self._spec.state / TELEMETRY_FILE)
        self._courier = LogCourier(LogShipper(self._deployed.clients), self._clock, _progress)
        for observer in (recorder, self._courier):
            observer.start()
            self._stopping.callback(observer.stop)
        return Broadcast((recorder, self._courier))

    def _ports(self) -> Ports:
        clients = self._deployed.clients
        return Ports(
            StreamReader(clients),
            QueueClient(clients),
            DestinationClient(clients),
            _progress,
            schedule_targets=ScheduleTargets(clients),
            relays=RelayClient(clients),
        )

    def _runtime_config(self, stack: Stack) -> RuntimeConfig:
        spec = self._spec
        return RuntimeConfig(
            surroundings.variables(spec, self._settings, settings.credentials(), stack),
            idle_environment_s=self._settings.idle_environment_s,
            debug=_debug_ports(stack, spec.debug),
        )

    def _status(self) -> dict[str, Any]:
        ignored = (*self._template.ignored, *self._provisioned.ignored)
        urls = {
            door.logical_id: surroundings.served_at(self._spec, index, door)
            for index, door in enumerate(self._stack.doors)
        }
        sockets = {
            logical_id: surroundings.sockets_served_at(self._spec, index, api)
            for index, (logical_id, api) in enumerate(self._stack.websocket_apis.items())
        }
        base = surroundings.base_url(self._spec)
        return status.describe(
            self._stack,
            self._spec.name,
            base,
            urls,
            self._runtime,
            ignored,
            websocket=sockets,
            distributions=surroundings.distribution_urls(self._spec, self._stack.distributions),
        )

    def _access_log(self, api: HttpApi | RestApi | WebSocketApi, line: str) -> None:
        if api.access_log_group:
            # The template names the group by its ARN: arn:aws:logs:region:account:log-group:NAME[:*]
            group = api.access_log_group.removesuffix(":*").split(":log-group:")[-1]
            self._ship(group, line)

    def _ship(self, group: str, line: str) -> None:
        self._courier.ship(group, [(int(self._clock.now() * 1000), line)])


def _debug_ports(stack: Stack, wanted: tuple[str, ...]) -> Mapping[str, int]:
    named = [key for key, function in stack.functions.items() if key in wanted or function.name in wanted]
    return {logical_id: FIRST_DEBUG_PORT + index for index, logical_id in enumerate(named)}


def _settle_memory() -> None:
    """What is there now stays: the garbage collector need not look at it again, nor look often while serving. What was
    there before goes back to the system: 5 MB of text that was read.

    https://man7.org/linux/man-pages/man3/malloc_trim.3.html
    """
    gc.collect()
    if sys.platform == "linux":
        ctypes.CDLL(None).malloc_trim(0)
    gc.freeze()
    gc.set_threshold(5_000, 20, 20)
