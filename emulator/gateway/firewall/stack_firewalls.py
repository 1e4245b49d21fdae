"""Finds the firewall of a distribution or of a stage of a REST API."""

from __future__ import annotations

from emulator.errors import UnsupportedError
from emulator.gateway.firewall.firewall import Firewall, LogWriter
from emulator.gateway.firewall.log_line import Guarded
from emulator.model import Clock, Stack


class StackFirewalls:
    """The web ACLs of one stack by what they stand before; a firewall is made for each, with counts of its own."""

    def __init__(self, stack: Stack, clock: Clock, log: LogWriter) -> None:
        self._acls, self._account_id = stack.web_acls.values(), stack.account_id
        self._clock, self._log = clock, log

    def of_distribution(self, distribution_id: str, web_acl: str) -> Firewall | None:
        """`web_acl` is DistributionConfig's WebACLId: an ARN, or "" for none. Raises UnsupportedError for one that is
        not of this stack, since what it would stop cannot be known here."""
        if not web_acl:
            return None
        for acl in self._acls:
            if acl.arn == web_acl:
                return Firewall(acl, self._clock, self._log, Guarded("CF", distribution_id))
        raise UnsupportedError(
            f"Distribution {distribution_id}: WebACLId is of no web ACL of this stack",
            found=web_acl,
            fix="Put the web ACL into this template.",
        )

    def of_stage(self, api_id: str, stage: str) -> Firewall | None:
        """By AWS::WAFv2::WebACLAssociation; None for a stage that none guards."""
        resource = f"/restapis/{api_id}/stages/{stage}"
        for acl in self._acls:
            if any(arn.endswith(resource) for arn in acl.protects):
                guarded = Guarded("APIGW", f"{self._account_id}:{api_id}:{stage}")
                return Firewall(acl, self._clock, self._log, guarded)
        return None
