"""Many scenes become one moving picture: a GIF, an animated WebP, or a folder of numbered PNGs.

Frames are taken, drawn and written one at a time, so a thousand of them need no more memory than
two.  The file appears when it is complete; cancelled or failed, it leaves no trace.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from convsim.formats.files import refusal, replacing, shown
from convsim.render.errors import ExportError
from convsim.render.frames import Change, changes
from convsim.render.gif import GifWriter
from convsim.render.png import write_png
from convsim.render.webp import WebpWriter

if TYPE_CHECKING:
    from convsim.figures.scene import Scene

SCREEN_DPI = 144


class Writer(Protocol):
    """What writes one kind of animation into an open file."""

    def add(self, change: Change) -> None:
        """Write the next frame."""

    def close(self) -> None:
        """Write what comes after the last frame."""


WRITERS: dict[str, Callable[[BinaryIO, int, int, float], Writer]] = {
    ".gif": GifWriter,
    ".webp": WebpWriter,
}
"""For each ending of a file name its writer: made from a file, a size and frames a second."""


class _CancelledError(Exception):
    """Unwinds what was begun when the user cancels."""


def write_animation(
    frames: Iterable[Scene],
    path: Path,
    *,
    width_px: int,
    height_px: int,
    fps: float,
    total: int | None = None,
    progress: Callable[[int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> bool:
    """Write scenes as an animation that repeats for ever; works in any thread.

    Parameters
    ----------
    frames : iterable of Scene
        May compute each scene when it is asked for.
    path : Path
        Ends in .gif or .webp, or is a folder: an existing one, or a name without an ending.
        A folder gets ``frame-0001.png`` and so on; whatever else is in it stays.
    fps : float
        Frames a second.
    total : int, optional
        The number of frames, if it is known: it decides how many digits the numbers have.
    progress : callable, optional
        Is told how many frames are done, after each of them.
    cancelled : callable, optional
        Is asked before each frame; once it says yes, everything is undone.

    Returns
    -------
    bool
        Whether the animation was written; False if it was cancelled.

    Raises
    ------
    ExportError
        If the ending is unknown, there are no frames, or the file cannot be written.
    """
    ending = path.suffix.lower()
    if not fps > 0:
        msg = f"an animation needs more than 0 frames a second; got {fps}"
        raise ExportError(msg)
    watched = _watched(frames, path, progress, cancelled)
    try:
        if path.is_dir() or not ending:
            _write_folder(watched, path, width_px, height_px, len(str(total or 0)))
        elif ending in WRITERS:
            with replacing(path) as file:
                writer = WRITERS[ending](file, width_px, height_px, fps)
                for change in changes(watched, width_px, height_px):
                    writer.add(change)
                writer.close()
        else:
            known = ", ".join(WRITERS)
            msg = (
                f"cannot write {shown(path)}: {ending} is not an animation ConvSim can write; "
                f"use {known}, or a folder for numbered PNGs"
            )
            raise ExportError(msg)
    except _CancelledError:
        return False
    return True


def _watched(
    frames: Iterable[Scene],
    path: Path,
    progress: Callable[[int], None] | None,
    cancelled: Callable[[], bool] | None,
) -> Iterator[Scene]:
    """Yield the frames, report those that are done, and stop when the user wants."""
    done = 0
    for frame in frames:
        if cancelled is not None and cancelled():
            raise _CancelledError
        yield frame
        done += 1
        if progress is not None:
            progress(done)
    if not done:
        msg = f"cannot write {shown(path)}: there are no frames; choose at least one position"
        raise ExportError(msg)


def _write_folder(
    frames: Iterable[Scene], folder: Path, width_px: int, height_px: int, digits: int
) -> None:
    """Write numbered PNGs beside each other and move them to their places at the end."""
    made = False
    part: Path | None = None
    try:
        if not folder.is_dir():
            folder.mkdir()
            made = True
        part = Path(tempfile.mkdtemp(prefix=".convsim-", suffix=".part", dir=folder))
        for count, scene in enumerate(frames, 1):
            file = part / f"frame-{count:0{max(digits, 4)}}.png"
            write_png(scene, file, width_px=width_px, height_px=height_px, dpi=SCREEN_DPI)
        for file in sorted(part.iterdir()):
            os.replace(file, folder / file.name)
        made = False
    except FileExistsError as error:
        msg = f"cannot write {shown(folder)}: it is a file; choose a folder, or end in .gif"
        raise ExportError(msg) from error
    except OSError as error:
        raise refusal(folder, error) from error
    except ExportError as error:
        # It names a file in a place of our own, which nobody knows.
        if not isinstance(error.__cause__, OSError):
            raise
        raise refusal(folder, error.__cause__) from error
    finally:
        if part is not None:
            shutil.rmtree(part, ignore_errors=True)
        if made:
            with suppress(OSError):
                folder.rmdir()
