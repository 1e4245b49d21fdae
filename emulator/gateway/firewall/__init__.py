"""AWS WAF: judges requests by a web ACL of the stack. Pure but for its counts and its log; never fails open."""

from emulator.gateway.firewall.firewall import Firewall
from emulator.gateway.firewall.log_line import Guarded
from emulator.gateway.firewall.stack_firewalls import StackFirewalls
from emulator.gateway.firewall.verdict import Verdict

__all__ = ["Firewall", "Guarded", "StackFirewalls", "Verdict"]
