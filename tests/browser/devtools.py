"""People in front of a real headless Chromium, several at once: each has a window with a storage of its own.

    with chromium(folder) as browser:
        ada, grace = browser.person(), browser.person(width=390, height=844)
        ada.visit(url)
        ada.type("hello")
        ada.press("Enter")
        grace.sees("hello")

Spoken is the DevTools protocol: https://chromedevtools.github.io/devtools-protocol/
"""

from __future__ import annotations

import base64
import itertools
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from websockets.sync.client import ClientConnection, connect

from tests.browser.keys import KEYS, MODIFIERS
from tests.fakes.waiting import wait_for

T = TypeVar("T")

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-extensions",
    "--remote-debugging-port=0",
)
PATIENCE_S = 20.0
# What Chromium says of an expression whose page went away before it had its value.
_LEFT = (
    "Inspected target navigated or closed",
    "Execution context was destroyed",
    "Cannot find default execution context",
)
# To Chromium a machine without a network is offline, although it reaches itself: only go_offline makes people so here.
_ONLINE = "Object.defineProperty(Navigator.prototype, 'onLine', { get: () => !globalThis.isOffline })"
# Where to click on an element; nothing while it cannot be clicked on.
_MIDDLE = """(element) => {
  if (!element?.checkVisibility() || element.matches(":disabled")) return [];
  element.scrollIntoView({ block: "center", behavior: "instant" });
  const box = element.getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2];
}"""


class PageLeft(AssertionError):
    """The window went on to another page before an expression had its value."""


def program() -> str | None:
    """Where Chromium is; None where there is none."""
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


class Connection:
    """One socket to the browser for all its windows. Not for threads."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket, self._ids = socket, itertools.count(1)
        self.windows: dict[str, Window] = {}

    def call(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        """The result of one command; raises AssertionError with the browser's words, PageLeft if the page is gone."""
        number = next(self._ids)
        session_part = {"sessionId": session} if session else {}
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters, **session_part}))
        deadline = time.monotonic() + PATIENCE_S
        while True:
            said = json.loads(self._socket.recv(timeout=max(0.0, deadline - time.monotonic())))
            if said.get("id") == number:
                if "error" in said:
                    fault = PageLeft if said["error"]["message"].startswith(_LEFT) else AssertionError
                    raise fault(f"{method}: {said['error']}")
                result: dict[str, Any] = said["result"]
                return result
            if said.get("sessionId") in self.windows:
                self.windows[said["sessionId"]].hear(said["method"], said["params"])


@dataclass
class Window:
    """What one person has before them. `complaints`: errors and warnings of the page and of the browser about it."""

    connection: Connection
    session: str
    context: str
    complaints: list[str] = field(default_factory=list)

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self.connection.call(method, self.session, **parameters)

    def hear(self, event: str, told: dict[str, Any]) -> None:
        """An event of the DevTools protocol."""
        if event == "Runtime.exceptionThrown":
            details = told["exceptionDetails"]
            self.complaints.append(details.get("exception", {}).get("description", details["text"]))
        elif event == "Log.entryAdded" and told["entry"]["level"] in ("error", "warning"):
            self.complaints.append(f"{told['entry']['text']} {told['entry'].get('url', '')}")

    def visit(self, url: str) -> None:
        """Go there; returns when the page is loaded."""
        self.call("Page.navigate", url=url)
        self.waits_for("document.readyState === 'complete'")

    def reload(self) -> None:
        self.run("window.before = true")
        self.call("Page.reload")
        self.waits_for("window.before !== true && document.readyState === 'complete'")

    def run(self, script: str) -> Any:
        """The value of an expression, of a promise what became of it; raises AssertionError with what it threw."""
        answer = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, (script, answer["exceptionDetails"])
        return answer["result"].get("value")

    def type(self, text: str) -> None:
        """As from a keyboard, into what has the focus."""
        self.call("Input.insertText", text=text)

    def press(self, *keys: str) -> None:
        """Keys one after another; "Shift+Tab" is one."""
        for name in keys:
            *held, key = name.split("+")
            modifiers = sum(MODIFIERS[one] for one in held)
            pressed = {"key": key, "modifiers": modifiers, **KEYS[key]}
            self.call("Input.dispatchKeyEvent", type="keyDown" if "text" in pressed else "rawKeyDown", **pressed)
            self.call("Input.dispatchKeyEvent", type="keyUp", **pressed)

    def tab_to(self, selector: str, at_most: int = 60) -> None:
        """Tab by Tab, until it has the focus."""
        for _ in range(at_most):
            if self.has_focus(selector):
                return
            self.press("Tab")
        raise AssertionError(f"Tab never comes to {selector}")

    def click(self, selector: str) -> None:
        """In the middle of the first element that is found, with the mouse, as soon as it is there and lets itself."""
        find = f"({_MIDDLE})(document.querySelector({json.dumps(selector)}))"
        middle = self.waits_until(lambda: self.run(find), what=f"{selector} to click on")
        place = {"x": middle[0], "y": middle[1], "button": "left", "clickCount": 1}
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, **place)

    def fill(self, selector: str, text: str) -> None:
        """Replace what is in a field."""
        self.click(selector)
        self.run(f"document.querySelector({json.dumps(selector)}).select()")
        self.type(text)

    def waits_for(self, script: str, within_s: float = PATIENCE_S) -> None:
        """Until an expression is truthy."""
        self.waits_until(lambda: self.run(f"Boolean({script})"), within_s, script)

    def waits_until(self, condition: Callable[[], T], within_s: float = PATIENCE_S, what: str = "") -> T:
        """The first truthy value of anything; what is asked of a page that is just being left is asked of the next."""

        def value() -> T | None:
            try:
                return condition()
            except PageLeft:
                return None

        found = wait_for(value, within_s, every_s=0.02)
        assert found, f"never: {what}\n{self.text()}\n{self.complaints}"
        return found

    def sees(self, text: str, selector: str = "body", within_s: float = PATIENCE_S) -> None:
        """Waits until this is to be read."""
        self.waits_for(f"{_text(selector)}.includes({json.dumps(text)})", within_s)

    def sees_no(self, text: str, selector: str = "body", within_s: float = PATIENCE_S) -> None:
        """Waits until it is not."""
        self.waits_for(f"!{_text(selector)}.includes({json.dumps(text)})", within_s)

    def text(self, selector: str = "body") -> str:
        """What is to be read there."""
        return str(self.run(_text(selector)))

    def has_focus(self, selector: str) -> bool:
        return bool(self.run(f"document.activeElement?.matches({json.dumps(selector)})"))

    def resize(self, width: int, height: int) -> None:
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def prefer(self, **features: str) -> None:
        """Media features, with _ for -: prefer(prefers_color_scheme="dark")."""
        chosen = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.call("Emulation.setEmulatedMedia", features=chosen)

    def go_offline(self, offline: bool = True) -> None:
        """Or come back."""
        self.call("Network.enable")
        state = {"offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        self.call("Network.emulateNetworkConditions", **state)
        event = "offline" if offline else "online"
        self.run(f"globalThis.isOffline = {json.dumps(offline)}; dispatchEvent(new Event('{event}')); null")

    def close(self) -> None:
        """Leave; what was stored is gone."""
        del self.connection.windows[self.session]
        self.connection.call("Target.disposeBrowserContext", browserContextId=self.context)

    def picture(self, path: Path, whole: bool = False) -> None:
        """A PNG of the window, or of the whole page."""
        taken = self.call("Page.captureScreenshot", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(taken["data"]))


@dataclass
class Browser:
    """A running Chromium."""

    connection: Connection

    def person(self, width: int = 1280, height: int = 800) -> Window:
        """Somebody with a window of their own: cookies and storage are nobody else's."""
        context = self.connection.call("Target.createBrowserContext")["browserContextId"]
        target = self.connection.call("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        window = _attached(self.connection, target, context)
        window.resize(width, height)
        return window

    def copy_of(self, window: Window) -> Window:
        """The tab once more, with a copy of what it has stored, as "Duplicate tab" makes it."""
        window.call("Runtime.evaluate", expression="window.open(location.href)", userGesture=True)

        def found() -> str | None:
            targets = self.connection.call("Target.getTargets")["targetInfos"]
            here = [one for one in targets if one.get("browserContextId") == window.context and one["type"] == "page"]
            return next((one["targetId"] for one in here if not one["attached"]), None)

        target = wait_for(found, PATIENCE_S)
        assert target is not None
        return _attached(self.connection, target, window.context)


def _attached(connection: Connection, target: str, context: str) -> Window:
    session = connection.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    window = connection.windows[session] = Window(connection, session, context)
    for domain in ("Page", "Runtime", "Log"):
        window.call(f"{domain}.enable")
    # Pages of several people are in front at once; without this only the last would have the focus.
    window.call("Emulation.setFocusEmulationEnabled", enabled=True)
    window.call("Page.addScriptToEvaluateOnNewDocument", source=_ONLINE)
    return window


@contextmanager
def chromium(folder: Path) -> Iterator[Browser]:
    """A browser that keeps its profile in `folder`, gone at the end."""
    found = program()
    assert found is not None
    with (folder / "chromium.log").open("wb") as log:
        command = [found, *_OPTIONS, f"--user-data-dir={folder}", "about:blank"]
        running = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    try:
        with _connected(folder) as socket:
            yield Browser(Connection(socket))
    finally:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()


@contextmanager
def _connected(folder: Path) -> Iterator[ClientConnection]:
    said = folder / "DevToolsActivePort"
    lines = wait_for(lambda: said.read_text().splitlines() if said.is_file() else [], PATIENCE_S)
    assert len(lines) == 2, (folder / "chromium.log").read_text()[-2000:]
    port, path = lines
    with connect(f"ws://127.0.0.1:{port}{path}", max_size=None, compression=None, proxy=None) as socket:
        yield socket


def _text(selector: str) -> str:
    return f"(document.querySelector({json.dumps(selector)})?.innerText ?? '')"
