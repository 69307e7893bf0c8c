"""Names of parts in an archive: those that could mean two things on two systems are refused."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from convsim.formats.errors import ArchiveError

LONGEST = 200
RESERVED = {"con", "prn", "aux", "nul"} | {f"{k}{n}" for k in ("com", "lpt") for n in range(10)}
"""Names that Windows takes for devices, with any ending."""


def check_names(names: Sequence[str]) -> None:
    """Refuse names that lead elsewhere, that no system can hold, or that are equal to some systems.

    Raises
    ------
    ArchiveError
        The text names the part.
    """
    seen: dict[str, str] = {}
    for name in names:
        shown = repr(name[:60])
        steps = name.removesuffix("/").split("/")
        if name in seen.values():
            raise ArchiveError(f"holds {shown} twice; save it again")
        if "\\" in name or ":" in name or name.startswith("/") or {"", ".", ".."} & {*steps}:
            raise ArchiveError(f"holds {shown}, a name that leads out of the file")
        if len(name) > LONGEST or any(unicodedata.category(sign)[0] == "C" for sign in name):
            raise ArchiveError(f"holds {shown}, a name that cannot be a file's")
        if any(step[-1] in ". " or step.lower().split(".")[0] in RESERVED for step in steps):
            raise ArchiveError(f"holds {shown}, a name that Windows keeps for itself")
        same = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
        if same in seen:
            raise ArchiveError(
                f"holds {shown} and {seen[same][:60]!r}, which are the same name on some systems"
            )
        seen[same] = name
