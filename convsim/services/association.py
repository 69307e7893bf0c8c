"""Project files open with a double click: what a Linux desktop needs to know for that.

A desktop entry says how the program is started, and a MIME package which files are its own.  Both
are written into the person's own folders, and only when that is asked for.

Sources: freedesktop.org's Desktop Entry, Shared MIME-info and MIME Applications specifications.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from xml.sax.saxutils import quoteattr

from convsim.formats.errors import ExportError
from convsim.formats.files import put, refusal
from convsim.services import resources
from convsim.services.projects import SUFFIX

MIME = "application/x-convsim"
ENTRY = "convsim.desktop"
DEFAULTS = "[Default Applications]"
LONGEST_WAIT = 20.0
"""Seconds for a tool that works out a data base anew."""


def associate() -> tuple[list[Path], list[str]]:
    """Write what the desktop needs; return the files, and what a person should know.

    Raises
    ------
    ExportError
        If this is no Linux desktop, or a file cannot be written.
    """
    _need_linux()
    data, config = _home("XDG_DATA_HOME", ".local/share"), _home("XDG_CONFIG_HOME", ".config")
    icon = resources.find("icons", "convsim.svg").read_bytes()
    contents = {
        data / "applications" / ENTRY: desktop_entry(command()).encode(),
        data / "mime" / "packages" / "convsim.xml": mime_package().encode(),
        data / "icons/hicolor/scalable/apps/convsim.svg": icon,
        data / "icons/hicolor/scalable/mimetypes" / f"{MIME.replace('/', '-')}.svg": icon,
    }
    for path, content in contents.items():
        _write(path, content)
    listed = config / "mimeapps.list"
    text = listed.read_text("utf-8") if listed.is_file() else ""
    _write(listed, with_default(text).encode())
    return [*contents, listed], _refresh(data)


def dissociate() -> tuple[list[Path], list[str]]:
    """Remove what `associate` wrote; return the files, and what a person should know.

    Raises
    ------
    ExportError
        If this is no Linux desktop, or a file cannot be changed.
    """
    _need_linux()
    data, config = _home("XDG_DATA_HOME", ".local/share"), _home("XDG_CONFIG_HOME", ".config")
    paths = [
        data / "applications" / ENTRY,
        data / "mime" / "packages" / "convsim.xml",
        data / "icons/hicolor/scalable/apps/convsim.svg",
        data / "icons/hicolor/scalable/mimetypes" / f"{MIME.replace('/', '-')}.svg",
    ]
    gone = []
    for path in paths:
        try:
            path.unlink()
            gone.append(path)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise refusal(path, error) from error
    listed = config / "mimeapps.list"
    text = listed.read_text("utf-8") if listed.is_file() else ""
    if without_default(text) != text:
        _write(listed, without_default(text).encode())
        gone.append(listed)
    return gone, _refresh(data) if gone else []


def command() -> list[str]:
    """Return how this program is started, as it runs now."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    return [sys.executable, "-P", "-m", "convsim"]


def desktop_entry(start: list[str]) -> str:
    """Return the desktop entry that starts the program on a file."""
    return "\n".join(
        (
            "[Desktop Entry]",
            "Type=Application",
            "Name=ConvSim",
            "GenericName=Convolutional network viewer",
            "Comment=See how a convolutional network works, one multiplication at a time",
            f"Exec={' '.join(quoted(part) for part in start)} %f",
            "Icon=convsim",
            "Terminal=false",
            "Categories=Education;Science;",
            f"MimeType={MIME};",
            "StartupWMClass=convsim",
            "",
        )
    )


def quoted(part: str) -> str:
    r"""Return an argument as an Exec line has it.

    >>> quoted("/home/me/my $5 folder/python")
    '"/home/me/my \\\\$5 folder/python"'
    """
    text = part.replace("%", "%%")
    if not any(sign in text for sign in " \t\n\"'\\><~|&;$*?#()`"):
        return text
    for sign in '\\"`$':
        text = text.replace(sign, f"\\{sign}")
    # The value is a string first, in which a backslash is written twice.
    return '"' + text.replace("\\", "\\\\") + '"'


def mime_package() -> str:
    """Return what says which files are projects."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">\n'
        f"  <mime-type type={quoteattr(MIME)}>\n"
        "    <comment>ConvSim project</comment>\n"
        '    <sub-class-of type="application/zip"/>\n'
        f"    <glob pattern={quoteattr('*' + SUFFIX)}/>\n"
        "  </mime-type>\n"
        "</mime-info>\n"
    )


def with_default(text: str) -> str:
    """Return the list of chosen programs with this one for projects; other lines stay."""
    lines = without_default(text).splitlines()
    wanted = f"{MIME}={ENTRY}"
    if DEFAULTS in lines:
        lines.insert(lines.index(DEFAULTS) + 1, wanted)
    else:
        lines += [*([""] if lines else []), DEFAULTS, wanted]
    return "\n".join(lines) + "\n"


def without_default(text: str) -> str:
    """Return the list without this program; other lines stay."""
    return "".join(
        line for line in text.splitlines(keepends=True) if line.strip() != f"{MIME}={ENTRY}"
    )


def _home(variable: str, usual: str) -> Path:
    given = os.environ.get(variable, "")
    # Relative ones are to be ignored, says the specification.
    return Path(given) if os.path.isabs(given) else Path.home() / usual


def _need_linux() -> None:
    if sys.platform != "linux":
        raise ExportError(
            f"file types are associated on Linux only, and this is {sys.platform}; "
            f"open a {SUFFIX} file with “Open with” there and choose ConvSim"
        )


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refusal(path, error) from error
    put(path, content)


def _refresh(data: Path) -> list[str]:
    """Let the desktop read what is new; return what could not be done."""
    missing = []
    for tool, folder in (
        ("update-mime-database", data / "mime"),
        ("update-desktop-database", data / "applications"),
    ):
        found = shutil.which(tool)
        done = found is not None and folder.is_dir() and _ran([found, str(folder)])
        if not done and tool == "update-mime-database":
            missing.append(
                f"{tool} is missing or failed, so {SUFFIX} files are not known yet; "
                "install the package shared-mime-info, then run this again"
            )
    return missing


def _ran(arguments: list[str]) -> bool:
    try:
        done = subprocess.run(arguments, capture_output=True, timeout=LONGEST_WAIT, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
