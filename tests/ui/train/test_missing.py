"""A picture that can no longer be read is named and listed, and the network learns on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.data.sets.files import class_folder
from tests.ui.train.test_panel import PATIENCE, lenet

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from convsim.ui.window import MainWindow

__all__ = ["lenet"]


def test_a_file_that_goes_away_is_named_and_counted_among_those_left_out(
    qtbot: QtBot, lenet: MainWindow, tmp_path: Path
) -> None:
    lenet.open_path(class_folder(tmp_path, each=20, size=(28, 28)))
    panel = lenet.tabs.train
    qtbot.waitUntil(
        lambda: panel.data.data is not None and len(panel.data.data.classes) == 2, timeout=PATIENCE
    )
    assert "unreadable" not in panel.data._counts.text()
    # Not one of those that the window has shown, and so has read.
    (tmp_path / "dog" / "9.png").unlink()
    panel.form.epochs.setValue(2)
    with qtbot.waitSignal(panel.trainer.ended, timeout=PATIENCE) as ended:
        panel.toggle()
    assert not ended.args[0].problem
    assert "Left out, because it cannot be read: dog/9.png." in panel.head.words.text()
    assert panel.data._counts.text().endswith("1 unreadable")
    panel.data.browse()
    browser = panel.data.browser
    assert browser is not None
    row = browser.bad.topLevelItem(0)
    assert row is not None
    assert row.text(0) == "dog/9.png"
    assert row.text(1).startswith("9.png: is not there (any more)")
    browser.close()
