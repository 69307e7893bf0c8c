"""What the program remembers between two starts; bad or missing settings never stop it."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

from convsim.core.record import record

VERSION = 1
SLOWEST, FASTEST = 0.1, 1000.0
"""Speeds outside of these were not written by this program; a timer could not keep them."""


@record
class Settings:
    """Everything remembered; each field falls back to its default if what was read is no good.

    Attributes
    ----------
    theme : str
        ``light`` or ``dark``.
    folder : str
        Where a picture was opened last.
    export_folder : str
        Where a figure was saved last.
    project_folder : str
        Where a project was opened or saved last.
    recent : tuple of str
        Projects opened or saved last, the last one first.
    export_size, export_format : str
    speed : float
        Positions a second.
    geometry, layout : str
        The window's place and its docks, as base64 of what Qt gives.
    """

    theme: str = "light"
    folder: str = ""
    export_folder: str = ""
    project_folder: str = ""
    recent: tuple[str, ...] = ()
    export_size: str = "slide"
    export_format: str = "png"
    speed: float = 4.0
    geometry: str = ""
    layout: str = ""


def load(path: Path) -> tuple[Settings, str]:
    """Return the settings and, if they could not be read, a sentence that says so.

    A file that is no good is kept beside it as ``.bak``.
    """
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            # To read a pipe may take forever.
            raise OSError(0, "Not a file")
        data = path.read_bytes()
    except FileNotFoundError:
        return Settings(), ""
    except OSError as problem:
        return (
            Settings(),
            f"{path.name}: settings cannot be read ({problem.strerror}); using defaults",
        )
    try:
        read = json.loads(data.decode("utf-8"))
        if not isinstance(read, dict):
            raise ValueError("not an object")
    except (ValueError, RecursionError):
        _keep_bad(path)
        return (
            Settings(),
            f"{path.name}: settings were damaged; using defaults, the old file is kept",
        )
    return _merged(read), ""


def save(path: Path, settings: Settings) -> str:
    """Write the settings; return an empty text, or a sentence that says why that failed."""
    text = json.dumps({"version": VERSION, **asdict(settings)}, indent=1)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            os.replace(name, path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as problem:
        return f"settings cannot be kept: {problem.strerror}"
    return ""


def _merged(read: dict[str, Any]) -> Settings:
    """Return the defaults with every field that was read and is of the right kind."""
    settings = Settings()
    for spec in fields(Settings):
        value = read.get(spec.name)
        wanted = type(getattr(settings, spec.name))
        if wanted is float:
            value = _speed(value)
        if wanted is tuple:
            value = _texts(value)
        if isinstance(value, wanted):
            settings = replace(settings, **{spec.name: value})
    return settings


def _texts(value: Any) -> tuple[str, ...]:
    """Return the texts in a list; whatever else is in it is left out."""
    found = value if isinstance(value, list) else []
    return tuple(text for text in found if isinstance(text, str))


def _speed(value: Any) -> float | None:
    """Return a number as a speed, or None if it is none: JSON also has NaN and 1e999."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if SLOWEST <= value <= FASTEST else None


def _keep_bad(path: Path) -> None:
    try:
        os.replace(path, path.with_name(path.name + ".bak"))
    except OSError:
        return
