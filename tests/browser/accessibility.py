"""Whether everybody can use a page: names, labels, contrast, keyboard, a narrow window."""

from __future__ import annotations

from pathlib import Path

from tests.browser.devtools import Window

_CHECKS = (Path(__file__).parent / "accessibility.js").read_text()
_TO_THE_TOP = """(() => {
  const top = document.body.insertBefore(document.createElement("span"), document.body.firstChild);
  top.tabIndex = -1;
  top.focus();
  top.remove();
})()"""
_FOCUS = r"""(() => {
  const at = document.activeElement, style = getComputedStyle(at);
  if (at === document.body) return null;
  const box = at.getBoundingClientRect();
  const text = at.ariaLabel || at.labels?.[0]?.textContent || at.textContent;
  const name = text.replace(/\s+/g, " ").trim().slice(0, 60) || at.id;
  const shown = box.width > 0 && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return [name, shown];
})()"""


def faults(window: Window, widths: tuple[int, ...] = (1280, 360)) -> list[str]:
    """What is wrong with what is shown now, in a wide and a narrow window, in light and dark."""
    found = []
    for width in widths:
        window.resize(width, 800)
        for scheme in ("light", "dark"):
            # With motion, colours are still on their way.
            window.prefer(prefers_color_scheme=scheme, prefers_reduced_motion="reduce")
            found += [f"{width} px, {scheme}: {fault}" for fault in window.run(_CHECKS)]
    window.prefer()
    window.resize(1280, 800)
    return found


def tab_stops(window: Window, at_most: int = 60) -> list[str]:
    """The names of what Tab comes by, from the top of the page on; fails on a stop whose focus cannot be seen."""
    window.run(_TO_THE_TOP)
    stops: list[str] = []
    for _ in range(at_most):
        window.press("Tab")
        stop = window.run(_FOCUS)
        if stop is None or stop[0] in stops[:1]:
            break
        assert stop[1], f"the focus on {stop[0]!r} cannot be seen"
        stops.append(stop[0])
    return stops
