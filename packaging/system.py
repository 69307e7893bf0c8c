"""Finds what the operating system lacks before something fails for want of it.

A Qt wheel brings Qt, but not the libraries of the window system. Without them the program would
end with a message about a plugin that helps nobody.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import re
import shutil
import sys
from typing import TYPE_CHECKING

from console import Progress, SetupError, run_quietly, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# Library file -> Debian's package. Read off the NEEDED entries of PySide6-Essentials 6.11.3.
QT = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfreetype.so.6": "libfreetype6",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libX11.so.6": "libx11-6",
}
WINDOW = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
# Program -> Debian's package: a virtual screen, keys and clicks, other renderers of SVG and PDF.
TEST_PROGRAMS = {
    "Xvfb": "xvfb",
    "xauth": "xauth",
    "xdotool": "xdotool",
    "rsvg-convert": "librsvg2-bin",
    "pdftotext": "poppler-utils",
}
_NO_NETWORK = re.compile("Temporary failure resolving|Could not (resolve|connect)|Failed to fetch")
# Debian splits off the part of Python that puts pip into a new environment.
PIP_MAKER = "ensurepip"


def loadable(library: str) -> bool:
    """Return whether the system's loader finds and accepts `library`."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def present(name: str) -> bool:
    """Return whether a library, a program or the maker of pip is there."""
    if name == PIP_MAKER:
        importlib.invalidate_caches()
        return importlib.util.find_spec(name) is not None
    return loadable(name) if ".so." in name else shutil.which(name) is not None


def needs_xcb(env: Mapping[str, str]) -> bool:
    """Return whether a window would be opened through X11: Wayland's desktops have their own."""
    platform = env.get("QT_QPA_PLATFORM")
    if platform:
        return platform.startswith("xcb")
    return bool(env.get("DISPLAY")) and not env.get("WAYLAND_DISPLAY")


def missing(*, window: bool = False, tests: bool = False, venv: bool = False) -> dict[str, str]:
    """Return what is not installed, as a mapping from its name to Debian's package.

    Parameters
    ----------
    window
        Look for the libraries of a real X11 window too.
    tests
        Look for the programs that tests start too.
    venv
        Look for what makes a Python environment too.
    """
    if sys.platform != "linux":
        return {}
    wanted = {**QT, **(WINDOW if window else {}), **(TEST_PROGRAMS if tests else {})}
    if venv and sys.base_prefix == "/usr":  # another Python is not mended by Debian's package
        wanted[PIP_MAKER] = "python{}.{}-venv".format(*sys.version_info)
    return {name: package for name, package in wanted.items() if not present(name)}


def may_install() -> bool:
    """Return whether this user can install Debian packages without being asked anything."""
    return shutil.which("apt-get") is not None and hasattr(os, "geteuid") and os.geteuid() == 0


def advice(gone: Mapping[str, str]) -> str:
    """Return the one command to type, or what to look for where there is no apt."""
    if not shutil.which("apt-get"):
        return "Please install the packages of your system that hold these."
    packages = " ".join(sorted(set(gone.values())))
    sudo = "" if may_install() else "sudo "
    install = f"{sudo}apt-get install -y --no-install-recommends {packages}"
    return f"To install it, type:\n  {sudo}apt-get update && {install}"


def install(packages: Iterable[str], progress: Progress) -> None:
    """Install Debian packages as root.

    Raises
    ------
    SetupError
        If apt-get fails; the message has its last words.
    """
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    apt = ("apt-get", "-q", "-o", "DPkg::Lock::Timeout=120")

    def note(line: str) -> str | None:
        words = line.split()
        return " ".join(words[:2]) if words and words[0] in ("Unpacking", "Setting") else None

    # An old list would name packages that the mirror no longer has; a failed update may still do.
    _, update_text = run_quietly([*apt, "update"], env, progress)
    names = sorted(set(packages))
    command = [*apt, "install", "-y", "--no-install-recommends"]
    status, text = run_quietly([*command, *names], env, progress, note)
    if status:
        names = [_renamed(name, env) for name in names]
        status, text = run_quietly([*command, *names], env, progress, note)
    if status:
        raise SetupError(
            f"apt-get could not install {' '.join(names)}: {_reason(text, update_text)}"
        )


def _reason(text: str, update_text: str) -> str:
    """Return why apt-get failed, from what it printed."""
    if _NO_NETWORK.search(text) or ("Unable to locate" in text and _NO_NETWORK.search(update_text)):
        return "the packages could not be downloaded; is there a network?"
    said = [line for line in text.splitlines() if line.startswith("E: ")]
    return said[0].removeprefix("E: ") if said else "it did not say why"


def _renamed(package: str, env: dict[str, str]) -> str:
    """Return the name under which Debian 13 and Ubuntu 24.04 have `package`, if they renamed it."""
    for name in (package, package + "t64"):
        _, text = run_quietly(["apt-cache", "policy", name], env)
        if "Candidate:" in text and "Candidate: (none)" not in text:
            return name
    return package


def provide(gone: Mapping[str, str], progress: Progress) -> dict[str, str]:
    """Install what is missing if that can be done; return what is still missing after it."""
    packages = sorted(set(gone.values()))
    try:
        with progress.step(f"Installing {len(packages)} system packages (first time only)"):
            install(packages, progress)
    except SetupError as error:
        say(str(error))
    return {name: package for name, package in gone.items() if not present(name)}
