"""The embedded backend: MiniStack as a child process, with a journal so that kill -9 loses no accepted write.

`backend.py` is the parent's side. Everything else runs in the child: `launcher.py` composes it.
"""
