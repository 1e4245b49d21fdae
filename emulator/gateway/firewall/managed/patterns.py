"""What the rules of managed groups look for, by the first part of their names; places come from the last.

https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_BAD_BOTS = (
    "nessus|nmap|nikto|sqlmap|masscan|zgrab|dirbuster|gobuster|feroxbuster|wpscan|acunetix|netsparker|openvas|w3af|"
    "havij|arachni|nuclei|hydra|metasploit|jorgee|zmeu|morfeus|grabber|webshag|paros|whatweb|fimap|skipfish|burpsuite"
)
_EXTENSIONS = (
    "log|ini|bak|backup|bat|cmd|cfg|conf|config|dll|sys|sql|mdb|pdb|pwd|rdb|inc|lnk|old|swp|vbs|resx|htr|asa|axd|pem|"
    "key"
)
# Every URL of this machine's own systems has this address and a port; elsewhere it is an attempt.
_OWN_ADDRESS = r"127\.0\.0\.1:\d"
_ADDRESS = r"\[?\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}"
_COMMANDS = (
    "cat|ls|id|whoami|uname|wget|curl|nc|ncat|netcat|bash|sh|zsh|ksh|dash|perl|python3?|ruby|php|ping|nslookup|dig|chmod|"
    "chown|rm|mv|cp|kill|ps|env|printenv|tftp|telnet|ssh|scp|awk|sed|xargs|tee|base64|touch|find|head|tail|more|less"
)
_VARIABLES = "HOME|PATH|USER|SHELL|IFS|PWD|HOSTNAME|LD_PRELOAD|RANDOM|UID|EUID|SHELLOPTS|TERM"
_PHP = (
    "fsockopen|passthru|shell_exec|proc_open|popen|pcntl_exec|base64_decode|gzinflate|gzuncompress|str_rot13|assert|"
    "call_user_func(?:_array)?|create_function|file_get_contents|file_put_contents|fopen|readfile|move_uploaded_file|"
    "phpinfo|parse_ini_file|putenv|ini_set|preg_replace|unserialize|posix_\\w+|curl_exec|system|eval"
)

PATTERNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "UserAgent_BadBots": _BAD_BOTS,
        "EC2MetaDataSSRF": r"169\.254\.169\.254|fd00:ec2::254|\b2852039166\b|0xa9fea9fe|0xa9\.0xfe\.0xa9\.0xfe|"
        r"0251\.0376\.0251\.0376|instance-data\b|169\.254\.43518|169\.16689662",
        "GenericLFI": r"(?:\.\.(?:/|\\|%2f|%5c|;/)){2,}|\.\.[/\\](?:etc|proc|windows|winnt|boot|var|usr|home|root)\b|"
        r"(?:^|[^\w])(?:/|\\)etc(?:/|\\)(?:passwd|shadow|hosts|group)\b|(?:^|=)file:/|[a-z]:\\(?:windows|boot\.ini)|"
        r"\.{3,}[/\\]{2,}",
        "RestrictedExtensions": rf"\.(?:{_EXTENSIONS})(?:$|[/?#&\x00])",
        "GenericRFI": rf"(?:https?|ftps?|file)://(?:[^/@\s]*@)?{_ADDRESS}",
        "JavaDeserializationRCE": r"java\.lang\.(?:runtime|processbuilder|class\b)|getruntime\s*\(|\.exec\s*\([\"']|"
        r"class\.module\.classloader|classloader\.(?:resources|urls|defaultassertion)|rO0AB[XQ]|\xac\xed\x00\x05|"
        r"ysoserial|freemarker\.template\.utility|springframework\.context\.support|javax\.script\.|T\s*\(\s*java\.|"
        r"com\.sun\.rowset|org\.apache\.commons\.collections\.functors",
        "ExploitablePaths": r"(?:^|/)(?:web-inf|meta-inf)(?:/|$)|"
        r"/\.(?:git|svn|hg|env|aws|ssh|htpasswd|htaccess|ds_store)\b|"
        r"wp-config\.php|/jmx-console|/web-console|/invoker/|/server-status|phpunit|eval-stdin|/solr/admin|/boaform|"
        r"/cgi-bin/|/actuator/(?:env|heapdump|gateway|jolokia)|/autodiscover/autodiscover|/vendor/|/_ignition/",
        "Log4JRCE": r"\$\{[^\n]{0,80}?j[^\n]{0,40}?n[^\n]{0,40}?d[^\n]{0,40}?i[^\n]{0,20}?:|"
        r"\$\{\s*(?:lower|upper|env|sys|java|ctx|main|::-|base64)\s*:?[^\n]{0,80}?\}",
        "ReactJSRCE": r"resolved_model|:__proto__:|constructor:constructor|process\.mainModule|child_process",
        "SQLiExtendedPatterns": r"\bunion\b[\s(/*]{1,20}(?:all|distinct)?[\s(/*]{0,20}select\b|"
        r"\binto\s+(?:out|dump)file\b|"
        r"\b(?:load_file|benchmark|pg_sleep|extractvalue|updatexml)\s*\(|\bwaitfor\s+(?:delay|time)\b|"
        r"\bprocedure\s+analyse\b|[\"'\d)]\s*(?:or|and|\|\||&&)\s+[\"'(]*\w+[\"')]*\s*(?:=|like)\s*[\"'(]*\w+|"
        r"[\"')]\s*;\s*(?:drop|insert|update|delete|alter|create|exec|select|shutdown|declare)\b|"
        r"\bchar\s*\(\s*\d+\s*[,)]|@@(?:version|hostname|datadir)|\binformation_schema\b|\bxp_cmdshell\b|[\"']\s*(?:--|#)\s*$",
        "LFI": r"/(?:proc/(?:version|self|cpuinfo|meminfo|mounts|\d+/)|etc/(?:passwd|shadow|group|hosts|issue|crontab|"
        r"sudoers|fstab|ssh/|init\.d/)|dev/(?:tcp|udp|mem|sd[a-z])|sys/class/|boot/|var/log/|root/\.|home/\w+/\.)",
        "UNIXShellCommandsVariables": r"(?:[;|`\x01]|&&|\$\()\s*(?:/(?:usr/)?s?bin/)?"
        rf"(?:{_COMMANDS})(?:[\s;|&)`'\"<>/]|$)|"
        rf"\b(?:echo|printf)\s+[\"']?\$\{{?(?:{_VARIABLES})\b|\$\{{?(?:{_VARIABLES})\}}?\b|"
        r"/(?:usr/)?s?bin/(?:sh|bash|zsh|perl|python\d?|nc|wget|curl|cat|id)\b|\(\)\s*\{[^}]*\}\s*;",
        "PHPHighRiskMethodsVariables": rf"\b(?:{_PHP})\s*\(|"
        r"\$_(?:get|post|request|cookie|server|files|session|env)\b|\$globals\b|<\?(?:php|=)|"
        r"(?:php|phar|expect|zip|glob)://|allow_url_include|auto_prepend_file",
        "WindowsShellCommands": r"(?:[;|&`\x01]|\|\|)\s*(?:cmd(?:\.exe)?|nslookup|net\s+(?:user|view|localgroup)|dir|"
        r"type|"
        r"tasklist|systeminfo|ipconfig|wmic|reg\s+(?:add|query)|certutil|bitsadmin|rundll32|regsvr32)(?:[\s;|&/\"]|$)|"
        r"\bcmd(?:\.exe)?\s+/[ck]\b|%(?:systemroot|comspec|windir)%",
        "PowerShellCommands": r"\b(?:invoke-(?:expression|webrequest|command|restmethod|item)|new-object|start-process|"
        r"downloadstring|get-(?:wmiobject|process|service|childitem|content)|set-executionpolicy|convertto-securestring|"
        r"frombase64string)\b|\bpowershell(?:\.exe)?\b[^\n]{0,40}-(?:e|enc|encodedcommand|c|command|nop|w)\b|\biex\s*\(",
        "WordPressExploitableCommands": r"(?:^|&)(?:do-reset-wordpress|wp_ajax_\w+|swp_url=|cpabc_calendar_update)",
        "WordPressExploitablePaths": r"/xmlrpc\.php|/wp-config\.php|/wp-content/(?:debug\.log|uploads/[^?]*\.php)|"
        r"/wp-includes/[^?]*\.php|/wp-admin/(?:install|setup-config)\.php",
        "AdminProtection": r"/(?:sqlmanager|phpmyadmin|pma|myadmin|mysql-?admin|administrator|admin|wp-admin|cpanel|"
        r"webadmin|"
        r"adminer(?:\.php)?|manager/html|dbadmin|sysadmin|siteadmin|backoffice)(?:[/.?]|$)",
    }
)
HARMLESS: Final[Mapping[str, str]] = MappingProxyType({"GenericRFI": rf"https?://{_OWN_ADDRESS}"})
"""What a rule leaves out of the text before it looks."""
