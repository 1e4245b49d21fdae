"""One web ACL in front of one resource: takes a request through its rules, by priority, to a verdict.

https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-processing.html
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from emulator.gateway.firewall.addresses import parsed_address
from emulator.gateway.firewall.components import Components
from emulator.gateway.firewall.inspection import Inspection
from emulator.gateway.firewall.log_filter import keeps
from emulator.gateway.firewall.log_line import Guarded, log_line
from emulator.gateway.firewall.ready_rule import Decision
from emulator.gateway.firewall.rules import ready_rules
from emulator.gateway.firewall.verdict import DEFAULT_RULE, Verdict, answer_of, inserted_headers
from emulator.model import Clock
from emulator.model.web_acls import WebAcl
from emulator.payloads.http_message import HttpRequest

_LONGEST_TOLD = 120
_logger = logging.getLogger(__name__)
LogWriter = Callable[[WebAcl, str], None]
"""Takes one line of JSON for the web ACL's log, where it has one."""


class Firewall:
    """Judges requests; safe to be asked from many threads. Everything is prepared here once."""

    def __init__(self, acl: WebAcl, clock: Clock, log: LogWriter, guarded: Guarded) -> None:
        """Raises UnsupportedError for a rule that nothing here can judge."""
        self._acl, self._log, self._guarded = acl, log, guarded
        self._rules = ready_rules(acl, clock)

    def inspect(self, request: HttpRequest, client_ip: str) -> Verdict:
        """The verdict; never raises for what a client sent."""
        inspection = Inspection(Components(request, self._acl.body_limit), parsed_address(client_ip))
        decision = self._decision(inspection)
        verdict = _verdict(decision, inspection)
        self._tell(verdict, request, inspection)
        if self._keeps(verdict):
            self._log(self._acl, log_line(self._acl, self._guarded, request, client_ip, decision, inspection))
        return verdict

    def _keeps(self, verdict: Verdict) -> bool:
        log = self._acl.log
        if log is None or not log.groups:
            return False
        actions = (verdict.action, "COUNT") if verdict.counted else (verdict.action,)
        return keeps(log, actions, verdict.labels)

    def _tell(self, verdict: Verdict, request: HttpRequest, inspection: Inspection) -> None:
        """A developer whose request is stopped finds the rule in the system's log."""
        if verdict.blocked:
            path = inspection.components.uri_path[:_LONGEST_TOLD].decode("latin-1")
            name, asked = self._acl.name, f"{request.method} {path}"
            _logger.warning("Web ACL %s: %s %s by rule %s", name, verdict.action, asked, verdict.rule)

    def _decision(self, inspection: Inspection) -> Decision:
        for rule in self._rules:
            decision = rule.judge(inspection)
            if decision is not None:
                return decision
        return Decision(DEFAULT_RULE, self._acl.default_action)


def _verdict(decision: Decision, inspection: Inspection) -> Verdict:
    action = decision.action
    inserted = (*inspection.inserted, *inserted_headers(action)) if action.kind == "ALLOW" else ()
    return Verdict(
        action="ALLOW" if action.kind == "COUNT" else action.kind,
        rule=f"{decision.rule}#{decision.within}" if decision.within else decision.rule,
        response=answer_of(action),
        inserted=inserted,
        labels=tuple(inspection.labels),
        counted=tuple(f"{one.group}#{one.rule}" if one.group else one.rule for one in inspection.counted),
    )
