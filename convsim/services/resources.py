"""Where the program's own pictures, fonts, icons and lessons lie.

In a checkout they are in `resources/`, beside the package; an installed copy has them inside
the package.  Nobody else needs to know: this is the only file that does.
"""

from __future__ import annotations

from pathlib import Path

from convsim.core.errors import ConvSimError

PACKAGE = Path(__file__).resolve().parents[1]
INSTALLED = PACKAGE / "_resources"
CHECKOUT = PACKAGE.parent / "resources"


class ResourceError(ConvSimError):
    """A file that belongs to the program is missing.

    Attributes
    ----------
    resource : str
        Its place inside the resources, with slashes.
    """

    def __init__(self, resource: str) -> None:
        self.resource = resource
        super().__init__(
            f"{resource}: this part of ConvSim is missing from the installation; install it again"
        )


def root() -> Path:
    """Return the folder that holds all resources.

    An installed copy never looks outside the package, where anybody could have put a folder
    called `resources`.
    """
    return INSTALLED if INSTALLED.is_dir() else CHECKOUT


def find(*parts: str) -> Path:
    """Return the place of one resource.

    Parameters
    ----------
    *parts : str
        Names from the outer folder to the file: ``find("images", "cat.png")``.

    Returns
    -------
    Path
        An existing file or folder.

    Raises
    ------
    ResourceError
        It is not there, or the parts lead out of the resources.
    """
    base = root().resolve()
    place = base.joinpath(*parts).resolve()
    if not place.is_relative_to(base) or not place.exists():
        raise ResourceError("/".join(parts))
    return place


def image(name: str) -> Path:
    """Return the place of a bundled picture, such as ``"cat.png"``."""
    return find("images", name)


def icon(name: str) -> Path:
    """Return the place of an icon, such as ``"play"``: an SVG drawing."""
    return find("icons", f"{name}.svg")


def fonts() -> tuple[Path, ...]:
    """Return the places of all bundled fonts, in the order of their names."""
    return tuple(sorted(find("fonts").glob("*.otf")))
