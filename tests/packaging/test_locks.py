"""The lock files hold names, versions and hashes of everything that is needed, and no addresses."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

import pytest
import relock
from environment import GROUPS
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from pathlib import Path

LOCKS = sorted(relock.LOCKS.glob("lock*.txt"))
PROJECT = tomllib.loads((relock.ROOT / "pyproject.toml").read_text("utf-8"))
WANTED = {
    "lock.txt": PROJECT["project"]["dependencies"],
    "lock-build.txt": PROJECT["build-system"]["requires"],
    "lock-dev.txt": PROJECT["dependency-groups"]["dev"],
    "lock-torch.txt": PROJECT["dependency-groups"]["torch"],
}


def entries(path: Path) -> list[relock.Entry]:
    """Return what the lock file at `path` holds."""
    return relock.read_lock(path.read_text("utf-8"))


def test_every_lock_file_is_installed_by_someone() -> None:
    assert {path.name for path in LOCKS} == {name for names in GROUPS.values() for name in names}


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_every_package_has_a_version_and_hashes(path: Path) -> None:
    assert entries(path)
    for entry in entries(path):
        requirement = Requirement(entry.requirement)
        assert re.fullmatch(r"==[\w.]+", str(requirement.specifier)), entry.requirement
        assert requirement.url is None
        assert entry.hashes
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", value) for value in entry.hashes)


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_no_addresses_and_no_options(path: Path) -> None:
    text = path.read_text("utf-8")
    assert "//" not in text
    assert "@" not in text
    assert not re.search(r"^-", text, re.MULTILINE)


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_writing_it_again_changes_nothing(path: Path) -> None:
    header, _, rest = path.read_text("utf-8").partition("\n")
    assert header.startswith("# Names, versions and hashes of ")
    assert "".join(entry.text() for entry in entries(path)) == rest


def test_no_package_is_locked_twice() -> None:
    names = [entry.name for path in LOCKS for entry in entries(path)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", WANTED)
def test_what_pyproject_asks_for_is_locked(name: str) -> None:
    """A package that an earlier lock holds is not locked again, so all of them are looked at."""
    locked = {
        canonicalize_name(e.name): Requirement(e.requirement) for p in LOCKS for e in entries(p)
    }
    for text in WANTED[name]:
        wanted = Requirement(text)
        entry = locked[canonicalize_name(wanted.name)]
        version = str(entry.specifier).removeprefix("==")
        assert wanted.specifier.contains(version), f"{text} is locked at {version}"


def test_a_clean_version_of_qt_is_locked() -> None:
    """6.12.0 loses references on Python 3.11; see test_qt.py."""
    requirements = {e.requirement for e in entries(relock.LOCKS / "lock.txt")}
    assert {"pyside6-essentials==6.11.3", "shiboken6==6.11.3"} <= requirements


def test_cuda_has_a_lock_of_its_own() -> None:
    cuda = {e.name for e in entries(relock.LOCKS / "lock-torch-cuda.txt")}
    plain = {e.name for e in entries(relock.LOCKS / "lock-torch.txt")}
    assert all(relock.CUDA.match(name) for name in cuda)
    assert not any(relock.CUDA.match(name) for name in plain)
    assert "torch" in plain


def test_comments_and_options_are_not_packages() -> None:
    text = (
        "# a comment\n--index-url somewhere\nnumpy==2.4.6 ; sys_platform == 'linux' \\\n"
        "    --hash=sha256:bb \\\n    --hash=sha256:aa\n    # via somebody\n"
    )
    entry = relock.Entry("numpy==2.4.6 ; sys_platform == 'linux'", ("sha256:aa", "sha256:bb"))
    assert relock.read_lock(text) == [entry]
    assert entry.name == "numpy"


def test_a_local_build_of_pytorch_is_accepted_too(tmp_path: Path) -> None:
    wheel = tmp_path / "torch.whl"
    wheel.write_bytes(b"wheel")
    locked = next(e for e in entries(relock.LOCKS / "lock-torch.txt") if e.name == "torch")
    hashes = relock.torch_hashes([wheel], locked.requirement)
    assert hashes > set(locked.hashes)
    assert len(relock.torch_hashes([wheel], "torch==9")) == 1
