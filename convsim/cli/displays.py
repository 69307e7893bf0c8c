"""Whether a window could be seen: where windows would go, and whether somebody answers there.

Qt ends the whole process when it cannot reach the display that the environment names, so it is
asked for first, with a socket as Qt itself would.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping

PATIENCE = 3.0
"""Seconds to wait for a display on another computer."""
X_PORT = 6000
X_SOCKETS = "/tmp/.X11-unix/X"


def why_no_display(environ: Mapping[str, str] | None = None) -> str:
    """Return why no window can be shown, or an empty text if one can.

    Parameters
    ----------
    environ : mapping, optional
        The environment; that of this process if not given.
    """
    if sys.platform in ("win32", "darwin"):
        return ""
    env = os.environ if environ is None else environ
    platform = env.get("QT_QPA_PLATFORM", "").partition(":")[0].partition(";")[0]
    if platform and not platform.startswith(("xcb", "wayland")):
        return ""  # drawn into memory, into a frame buffer or sent somewhere
    names = [name for name in ("WAYLAND_DISPLAY", "DISPLAY") if env.get(name)]
    if not names:
        return "DISPLAY and WAYLAND_DISPLAY are not set"
    answers = {"WAYLAND_DISPLAY": _wayland_answers, "DISPLAY": _x_answers}
    if any(answers[name](env[name], env) for name in names):
        return ""
    found = " and ".join(f"{name} is {env[name]!r}" for name in names)
    return f"{found}, where nothing answers"


def _wayland_answers(name: str, env: Mapping[str, str]) -> bool:
    import socket  # here: reading it takes 10 ms, and Qt may not need a display

    path = os.path.join(env.get("XDG_RUNTIME_DIR", ""), name)
    return _connects(socket.AF_UNIX, path)


def _x_answers(display: str, env: Mapping[str, str]) -> bool:
    """Whether an X server listens at ``[protocol/][host]:number[.screen]``; source: X(7)."""
    del env
    parts = re.fullmatch(r"(?:\w+/)?(?P<host>.*?):(?P<number>\d+)(?:\.\d+)?", display)
    if parts is None:
        return False
    number = int(parts["number"])
    return any(_connects(*place) for place in _x_places(parts["host"].strip("[]"), number))


def _x_places(host: str, number: int) -> Iterator[tuple[int, str | tuple[str, int]]]:
    """Yield where the server may listen, in the order in which X programs try."""
    import socket

    if host in ("", "unix"):
        yield socket.AF_UNIX, f"\0{X_SOCKETS}{number}"
        yield socket.AF_UNIX, f"{X_SOCKETS}{number}"
        host = "localhost"
    yield socket.AF_INET, (host, X_PORT + number)
    if socket.has_ipv6:
        yield socket.AF_INET6, (host, X_PORT + number)


def _connects(family: int, address: str | tuple[str, int]) -> bool:
    import socket

    try:
        with socket.socket(family, socket.SOCK_STREAM) as line:
            line.settimeout(PATIENCE)
            line.connect(address)
    except (OSError, ValueError, OverflowError, UnicodeError):
        return False
    return True
