"""Writes the lock files anew: every package with its version and hashes, and no addresses.

Run it after changing a dependency in pyproject.toml: ``python3 packaging/relock.py``. It makes a
throw-away environment with uv, which resolves for all systems and Python versions at once.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "packaging"
HEADER = "# Names, versions and hashes of {what}. Made by packaging/relock.py.\n"

# Held back for a reason, for all Python versions: 6.12.0 aborts on Python 3.11 (see
# pyproject.toml), and pictures are compared with a tolerance that fits one version of Qt.
PINS = ("PySide6-Essentials==6.11.3",)

# What only the CUDA build of PyTorch needs.
CUDA = re.compile(r"(nvidia|cuda|triton)\b")


class Entry(NamedTuple):
    """One locked package: ``numpy==2.4.6 ; marker`` and its hashes."""

    requirement: str
    hashes: tuple[str, ...]

    @property
    def name(self) -> str:
        """The package's name alone."""
        return re.split(r"[=\s;\[]", self.requirement, maxsplit=1)[0]

    def text(self) -> str:
        """Return the lines of the lock file."""
        lines = [self.requirement, *(f"    --hash={value}" for value in self.hashes)]
        return " \\\n".join(lines) + "\n"


def read_lock(text: str) -> list[Entry]:
    """Return the packages in the text of a lock file; comments and options are dropped."""
    entries = []
    for line in text.replace("\\\n", " ").splitlines():
        words = line.partition("#")[0].split()
        if words and not words[0].startswith("-"):
            hashes = sorted(w.removeprefix("--hash=") for w in words if w.startswith("--hash="))
            requirement = " ".join(w for w in words if not w.startswith("--hash="))
            entries.append(Entry(requirement, tuple(hashes)))
    return entries


def write_lock(path: Path, what: str, entries: list[Entry]) -> None:
    """Write `entries` to `path`, with a comment that says `what` they are."""
    path.write_text(
        HEADER.format(what=what) + "".join(entry.text() for entry in entries), encoding="utf-8"
    )
    print(f"{path.name}: {len(entries)} packages")


class Resolver:
    """Asks uv which versions fit together, keeping the locked ones unless told to upgrade."""

    def __init__(self, folder: Path, *, upgrade: bool) -> None:
        self.folder = folder
        self.upgrade = upgrade
        print("Installing uv in a throw-away environment …", flush=True)
        venv.create(folder / "uv", with_pip=True)
        scripts = folder / "uv" / ("Scripts" if sys.platform == "win32" else "bin")
        self.python = scripts / "python"
        subprocess.run([self.python, "-m", "pip", "install", "--quiet", "uv"], check=True)

    def resolve(self, sources: list[str], constraints: list[Path]) -> list[Entry]:
        """Return all packages that `sources` (arguments for uv) need.

        Parameters
        ----------
        sources
            ``["pyproject.toml"]``, or ``["--group", "dev"]``.
        constraints
            Lock files that are already written: their versions are kept, their packages left out.
        """
        pins = self.folder / "pins.txt"
        pins.write_text("\n".join(PINS), encoding="utf-8")
        output = self.folder / "output.txt"
        files = [path for path in LOCKS.glob("lock*.txt") if path.name != "lock-torch-cpu.txt"]
        locked = "".join(path.read_text(encoding="utf-8") for path in files)
        output.write_text("" if self.upgrade else locked, encoding="utf-8")
        command = [str(self.python), "-m", "uv", "pip", "compile", "--quiet", "--universal"]
        command += ["--python-version", "3.11", "--fork-strategy", "fewest", "--generate-hashes"]
        command += ["--only-binary", ":all:", "--no-header", "--no-annotate"]
        command += ["--no-emit-index-url", "--no-emit-find-links", *sources]
        for path in (pins, *constraints):
            command += ["--constraints", str(path)]
        subprocess.run([*command, "--output-file", str(output)], check=True, cwd=ROOT)
        known = {e.name for path in constraints for e in read_lock(path.read_text("utf-8"))}
        entries = read_lock(output.read_text(encoding="utf-8"))
        return [entry for entry in entries if entry.name not in known]


def local_torch(wheels: list[Path], requirement: str) -> list[Entry]:
    """Return local builds of PyTorch: those in `wheels`, or else those that were locked before.

    Parameters
    ----------
    wheels
        Files such as ``torch-2.13.0+cpu-cp311-cp311-linux_x86_64.whl``.
    requirement
        Such as ``torch==2.13.0``; a build that was locked for another version is dropped.
    """
    hashes: dict[str, set[str]] = {}
    for path in wheels:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        hashes.setdefault(f"torch=={path.name.split('-')[1]}", set()).add(f"sha256:{digest}")
    if wheels:
        return [Entry(name, tuple(sorted(values))) for name, values in sorted(hashes.items())]
    before = (LOCKS / "lock-torch-cpu.txt").read_text(encoding="utf-8")
    return [e for e in read_lock(before) if e.requirement.startswith(f"{requirement}+")]


def main() -> None:
    """Write all lock files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--upgrade", action="store_true", help="take the newest fitting versions")
    parser.add_argument(
        "--torch-wheel",
        type=Path,
        action="append",
        default=[],
        help="a build of PyTorch for the CPU that is not in the index, to be preferred to its own",
    )
    options = parser.parse_args()
    runtime, build, dev = (LOCKS / f"lock{part}.txt" for part in ("", "-build", "-dev"))
    with tempfile.TemporaryDirectory() as name:
        resolver = Resolver(Path(name), upgrade=options.upgrade)
        write_lock(runtime, "what the program needs", resolver.resolve(["pyproject.toml"], []))
        found = resolver.resolve(["--group", "build"], [runtime])
        write_lock(build, "what installing the program needs", found)
        found = resolver.resolve(["--group", "dev"], [runtime, build])
        write_lock(dev, "the developers' tools", found)
        found = resolver.resolve(["--group", "torch"], [runtime, build, dev])
    torch = [entry for entry in found if entry.name == "torch"]
    cuda = [entry for entry in found if CUDA.match(entry.name)]
    rest = [entry for entry in found if entry not in torch and entry not in cuda]
    local = local_torch(options.torch_wheel, torch[0].requirement)
    write_lock(LOCKS / "lock-torch.txt", "what every build of PyTorch needs", rest)
    write_lock(LOCKS / "lock-torch-cpu.txt", "a PyTorch without CUDA", local)
    write_lock(LOCKS / "lock-torch-index.txt", "the index's PyTorch, with CUDA", torch + cuda)


if __name__ == "__main__":
    main()
