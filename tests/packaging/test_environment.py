"""The folder ``.venv`` is used again while it fits, and only a real environment is removed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import environment
import pytest
from console import SetupError
from environment import PROJECT, Environment

if TYPE_CHECKING:
    from pathlib import Path

    from tests.packaging.conftest import Programs


@pytest.fixture
def made(programs: Programs) -> Environment:
    """Return an environment that was set up."""
    programs.make()
    env = programs.env
    (env.site / "numpy-2.4.6.dist-info").mkdir()
    (env.site / "pip-1.dist-info").mkdir()
    env.write_state({"program": env.stamp("program"), PROJECT: env.stamp(PROJECT)})
    return env


def test_what_is_recorded_is_read_back(made: Environment) -> None:
    assert made.outdated(["program", PROJECT]) == []
    assert made.outdated(["program", "dev"]) == ["dev"]
    assert made.usable()


def test_nothing_there(checkout: Path) -> None:
    env = Environment(checkout)
    assert env.state() is None
    assert not env.usable()
    assert env.outdated(["program"]) == ["program"]
    assert env.packages() == []
    env.empty()


def test_another_python(made: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "PYTHON", "3.12")
    assert not made.usable()


def test_a_checkout_that_was_moved(made: Environment, checkout: Path) -> None:
    moved = Environment(checkout.rename(checkout.with_name("moved")))
    assert moved.record.exists()
    assert not moved.usable()


def test_a_python_that_is_gone(made: Environment) -> None:
    made.python.unlink()
    made.python.symlink_to("no-such-python")
    assert not made.usable()


def test_a_package_that_was_removed_is_missed(made: Environment) -> None:
    (made.site / "numpy-2.4.6.dist-info").rmdir()
    assert made.outdated(["program"]) == ["program"]
    assert made.usable()


def test_another_pip_is_none_of_our_business(made: Environment) -> None:
    (made.site / "pip-1.dist-info").rename(made.site / "pip-2.dist-info")
    assert made.outdated(["program"]) == []


@pytest.mark.parametrize("text", ["", "[]", '{"python": "3.11"}', '{"colour": 1}', "\0"])
def test_a_damaged_record(made: Environment, text: str) -> None:
    made.record.write_text(text, encoding="utf-8")
    assert made.state() is None
    assert not made.usable()


def test_an_environment_made_by_hand_is_kept(programs: Programs) -> None:
    programs.make()
    assert programs.env.usable()
    programs.fails["probe"] = "No module named pip"
    assert not programs.env.usable()


@pytest.mark.parametrize("mark", ["pyvenv.cfg", "convsim-setup-unfinished"])
def test_an_environment_is_emptied(checkout: Path, mark: str) -> None:
    env = Environment(checkout)
    outside = checkout / "outside"
    outside.mkdir()
    env.python.parent.mkdir(parents=True)
    env.python.touch()
    (env.folder / mark).touch()
    (env.folder / "lib64").symlink_to(outside)
    env.empty()
    assert os.listdir(env.folder) == []
    assert outside.exists()


def test_something_else_is_left_alone(checkout: Path) -> None:
    env = Environment(checkout)
    env.folder.mkdir()
    env.empty()
    (env.folder / "thesis.txt").touch()
    with pytest.raises(SetupError, match="is no Python environment"):
        env.empty()
    assert (env.folder / "thesis.txt").exists()


def test_a_file_in_its_place(checkout: Path) -> None:
    env = Environment(checkout)
    env.folder.touch()
    with pytest.raises(SetupError, match="is not a folder"):
        env.empty()
