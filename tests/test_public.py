"""The short names for notebooks are complete, explained, and cost nothing until they are used."""

from __future__ import annotations

import inspect
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import convsim
from convsim import init, layers, losses, optim

if TYPE_CHECKING:
    from types import ModuleType

MODULES = [init, layers, losses, optim]


def test_every_name_is_there_and_explained():
    assert sorted(convsim._PLACES) == [n for n in convsim.__all__ if n != "__version__"]
    assert set(convsim.__all__) <= set(dir(convsim))
    for name in convsim._PLACES:
        assert inspect.getdoc(getattr(convsim, name)), name


def test_another_name_is_refused_as_python_does():
    with pytest.raises(AttributeError, match="module 'convsim' has no attribute 'torch'"):
        convsim.torch  # type: ignore[attr-defined]  # noqa: B018


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_a_module_names_all_that_it_has(module: ModuleType):
    assert len(set(module.__all__)) == len(module.__all__)
    for name in module.__all__:
        assert hasattr(module, name), name
    own = {
        name
        for name, thing in vars(module).items()
        if not name.startswith("_")
        and (inspect.isclass(thing) or inspect.isfunction(thing))
        and thing.__module__.startswith(module.__name__)
    }
    helpers = {"check_labels", "class_count"}
    assert own - set(module.__all__) <= helpers


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_all_that_is_named_is_explained_down_to_its_methods(module: ModuleType):
    for name in module.__all__:
        thing = getattr(module, name)
        if not (inspect.isclass(thing) and thing.__module__.startswith("convsim")):
            continue
        assert thing.__doc__, name
        for method, function in vars(thing).items():
            if inspect.isfunction(function) and not method.startswith("_"):
                assert function.__doc__, f"{name}.{method}"


def test_importing_the_package_loads_nothing():
    code = (
        "import sys, convsim\n"
        "print([m for m in sys.modules if m.startswith(('numpy', 'convsim.'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
