"""AWS WAF in a template -> model.WebAcl. What cannot be judged here refuses to start: a firewall never fails open."""
