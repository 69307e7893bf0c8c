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
    "lock-torch-index.txt": PROJECT["dependency-groups"]["torch"],
}


def entries(path: Path) -> list[relock.Entry]:
    """Return what the lock file at `path` holds."""
    return relock.read_lock(path.read_text("utf-8"))


def test_every_lock_file_is_installed_by_someone() -> None:
    installed = {name for sets in GROUPS.values() for names in sets for name in names}
    assert {path.name for path in LOCKS} == installed


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_every_package_has_a_version_and_hashes(path: Path) -> None:
    assert entries(path)
    for entry in entries(path):
        requirement = Requirement(entry.requirement)
        assert re.fullmatch(r"==[\w.+]+", str(requirement.specifier)), entry.requirement
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
    """But PyTorch is, in two builds of which one is chosen."""
    names = [entry.name for path in LOCKS for entry in entries(path)]
    assert [name for name in names if names.count(name) > 1] == ["torch", "torch"]


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


def test_cuda_comes_with_the_build_that_needs_it() -> None:
    plain, cpu, index = (
        [e.name for e in entries(relock.LOCKS / f"lock-torch{part}.txt")]
        for part in ("", "-cpu", "-index")
    )
    assert not any(relock.CUDA.match(name) for name in plain + cpu)
    assert cpu == ["torch"]
    assert [name for name in index if not relock.CUDA.match(name)] == ["torch"]


def test_comments_and_options_are_not_packages() -> None:
    text = (
        "# a comment\n--index-url somewhere\nnumpy==2.4.6 ; sys_platform == 'linux' \\\n"
        "    --hash=sha256:bb \\\n    --hash=sha256:aa\n    # via somebody\n"
    )
    entry = relock.Entry("numpy==2.4.6 ; sys_platform == 'linux'", ("sha256:aa", "sha256:bb"))
    assert relock.read_lock(text) == [entry]
    assert entry.name == "numpy"


def test_a_local_build_of_pytorch_is_locked(tmp_path: Path) -> None:
    wheel = tmp_path / "torch-2.13.0+cpu-cp311-cp311-linux_x86_64.whl"
    wheel.write_bytes(b"wheel")
    (entry,) = relock.local_torch([wheel], "torch==2.13.0")
    assert entry.requirement == "torch==2.13.0+cpu"
    assert len(entry.hashes) == 1


def test_a_local_build_is_kept_for_its_version_only() -> None:
    locked = entries(relock.LOCKS / "lock-torch-cpu.txt")
    assert relock.local_torch([], locked[0].requirement.partition("+")[0]) == locked
    assert relock.local_torch([], "torch==9") == []
