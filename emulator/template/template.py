"""A loaded template: answers what to create in which order, and becomes a Stack once everything has an identity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from emulator.model import Created, Ignored, Lookups, Resource, Stack
from emulator.template.api_urls import with_local_urls
from emulator.template.blueprint import Blueprint
from emulator.template.dynamic_references import with_references
from emulator.template.identity import identified, is_ours
from emulator.template.intrinsics import Resolver
from emulator.template.names import Names
from emulator.template.places import Trail
from emulator.template.readers import http_apis, not_run
from emulator.template.readers.bucket_notifications import read_bucket_notifications
from emulator.template.readers.edge.distributions import read_distributions
from emulator.template.readers.event_rules import read_rule_targets
from emulator.template.readers.event_source_mappings import read_triggers
from emulator.template.readers.firewall.web_acls import read_web_acls
from emulator.template.readers.function_index import FunctionIndex
from emulator.template.readers.function_urls import read_function_urls
from emulator.template.readers.functions import read_functions
from emulator.template.readers.outputs import read_outputs
from emulator.template.readers.reading import Reading, Resolved
from emulator.template.readers.rest.rest_apis import read_rest_apis
from emulator.template.readers.schedules import read_schedules
from emulator.template.readers.topic_subscriptions import read_topic_subscriptions
from emulator.template.readers.websocket import read_websocket_apis
from emulator.template.section import Section
from emulator.template.stand_ins import StandInLookups, stand_in


@dataclass(frozen=True)
class Template:
    """`resources` are in creation order, conditions applied. `known` maps logical ids to what exists already."""

    name: str
    path: Path
    resources: tuple[Resource, ...]
    ignored: tuple[Ignored, ...]
    _blueprint: Blueprint
    _names: Names
    _local_urls: Mapping[str, str] = field(default_factory=dict)
    programs: frozenset[tuple[str, Path]] = frozenset()
    """(runtime, code folder) of its functions, known before anything exists."""

    def properties(self, logical_id: str, known: Mapping[str, Created]) -> dict[str, Any]:
        """The resource's properties with every intrinsic function and dynamic reference resolved."""
        return self._properties(logical_id, known, self._blueprint.scope.lookups)

    def identity(self, logical_id: str, known: Mapping[str, Created]) -> Created | None:
        """Ref and GetAtt of what Terrarium itself runs; None for what a backend has to create."""
        type_ = self._type(logical_id)
        if not is_ours(type_):
            return None
        created = identified(type_, self._names, logical_id, self.properties(logical_id, known))
        if created is None or type_.startswith(_FULLY_KNOWN):
            return created
        # What does not run may still be referred to; it gets a name for everything the template asks of it.
        asked = self.stand_in(logical_id).attributes
        return replace(created, attributes={**asked, **created.attributes})

    def stand_in(self, logical_id: str) -> Created:
        """For a resource that neither Terrarium nor the backend can create: names that lead nowhere."""
        asked = self._blueprint.asked[logical_id]
        return stand_in(self._names, logical_id, self._type(logical_id), asked)

    def stack(self, known: Mapping[str, Created]) -> Stack:
        """The model with everything resolved; raises TemplateError for what cannot run."""
        return self._stack(known, self._blueprint.scope.lookups)

    def checked(self) -> Template:
        """This template with `ignored` and the URLs of its APIs, after reading it once as if everything existed."""
        known: dict[str, Created] = {}
        for resource in self.resources:
            known[resource.logical_id] = self._rehearsed(resource, known)
        stack = self._stack(known, StandInLookups())
        api_url = self._names.context.api_url
        urls = {door.host_id: api_url(door.logical_id, index).rstrip("/") for index, door in enumerate(stack.doors)}
        sockets = ((api.api_id, logical_id) for logical_id, api in stack.websocket_apis.items())
        for index, (api_id, logical_id) in enumerate(sockets):
            urls[api_id] = self._names.context.websocket_url(logical_id, index).rstrip("/")
        for index, distribution in enumerate(stack.distributions.values()):
            label = distribution.domain_name.partition(".")[0]
            urls[label] = self._names.context.distribution_url(index).rstrip("/")
        programs = frozenset((function.runtime, function.code) for function in stack.functions.values())
        return replace(self, ignored=stack.ignored, _local_urls=urls, programs=programs)

    def _rehearsed(self, resource: Resource, known: Mapping[str, Created]) -> Created:
        properties = self._properties(resource.logical_id, known, StandInLookups())
        created = identified(resource.type, self._names, resource.logical_id, properties)
        substitute = self.stand_in(resource.logical_id)
        if created is None:
            return substitute
        if resource.type.startswith(_FULLY_KNOWN):
            return created
        return replace(created, attributes={**substitute.attributes, **created.attributes})

    def _stack(self, known: Mapping[str, Created], lookups: Lookups) -> Stack:
        reading = Reading(self._names, self.path.parent, self._resolved(known, lookups), list(self.ignored))
        functions = read_functions(reading)
        index = FunctionIndex(functions)
        apis = http_apis.read_http_apis(reading, index)
        rest_apis = read_rest_apis(reading, index)
        function_urls = read_function_urls(reading, index)
        websocket_apis = read_websocket_apis(reading, index)
        callers = _callers(reading, index, known)
        not_run.list_not_run(reading)
        resolver = self._resolver(known, lookups)
        outputs, exports = read_outputs(self._blueprint.outputs, resolver, self._with_local_urls)
        return Stack(
            name=self.name,
            template=self.path,
            region=self._names.context.region,
            account_id=self._names.context.account_id,
            functions=functions,
            http_apis=apis,
            rest_apis=rest_apis,
            function_urls=function_urls,
            websocket_apis=websocket_apis,
            **callers,
            web_acls=read_web_acls(reading, known),
            distributions=read_distributions(reading, known, self._with_local_urls),
            resources={logical_id: known[logical_id].physical_id for logical_id in self._blueprint.bodies},
            outputs=outputs,
            exports=exports,
            ignored=tuple(dict.fromkeys(reading.ignored)),
        )

    def _resolved(self, known: Mapping[str, Created], lookups: Lookups) -> dict[str, Resolved]:
        """The resources that the readers look at, in template order."""
        resolved = {}
        for logical_id, body in self._blueprint.bodies.items():
            if is_ours(body["Type"]) or body["Type"] in not_run.TYPES:
                trail: Trail = ("Resources", logical_id, "Properties")
                owner = f"{body['Type'].split('::')[-1]} {logical_id}"
                properties = self._properties(logical_id, known, lookups)
                section = Section(owner, properties, trail, self._blueprint.scope.places)
                resolved[logical_id] = Resolved(body["Type"], section, body.get("Metadata") or {})
        return resolved

    def _properties(self, logical_id: str, known: Mapping[str, Created], lookups: Lookups) -> dict[str, Any]:
        trail: Trail = ("Resources", logical_id, "Properties")
        resolver = self._resolver(known, lookups)
        value = resolver.resolve(self._blueprint.bodies[logical_id].get("Properties") or {}, trail)
        if not isinstance(value, dict):
            raise resolver.scope.fault(
                "Properties must be a mapping", trail, found=repr(value)[:60], fix="Write a mapping."
            )
        return {name: self._finished(part, lookups, (*trail, name)) for name, part in value.items()}

    def _finished(self, value: Any, lookups: Lookups, trail: Trail) -> Any:
        """Dynamic references and local URLs stand in text as it is at the very end."""
        if isinstance(value, str):
            place = self._blueprint.scope.places.at(trail) if "{{" in value else None
            text = with_references(value, lookups, place) if place else value
            return self._with_local_urls(text)
        if isinstance(value, list):
            return [self._finished(item, lookups, (*trail, index)) for index, item in enumerate(value)]
        if isinstance(value, dict):
            return {key: self._finished(item, lookups, (*trail, key)) for key, item in value.items()}
        return value

    def _with_local_urls(self, text: str) -> str:
        return with_local_urls(text, self._local_urls)

    def _resolver(self, known: Mapping[str, Created], lookups: Lookups) -> Resolver:
        return Resolver(replace(self._blueprint.scope, known=known, lookups=lookups))

    def _type(self, logical_id: str) -> str:
        return str(self._blueprint.bodies[logical_id]["Type"])


def _callers(reading: Reading, functions: FunctionIndex, known: Mapping[str, Created]) -> dict[str, Any]:
    """What calls functions besides HTTP, by the names of Stack's fields."""
    return {
        "triggers": read_triggers(reading, functions),
        "topic_subscriptions": read_topic_subscriptions(reading, functions, known),
        "bucket_notifications": read_bucket_notifications(reading, functions, known),
        "rule_targets": read_rule_targets(reading, functions, known),
        "schedules": read_schedules(reading, functions, known),
    }


# For these, an attribute that AWS does not have is an error.
_FULLY_KNOWN = ("AWS::Lambda::Function", "AWS::Lambda::Version", "AWS::Lambda::Alias", "AWS::ApiGatewayV2::Api")
