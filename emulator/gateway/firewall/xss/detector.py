"""Decides whether a text would run as a script in a page: in markup, out of quotes, as a URL, within a script.

AWS does not say what its statement looks for; this one knows the elements, attributes and URLs that run a script.
RE2 makes every pattern linear in the text.
https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-xss-match.html
https://html.spec.whatwg.org/multipage/webappapis.html#event-handlers-on-elements,-document-objects,-and-window-objects
"""

from __future__ import annotations

import re2

from emulator.gateway.firewall.decoders import html_entity

_GAP = r"[\s\x00-\x20/]"
_ELEMENTS = (
    "script|iframe|frame|frameset|object|embed|applet|meta|link|style|base|svg|math|isindex|import|xml|xss|bgsound|"
    r"layer|ilayer|noscript|handler|listener|vmlframe|comment|template|portal|marquee|xsl[:\w]*|svg:\w+|set|animate\w*"
)
# Handlers that text rarely names before an equals sign.
_EVENTS = (
    "abort|activate|after|animation|auxclick|before|begin|blur|bounce|canplay|cellchange|change|click|close|contextmenu|"
    "controlselect|copy|cuechange|cut|data|dblclick|deactivate|device|drag|drop|durationchange|emptied|ended?|error|"
    "filterchange|finish|focus|formdata|fullscreen|gesture|gotpointer|hashchange|help|input|invalid|key|layout|load|lose|"
    "lostpointer|media|message|mouse|move|page|paste|pause|play|pointer|popstate|progress|property|ratechange|ready|"
    "repeat|reset|resize|resume|reverse|row|scroll|search|securitypolicy|seek|select|show|slotchange|stalled|start|stop|"
    "storage|submit|suspend|timeerror|timeupdate|toggle|touch|track|transition|unhandled|unload|volumechange|waiting|"
    "webkit|wheel|zoom"
)
_HANDLER = rf"on(?:{_EVENTS})\w*[\s\x00]*="
_URL_ATTRIBUTES = (
    "href|src|srcdoc|action|formaction|data|xlink:href|background|dynsrc|lowsrc|poster|from|to|by|values|folder|code|"
    "codebase|content|cite|longdesc|profile|usemap|classid|manifest|ping|url|location"
)
_SCRIPT_URL = (
    r"(?:j[\s\x00]*a[\s\x00]*v[\s\x00]*a|v[\s\x00]*b|live)[\s\x00]*s[\s\x00]*c[\s\x00]*r[\s\x00]*i[\s\x00]*p[\s\x00]*t"
    r"[\s\x00]*:|mocha:|data:[^,]{0,64}(?:html|svg|xml|script|base64)|feed:javascript|view-source:"
)
_CALLS = (
    r"(?:alert|confirm|prompt|eval|settimeout|setinterval|execscript|fetch|import|document\.\w+|window\b|location\b|"
    r"self\b|top\b|string\.fromcharcode|msgbox|print|console\.\w+|new\s+function|constructor)"
)
_PATTERNS = (
    rf"<[\s\x00/]*[!?]?[\x00]*(?:{_ELEMENTS})(?:[\s/>\"'`<\x00]|$)",
    rf"<[^\s<>/\x00][^<>]*{_GAP}+on[a-z\x00]{{3,}}[\s\x00]*=",
    r"<[^<]*[\s\x00-\x20/\"'`]on[a-z\x00]{4,}[\s\x00]*=",
    rf"<[^<>]*{_GAP}(?:style|{_URL_ATTRIBUTES})[\s\x00]*=[^<>]*?"
    rf"(?:{_SCRIPT_URL}|expression[\s\x00]*\(|-moz-binding|behaviou?r:)",
    rf"<[^<>]*{_GAP}(?:formaction|xlink:href|srcdoc|attributename|datasrc|dynsrc|lowsrc|xmlns(?::\w+)?)[\s\x00]*=",
    rf"<[^<>]*{_GAP}style[\s\x00]*=[^<>]*?(?:\\|/\*|url|expression|import|javascript|animation|position:\s*fixed)",
    rf"(?:^|[\"'`])[^<>\"'`]*[\"'`]?[\s\x00-\x20/;]*[\"'`/\s]{_HANDLER}",
    rf"^[\s\x00]*{_HANDLER}",
    rf"^[\s\x00\"'`(\[<]*(?:{_SCRIPT_URL})[^\s]",
    rf"\]\([\s\x00]*(?:{_SCRIPT_URL})",
    rf"[\"'`][\s;+\-*/^|&,(){{}}\[\]]*{_CALLS}[\s]*[(`\[=]",
    rf"^[\s;}})\]]+{_CALLS}\s*[(`]",
    r"</[\s\x00]*script|<!(?:doctype|entity|element|attlist)|<!\[cdata\[|<!--\[if|<\?(?:xml|import|php)|<!--[^>]*[`]",
    r"@import\s*[\"'u]|expression\s*\(.*\)|\{\{[^}]*(?:constructor|alert)",
    r"\[[\"'`]?(?:constructor|alert|eval)[\"'`]?\]|\beval\s*\(\s*(?:[\"'`]|\w+[.(\[])",
    r"\balert\s*[(`]\s*(?:[\d\"'`/)]|document|window|xss|string)",
    r"document\s*\.\s*(?:cookie|write(?:ln)?|domain|location)\b|window\s*\.\s*(?:location|name|open)\b|\.innerhtml\b",
)
_MARKS = (b"<", b"=", b":", b"(", b"`", b"[")


def _compiled() -> re2._Regexp:
    options = re2.Options()
    options.case_sensitive = False
    options.dot_nl = True
    options.encoding = re2.Options.Encoding.LATIN1
    return re2.compile("|".join(f"(?:{pattern})" for pattern in _PATTERNS).encode(), options)


_RUNS = _compiled()


def is_xss(text: bytes) -> bool:
    """Also where HTML entities hide what it says, as a browser reads them in an attribute."""
    if not any(mark in text for mark in _MARKS):
        return False
    if _RUNS.search(text) is not None:
        return True
    return b"&" in text and _RUNS.search(html_entity(text)) is not None
