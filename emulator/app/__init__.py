"""The composition root of one system's process: from a template to something that serves.

The only room that knows all the others. It joins them and decides nothing itself.
"""

from emulator.app.system import run_system

__all__ = ["run_system"]
