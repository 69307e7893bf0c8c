"""After a crash the window offers what was kept, with a picture of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from convsim.services.recovery import Recovery
from convsim.ui.recovery_dialog import RecoveryDialog
from tests.formats.projects import assert_same
from tests.services.test_recovery import DOCUMENT, crash, files
from tests.ui.answers import answers

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from tests.ui.conftest import Opener


@pytest.fixture
def folder(settings_path: Path) -> Path:
    """Return the folder of copies of the test's windows."""
    return settings_path.parent / "recovery"


def test_the_dialog_shows_what_each_copy_holds(qtbot: QtBot, folder: Path) -> None:
    crash(folder, "grid-stride-1", "lenet5")
    copies = Recovery(folder).offered()
    copies[1].path.write_bytes(b"PK")
    dialog = RecoveryDialog(copies)
    qtbot.addWidget(dialog)
    texts = [dialog.list.item(row).text().splitlines() for row in range(2)]
    assert texts[0][0] == "lenet5"
    assert texts[0][1].startswith("lenet5.convsim · ")
    assert texts[0][2:] == [
        "13 layers on 28×28×1", "conv1, relu1, pool1, conv2, relu2, pool2 …",
    ]  # fmt: skip
    assert not dialog.list.item(0).icon().isNull()
    assert "is not a project" in texts[1][2]
    for copy in copies:
        copy.dismiss()


def test_what_is_opened_has_no_file_and_is_kept_until_it_is_saved(
    open_window: Opener, folder: Path
) -> None:
    crash(folder, "grid-stride-1")
    window = open_window()
    with answers("Open"):
        window.projects.offer_recovered()
    assert_same(window.context.document, DOCUMENT)
    assert window.projects.path is None
    assert window.isWindowModified()
    assert len(files(folder)) == 3
    window.context.store.undo_stack.setClean()
    assert files(folder) == []


def test_what_is_opened_and_not_wanted_is_dropped(open_window: Opener, folder: Path) -> None:
    crash(folder, "grid-stride-1")
    window = open_window()
    with answers("Open", "Discard"):
        window.projects.offer_recovered()
        window.close()
    # It is offered no more; for a while File > Open Recent still has it.
    assert files(folder) == ["discarded"]


def test_later_offers_it_again_and_dismiss_does_not(open_window: Opener, folder: Path) -> None:
    crash(folder, "grid-stride-1")
    window = open_window()
    with answers("Later"):
        window.projects.offer_recovered()
    assert len(files(folder)) == 2
    assert not window.isWindowModified()
    with answers("Dismiss"):
        window.projects.offer_recovered()
    assert files(folder) == []
    with answers():
        window.projects.offer_recovered()


def test_the_other_copies_are_offered_again(open_window: Opener, folder: Path) -> None:
    crash(folder, "grid-stride-1", "lenet5")
    window = open_window()
    with answers("Open"):
        window.projects.offer_recovered()
    assert window.context.document.preset == "lenet5"
    other = Recovery(folder).offered()
    assert [copy.title for copy in other] == ["grid-stride-1"]
    for copy in other:
        copy.leave()


def test_a_copy_that_cannot_be_read_says_so_and_stays(open_window: Opener, folder: Path) -> None:
    crash(folder, "grid-stride-1")
    (copy,) = Recovery(folder).offered()
    copy.path.write_bytes(b"PK")
    copy.leave()
    window = open_window()
    with answers("Open", "OK") as asked:
        window.projects.offer_recovered()
    assert "is not a project" in asked[1]
    assert window.context.document.preset == "lecture"
    (copy,) = Recovery(folder).offered()
    copy.dismiss()


def test_no_dialog_is_left(open_window: Opener, folder: Path, qtbot: QtBot) -> None:
    crash(folder, "grid-stride-1")
    window = open_window()

    def close() -> None:
        dialog = QApplication.activeModalWidget()
        assert dialog is not None
        dialog.close()

    QTimer.singleShot(50, close)
    window.projects.offer_recovered()
    qtbot.waitUntil(lambda: not window.findChildren(RecoveryDialog))
