"""A module that is put off is found when it is imported, and read when something of it is used."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from types import ModuleType

import pytest

import convsim
from convsim.cli.later import read_later

# It takes a while to be read, so that threads meet in it.
TEXT = """\
import sys, time
sys.modules["told"].append(__name__)
time.sleep(0.01)
value = 3
"""


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """Return the names of the modules that were read, of two in a new package ``slow``."""
    read: list[str] = []
    monkeypatch.setitem(sys.modules, "told", read)
    package = tmp_path / "slow"
    package.mkdir()
    (package / "__init__.py").write_text("from slow import inner, other\n")
    for name in ("inner", "other"):
        (package / f"{name}.py").write_text(TEXT)
    (package / "broken.py").write_text("value = 1 / 0\n")
    monkeypatch.syspath_prepend(tmp_path)
    for name in ("slow", "slow.inner", "slow.other", "slow.broken"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return read


def test_it_is_read_when_something_of_it_is_used(told: list[str]) -> None:
    with read_later({"slow.inner": ()}):
        import slow  # type: ignore[import-not-found]
    assert told == ["slow.other"]
    assert slow.inner.value == 3
    assert told == ["slow.other", "slow.inner"]
    assert type(slow.inner) is ModuleType
    assert slow.inner is sys.modules["slow.inner"]
    with pytest.raises(AttributeError, match="nothing"):
        _ = slow.inner.nothing


def test_to_look_at_it_does_not_read_it(told: list[str]) -> None:
    with read_later({"slow.inner": ()}):
        import slow
    assert not hasattr(slow.inner, "__path__")
    assert slow.inner.__spec__.name == "slow.inner"
    assert slow.inner.__file__.endswith("inner.py")
    assert told == ["slow.other"]


def test_it_is_read_once_by_many_threads(told: list[str]) -> None:
    with read_later({"slow.inner": ()}):
        import slow
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(slow.inner.value)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [3] * 8
    assert told.count("slow.inner") == 1


def test_an_error_comes_whenever_it_is_to_be_read(told: list[str]) -> None:
    with read_later({"slow.broken": ("ask",)}):
        import slow.broken  # type: ignore[import-not-found]
    for ask in (lambda: slow.broken.value, slow.broken.ask):
        for _ in range(2):
            with pytest.raises(ZeroDivisionError):
                ask()


def test_what_is_not_there_is_not_found(told: list[str]) -> None:
    with (
        read_later({"slow.missing": ()}),
        pytest.raises(ModuleNotFoundError, match=r"slow\.missing"),
    ):
        import slow.missing  # type: ignore[import-not-found]  # noqa: F401


def test_finders_that_came_meanwhile_stay_where_they_wanted_to_be() -> None:
    before = list(sys.meta_path)
    path = sys.meta_path
    with read_later({"x": ()}):
        sys.meta_path.insert(0, "first")  # type: ignore[arg-type]
        sys.meta_path.append("last")  # type: ignore[arg-type]
    try:
        assert sys.meta_path is path
        assert path == ["first", *before, "last"]
    finally:
        path[:] = before


def test_a_function_taken_out_of_its_dictionary_reads_it(told: list[str]) -> None:
    Path(sys.path[0], "slow", "inner.py").write_text(
        "import sys\nsys.modules['told'].append(__name__)\ndef double(x): return 2 * x\n"
    )
    with read_later({"slow.inner": ("double",)}):
        import slow
    taken = vars(slow.inner)["double"]
    assert told == ["slow.other"]
    assert taken(4) == 8
    assert taken(5) == 10
    assert told == ["slow.other", "slow.inner"]
    assert slow.inner.double is not taken


def test_a_module_being_read_may_look_at_itself(told: list[str]) -> None:
    Path(sys.path[0], "slow", "inner.py").write_text(
        "import sys\nhas = hasattr(sys.modules[__name__], 'value')\nvalue = 3\n"
    )
    with read_later({"slow.inner": ()}):
        import slow
    assert (slow.inner.has, slow.inner.value) == (False, 3)


PROGRAM = """
import sys
from convsim.cli import quick
quick.begin()
from PySide6.QtCore import QObject, QPoint, QTimer
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel
from PySide6.support.signature import get_signature
print(all("__unread__" in vars(sys.modules[name]) for name in quick.UNUSED))
calls = (
    lambda: QTimer().setInterval("soon"),
    lambda: QTimer().setInterval("soon", 3, 4),
    lambda: QPoint("here"),
    lambda: QObject().setObjectName(b"x", b"y"),
    lambda: QColor.fromRgb([], {}),
    lambda: QLabel.setText.__doc__,
    lambda: get_signature(QLabel.setText),
    lambda: sys.modules["shibokensupport.signature.lib.tool"].__doc__,
    lambda: QTimer.__signature__,
    lambda: dir(sys.modules["shibokensupport.signature.lib.enum_sig"])[:0],
    lambda: QObject().no_such_name,
)
for call in calls:
    try:
        print(call())
    except Exception as error:
        print(repr(error))
"""


def _said(program: str) -> list[str]:
    here = Path(convsim.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=here,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_a_window_s_start_reads_nothing_of_it_and_qt_answers_as_ever() -> None:
    first, *quick = _said(PROGRAM)
    assert first == "True"
    plain = PROGRAM.replace("quick.begin()", "import numpy, PySide6")
    assert quick == _said(plain)[1:]
    text = "\n".join(quick)
    for said in ("Supported signatures", "takes exactly one argument", "setText(self", "no_such"):
        assert said in text
