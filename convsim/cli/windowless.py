"""Where no window can be shown, ``convsim`` sees that the lecture's figures are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convsim.cli.output import say, warn
from convsim.cli.stamp import already_made, folders, made_from
from convsim.services import resources
from convsim.services.opening import START_PRESET
from convsim.services.start_picture import CAT

if TYPE_CHECKING:
    from pathlib import Path


def figures_instead(path: Path | None, reason: str) -> int:
    """Write the figures unless this version has written them here already; print their paths.

    Parameters
    ----------
    path : Path or None
        A picture instead of the cat.
    reason : str
        Why there is no window.

    Returns
    -------
    int
        The exit status.

    Raises
    ------
    ConvSimError
        If the picture cannot be read, or nothing can be written here.
    """
    picture = path or resources.find("images", CAT)
    try:
        source = made_from(picture)
    except OSError:
        source = ""  # opening the picture says better what is wrong with it
    paths = already_made(folders(), source) if source else []
    if paths:
        warn(
            f"there is no display ({reason}), so no window; the figures of {START_PRESET!r} "
            f"on {picture.name} are here already"
        )
    else:
        # Drawing brings Qt, which takes longer than to see that nothing is to be done.
        from convsim.cli.headless import write_figures

        paths = write_figures(path, reason, source)
    for one in paths:
        say(str(one))
    return 0
