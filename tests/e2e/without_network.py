"""`python without_network.py COMMAND…`: runs a command where nothing but 127.0.0.1 can be reached (Linux).

https://man7.org/linux/man-pages/man7/network_namespaces.7.html
"""

from __future__ import annotations

import fcntl
import os
import socket
import struct
import subprocess
import sys

_SET_FLAGS, _UP = 0x8914, 0x1


def possible() -> bool:
    """True when this machine lets us make a network of our own."""
    try:
        return subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def main(command: list[str]) -> None:
    if os.environ.get("WITHOUT_NETWORK") != "yes":
        os.environ["WITHOUT_NETWORK"] = "yes"
        os.execvp("unshare", ["unshare", "-rn", sys.executable, __file__, *command])
    with socket.socket() as any_socket:  # a new network begins with its loopback interface switched off
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh", b"lo", _UP))
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
