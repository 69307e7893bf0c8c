"""Without a display there is no window, but a lecture can be prepared all the same.

Every figure of the lecture's network, and an animation of its first steps, go into a new folder.
"""

from __future__ import annotations

import errno
import filecmp
import os
import secrets
import shutil
from pathlib import Path
from shlex import quote as quoted

from convsim.cli.drawing import placed
from convsim.cli.networks import is_onnx, onnx, project
from convsim.cli.output import warn
from convsim.cli.progress import progress
from convsim.cli.stamp import FOLDER, STAMP, folders, put_stamp
from convsim.core.errors import ConvSimError
from convsim.figures.registry import FIGURES
from convsim.formats.files import refusal
from convsim.render.export import WRITERS
from convsim.services.exporting import export_animation, export_figure, gui_application
from convsim.services.file_kinds import Kind, kind_of
from convsim.services.opening import START_PRESET, open_preset
from convsim.services.projects import is_project


def write_figures(path: Path | None, reason: str, source: str) -> list[Path]:
    """Write the figures for the lecture, on a picture, or of a project; return where they are.

    A folder that holds something else is never written to: a new one with a number is made.

    Parameters
    ----------
    path : Path or None
    reason : str
        Why there is no window.
    source : str
        What `convsim.cli.stamp.made_from` says of the picture.

    Raises
    ------
    ConvSimError
        If the picture cannot be read, or nothing can be written here.
    """
    stem, title, own = START_PRESET, repr(START_PRESET), False
    if path is not None and is_project(path):
        stem, title, own = path.stem, repr(path.name), True
        document = project(path).document
    elif path is not None and is_onnx(path):
        stem, title, own = path.stem, repr(path.name), True
        document = onnx(path, None)
    elif path is not None and kind_of(path) is Kind.DATA:
        command = f"convsim train --preset lenet5 --data {quoted(str(path))} -o net.convsim"
        raise ConvSimError(
            f"{path.name}: is a data set, and there is no display ({reason}) to open it in; "
            f"{command} learns from it"
        )
    else:
        document = open_preset(START_PRESET, path)
    warn(
        f"there is no display ({reason}), so no window; "
        f"writing the figures of {title} on {document.picture.name} instead"
    )
    for note in document.picture.notes:
        warn(f"{document.picture.name}: {note}")
    gui_application()
    document = placed(document, None, keep=own)
    trace = document.new_trace()
    wanted = [(kind, f"{stem}-{kind}{ending}") for kind in FIGURES for ending in WRITERS]
    moving = f"{stem}-step.gif"
    names = [*(file for _, file in wanted), moving]
    # Everything is made in a place of its own first, so that Ctrl+C leaves no half-filled folder.
    part = Path(f".{FOLDER}-{os.getpid()}-{secrets.token_hex(4)}.part")
    try:
        part.mkdir()
        with progress(len(names), "file") as advance:
            for done, (kind, file) in enumerate(wanted, 1):
                export_figure(document, trace, kind, part / file)
                advance(done)
            # The first row: long enough to see how it goes.
            walk = document.walk
            last = walk.cols if walk else None
            export_animation(document, trace, "step", part / moving, last=last)
        put_stamp(part, source, names)
        folder = _moved(part, names)
    except OSError as problem:
        raise refusal(Path(FOLDER), problem) from problem
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return [folder / name for name in names]


def _moved(part: Path, names: list[str]) -> Path:
    """Return the folder that the finished one became, or the one that held the same before."""
    for folder in folders():
        if folder.is_dir() and _same(part, folder, names):
            shutil.copyfile(part / STAMP, folder / STAMP)
            return folder
        if os.path.lexists(folder):
            continue
        try:
            part.rename(folder)
        except OSError as problem:
            # Somebody may have made it meanwhile.
            if problem.errno not in (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR):
                raise
        else:
            return folder
    raise AssertionError("there is always one more number")


def _same(part: Path, folder: Path, names: list[str]) -> bool:
    if {*os.listdir(folder)} - {STAMP} != {*names}:
        return False
    _, different, unreadable = filecmp.cmpfiles(part, folder, names, shallow=False)
    return not different and not unreadable
