"""Cross-site scripting: looks for markup that would run, not for markup."""
