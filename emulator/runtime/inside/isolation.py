"""Linux mount namespace of one environment: read-only /var/task, layers under /opt, a private /tmp of bounded size.

Works as root and, with a user namespace, as anybody; raises OSError where the machine allows neither.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 1, 2, 4, 32, 4096, 16384, 1 << 18
CLONE_NEWNS, CLONE_NEWUSER = 0x00020000, 0x10000000
PR_SET_PDEATHSIG = 1

# Loaded once in the warm process, not after each fork.
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent() -> None:
    """The kernel kills this process when the process that forked it ends: no orphans."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def enter(scratch: str, task_root: str, layers: list[str], tmp_mb: int, keep: list[str]) -> None:
    """Build a root of bind mounts on `scratch` and move into it. Nothing of it is visible outside this process."""
    _unshare()
    _mount("none", "/", None, MS_REC | MS_PRIVATE)
    _mount("tmpfs", scratch, "tmpfs", MS_NOSUID, "size=1m,mode=755")
    for name in os.listdir("/"):
        if name not in ("tmp", "var", "opt"):
            _mirror(f"/{name}", f"{scratch}/{name}")
    _mirror_inside("/var", scratch, skip={"task"})
    _bind_read_only(task_root, f"{scratch}/var/task")
    _opt(scratch, layers)
    _private_tmp(scratch, tmp_mb, keep)
    os.chroot(scratch)


def _unshare() -> None:
    uid, gid = os.getuid(), os.getgid()
    if uid == 0:
        _check(_libc.unshare(CLONE_NEWNS), "unshare")  # type: ignore[union-attr]
        return
    _check(_libc.unshare(CLONE_NEWNS | CLONE_NEWUSER), "unshare")  # type: ignore[union-attr]
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def _mirror(source: str, target: str) -> None:
    """The same entry at `target`: links are made again, folders bound with all that is mounted below them."""
    if os.path.islink(source):
        os.symlink(os.readlink(source), target)
    elif os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
        with contextlib.suppress(PermissionError):
            _mount(source, target, None, MS_BIND | MS_REC)


def _mirror_inside(folder: str, scratch: str, skip: set[str]) -> None:
    os.makedirs(scratch + folder, exist_ok=True)
    for name in os.listdir(folder):
        if name not in skip:
            _mirror(f"{folder}/{name}", f"{scratch}{folder}/{name}")


def _bind_read_only(source: str, target: str) -> None:
    os.makedirs(target, exist_ok=True)
    _mount(source, target, None, MS_BIND)
    with contextlib.suppress(OSError):
        _mount("none", target, None, MS_BIND | MS_REMOUNT | MS_RDONLY)


def _opt(scratch: str, layers: list[str]) -> None:
    """Later layers win over earlier ones: an overlay of them all, or a bind mount when there is only one."""
    names = {name for layer in layers for name in os.listdir(layer)}
    if os.path.isdir("/opt"):
        _mirror_inside("/opt", scratch, skip=names)
    for name in names:
        holders = [f"{layer}/{name}" for layer in reversed(layers) if os.path.exists(f"{layer}/{name}")]
        target = f"{scratch}/opt/{name}"
        if len(holders) == 1 or not os.path.isdir(holders[0]):
            _bind_read_only(holders[0], target) if os.path.isdir(holders[0]) else None
        else:
            os.makedirs(target, exist_ok=True)
            _mount("overlay", target, "overlay", MS_RDONLY, "lowerdir=" + ":".join(holders))


def _private_tmp(scratch: str, tmp_mb: int, keep: list[str]) -> None:
    os.makedirs(f"{scratch}/tmp", exist_ok=True)
    _mount("tmpfs", f"{scratch}/tmp", "tmpfs", MS_NOSUID | MS_NODEV, f"size={tmp_mb}m,mode=1777")
    for path in keep:
        if path.startswith("/tmp/") and os.path.isdir(path):
            os.makedirs(scratch + path, exist_ok=True)
            _mount(path, scratch + path, None, MS_BIND | MS_REC)


def _mount(source: str, target: str, kind: str | None, flags: int, data: str | None = None) -> None:
    encoded = [None if value is None else value.encode() for value in (source, target, kind, data)]
    result = _libc.mount(encoded[0], encoded[1], encoded[2], ctypes.c_ulong(flags), encoded[3])  # type: ignore[union-attr]
    _check(result, f"mount {source} on {target}")


def _check(result: int, what: str) -> None:
    if result != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
