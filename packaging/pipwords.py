"""Says in one sentence why pip failed."""

from __future__ import annotations

import re

_NO_NETWORK = re.compile(
    r"NewConnectionError|NameResolutionError|Temporary failure in name resolution"
    r"|Name or service not known|Connection (refused|reset|aborted|broken)|getaddrinfo failed"
    r"|Network is unreachable|No route to host|ConnectTimeout|ReadTimeout|timed out|ProxyError"
    r"|Failed to establish a new connection",
    re.IGNORECASE,
)
_COLLECTING = re.compile(r"^\s*(?:Collecting|Downloading|Using cached) (\S+)")
_WANTED = re.compile(r"(?:satisfies the requirement|No matching distribution found for) (\S+)")
_EXCEPTION = re.compile(r"^\s*\w+Error: (.+)$", re.MULTILINE)
_ERROR = re.compile(r"^\s*(?:ERROR|error): (.+)$", re.MULTILINE)
_MISMATCH = re.compile(r"^\s+(\S+==\S+) from .*:$", re.MULTILINE)


def package_of(line: str) -> str | None:
    """Return the package that a line of pip's output is about, or None."""
    if line.startswith("Installing collected"):
        return "unpacking"
    match = _COLLECTING.match(line)
    if not match or "/" in match[1] or "\\" in match[1]:
        return None
    file = match[1].partition(".whl")
    return re.split("-" if file[1] else r"[=<>;\[]", file[0], maxsplit=1)[0]


def not_to_be_had(output: str) -> str | None:
    """Return the package that the index, which answered, does not have; None if that is not it."""
    wanted = _WANTED.search(output)
    return wanted[1] if wanted and not _NO_NETWORK.search(output) else None


def explain(output: str) -> str:
    """Return the reason in pip's `output`, without the addresses in it."""
    wanted = _WANTED.search(output)
    names = [name for line in output.splitlines() if (name := package_of(line))]
    about = wanted[1] if wanted else names[-1] if names else "the packages"
    if "DO NOT MATCH THE HASHES" in output:
        mismatch = _MISMATCH.search(output)
        name = mismatch[1] if mismatch else about
        return f"what was downloaded for {name} is not what the lock file names (wrong hash)"
    if _NO_NETWORK.search(output):
        return f"{about} could not be downloaded; is there a network?"
    if "No space left on device" in output:
        return "the disk is full"
    if wanted:
        return f"there is no {about} for this system and this Python"
    errors = _EXCEPTION.findall(output) or _ERROR.findall(output)
    return str(errors[0]) if errors else "pip failed without saying why"
