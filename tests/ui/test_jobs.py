"""Long work runs beside the window, says how far it is, and can be cancelled."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QWidget

from convsim.core.errors import ConvSimError
from convsim.ui.jobs import Job

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


def test_the_result_comes_back(parent: QWidget, qtbot: QtBot) -> None:
    def work(progress: Callable[[int], None], _cancelled: Callable[[], bool]) -> str:
        progress(2)
        return "done"

    job = Job("Counting", 3, work, parent)
    results: list[object] = []
    job.done.connect(results.append)
    with qtbot.waitSignal(job.ended):
        job.start()
    assert results == ["done"]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ConvSimError("cat.png: is empty"), "cat.png: is empty"),
        (MemoryError(), "not enough memory"),
        (OSError(28, "No space left on device", "a.gif"), "a.gif: No space left on device"),
    ],
)
def test_what_goes_wrong_is_said(
    parent: QWidget, qtbot: QtBot, error: Exception, said: str
) -> None:
    def work(_progress: Callable[[int], None], _cancelled: Callable[[], bool]) -> None:
        raise error

    job = Job("Failing", 0, work, parent)
    texts: list[str] = []
    job.failed.connect(texts.append)
    with qtbot.waitSignal(job.ended):
        job.start()
    assert len(texts) == 1
    assert said in texts[0]


def test_a_cancelled_job_says_nothing_more(parent: QWidget, qtbot: QtBot) -> None:
    begun, go_on = Event(), Event()
    results: list[object] = []

    def work(_progress: Callable[[int], None], cancelled: Callable[[], bool]) -> str:
        begun.set()
        assert go_on.wait(10)
        return "cancelled" if cancelled() else "finished"

    job = Job("Waiting", 0, work, parent)
    job.done.connect(results.append)
    job.start()
    assert begun.wait(10)
    job.cancel()
    with qtbot.waitSignal(job.ended):
        go_on.set()
    assert results == []


def test_work_that_learns_on_the_way_how_much_there_is_says_so(
    parent: QWidget, qtbot: QtBot
) -> None:
    go_on = Event()

    def work(progress: Callable[..., None], _cancelled: Callable[[], bool]) -> None:
        progress(3, 24)
        go_on.wait()

    job = Job("Reading", 0, work, parent)
    job.start()
    bar = job._dialog
    qtbot.waitUntil(lambda: (bar.value(), bar.maximum()) == (3, 24))
    with qtbot.waitSignal(job.ended):
        go_on.set()
