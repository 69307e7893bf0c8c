"""An export of a long training is short unless somebody wants it long."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QLabel, QProgressBar, QProgressDialog, QWidget

from convsim.ui.jobs import Job
from convsim.ui.replay_dialog import ReplayDialog


def test_a_long_training_is_offered_as_60_frames_and_says_how_long_they_play(
    qtbot, monkeypatch, tmp_path
):
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = ReplayDialog(221, tmp_path / "filters.gif", parent)
    assert dialog.frames.value() == 60
    assert dialog.frames.maximum() == 221
    said = "\n".join(label.text() for label in dialog.findChildren(QLabel))
    assert "60 of 221 moments, evenly apart; plays for 6.0 s" in said
    dialog.fps.setValue(20)
    assert "3.0 s" in "\n".join(label.text() for label in dialog.findChildren(QLabel))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a: (str(tmp_path / "one"), ""))
    dialog._ask_path()
    assert dialog.path == tmp_path / "one.gif"


def test_a_short_training_is_exported_whole(qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    assert ReplayDialog(7, Path("maps.gif"), parent).frames.value() == 7


def test_progress_is_named_for_what_is_done_and_said_in_words_above_the_bar(qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    job = Job("Exporting maps.gif…", 10, lambda _progress, _cancelled: None, parent)
    dialog = parent.findChild(QProgressDialog)
    assert dialog is not None
    assert dialog.windowTitle() == "Exporting maps.gif…"
    bar = dialog.findChild(QProgressBar)
    assert bar is not None
    assert not bar.isTextVisible()
    with qtbot.waitSignal(job.ended):
        job.start()
