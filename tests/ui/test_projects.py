"""Opening and saving in the window: nothing is lost unasked, and every question has an answer."""

from __future__ import annotations

import os
import shutil
import threading
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog, QMessageBox

from convsim.document.edits import set_field, set_view, set_weight
from convsim.formats.project_reader import read_project
from convsim.services.opening import open_preset
from convsim.services.projects import save_project
from convsim.services.session import Obstacle
from convsim.services.settings import load
from tests.formats.projects import assert_same
from tests.ui.answers import answers

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from convsim.ui.window import MainWindow
    from tests.ui.conftest import Opener


@pytest.fixture
def net(tmp_path: Path) -> Path:
    """Return a saved project of the 7×7 grid."""
    path = tmp_path / "net.convsim"
    save_project(path, open_preset("grid-stride-1"))
    return path


@pytest.fixture
def choose(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path | None], None]:
    """Return a function that sets what the next file dialogs answer."""

    def set_answer(path: Path | None) -> None:
        answer = ("" if path is None else str(path), "")
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, **_k: answer)
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_a, **_k: answer)

    return set_answer


@pytest.fixture
def window(open_window: Opener, net: Path, qtbot: QtBot) -> MainWindow:
    """Return a window on the saved project."""
    window = open_window()
    window.open_path(net)
    qtbot.waitUntil(lambda: window.projects.path == net)
    return window


def edit(window: MainWindow, value: float = 0.25) -> None:
    store = window.context.store
    store.edit("Weight", set_weight(store.document, 0, (0, 0, 0, 0), value))


def saved(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.projects.saving)


def wait_for(window: MainWindow, path: Path, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.projects.path == path)


def clean(window: MainWindow) -> bool:
    return window.context.store.undo_stack.isClean()


def test_opening_shows_the_document_and_the_files_name(window: MainWindow, net: Path) -> None:
    assert_same(window.context.document, read_project(net).document)
    assert window.windowTitle() == "net.convsim[*] – ConvSim"
    assert not window.isWindowModified()
    assert window.context.store.undo_stack.count() == 0


def test_an_edit_marks_the_title_and_undo_takes_the_mark_away(window: MainWindow) -> None:
    edit(window)
    assert window.isWindowModified()
    window.actions_.run("edit.undo")
    assert not window.isWindowModified()


def test_save_writes_the_file_and_keeps_the_one_before(
    window: MainWindow, net: Path, qtbot: QtBot
) -> None:
    before = net.read_bytes()
    edit(window)
    window.actions_.run("file.save")
    saved(window, qtbot)
    assert clean(window)
    assert_same(read_project(net).document, window.context.document)
    assert net.with_name("net.convsim.bak").read_bytes() == before


def test_an_edit_during_saving_is_still_unsaved(window: MainWindow, qtbot: QtBot) -> None:
    edit(window, 0.25)
    window.actions_.run("file.save")
    edit(window, 0.5)
    saved(window, qtbot)
    assert not clean(window)


def test_save_as_moves_to_the_new_file(
    window: MainWindow, net: Path, qtbot: QtBot, choose: Any
) -> None:
    edit(window)
    before = net.read_bytes()
    choose(net.with_name("other"))  # the ending is added
    window.actions_.run("file.save_as")
    saved(window, qtbot)
    other = net.with_name("other.convsim")
    assert window.projects.path == other
    assert window.windowTitle() == "other.convsim[*] – ConvSim"
    assert clean(window)
    assert net.read_bytes() == before
    assert other.exists()


def test_a_copy_leaves_the_window_with_its_own_file(
    window: MainWindow, net: Path, qtbot: QtBot, choose: Any
) -> None:
    edit(window)
    choose(net.with_name("copy.convsim"))
    window.actions_.run("file.save_copy")
    saved(window, qtbot)
    assert window.projects.path == net
    assert not clean(window)
    assert_same(read_project(net.with_name("copy.convsim")).document, window.context.document)


def test_an_unsaved_document_is_saved_where_people_say(
    open_window: Opener, tmp_path: Path, qtbot: QtBot, choose: Any
) -> None:
    window = open_window()
    choose(None)
    window.actions_.run("file.save")
    assert not window.projects.saving
    choose(tmp_path / "mine.convsim")
    window.actions_.run("file.save")
    saved(window, qtbot)
    assert window.projects.path == tmp_path / "mine.convsim"


@pytest.mark.parametrize("button", ["Save", "Discard", "Cancel"])
def test_closing_with_edits_asks(window: MainWindow, net: Path, qtbot: QtBot, button: str) -> None:
    edit(window)
    before = net.read_bytes()
    with answers(button) as asked:
        window.close()
        if button == "Save":
            qtbot.waitUntil(lambda: not window.isVisible())
    kept = "Without saving, a copy stays under File ▸ Open Recent for a while."
    assert asked == [f"Save the changes to “net.convsim”?\n{kept}"]
    assert window.isVisible() == (button == "Cancel")
    assert (net.read_bytes() == before) == (button != "Save")


def test_closing_without_edits_asks_nothing(window: MainWindow) -> None:
    with answers():
        window.close()
    assert not window.isVisible()


@pytest.mark.parametrize("button", ["Save", "Discard", "Cancel"])
def test_opening_another_project_asks_first(
    window: MainWindow, net: Path, qtbot: QtBot, button: str
) -> None:
    other = net.with_name("other.convsim")
    save_project(other, open_preset("quiz"))
    edit(window)
    before = net.read_bytes()
    with answers(button):
        window.open_path(other)
        if button != "Cancel":
            qtbot.waitUntil(lambda: window.projects.path == other)
    assert window.projects.path == (net if button == "Cancel" else other)
    assert (net.read_bytes() == before) == (button != "Save")
    assert clean(window) == (button != "Cancel")


@pytest.mark.parametrize("button", ["Cancel", "Discard"])
def test_an_edit_made_while_a_project_is_read_is_asked_about(
    window: MainWindow, net: Path, qtbot: QtBot, button: str
) -> None:
    other = net.with_name("other.convsim")
    save_project(other, open_preset("quiz"))
    with answers(button) as asked:
        window.open_path(other)
        edit(window)
        qtbot.waitUntil(lambda: bool(asked))
    assert window.projects.path == (net if button == "Cancel" else other)
    assert clean(window) == (button == "Discard")


def test_a_preset_and_a_new_network_begin_without_a_file(window: MainWindow, qtbot: QtBot) -> None:
    edit(window)
    with answers("Cancel"):
        window.actions_.run("preset.quiz")
    assert window.context.document.preset == "grid-stride-1"
    with answers("Discard"):
        window.actions_.run("preset.quiz")
    assert window.context.document.preset == "quiz"
    assert window.projects.path is None


def test_a_picture_in_a_project_is_an_edit_of_it(window: MainWindow, qtbot: QtBot) -> None:
    window.actions_.run("file.cat")
    qtbot.waitUntil(lambda: window.context.document.picture.name == "cat.png")
    assert not clean(window)


def test_a_project_that_is_dropped_is_opened(open_window: Opener, net: Path, qtbot: QtBot) -> None:
    window = open_window()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(net))])
    window.dropEvent(
        QDropEvent(
            QPointF(5, 5), Qt.DropAction.CopyAction, data,
            Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
        )
    )  # fmt: skip
    qtbot.waitUntil(lambda: window.projects.path == net)


def test_the_open_dialog_takes_projects_and_pictures(
    open_window: Opener, net: Path, qtbot: QtBot, choose: Any
) -> None:
    window = open_window()
    choose(net)
    window.actions_.run("file.open")
    qtbot.waitUntil(lambda: window.projects.path == net)


def test_recent_files_are_listed_and_missing_ones_are_grey(
    window: MainWindow, net: Path, qtbot: QtBot
) -> None:
    for number in range(12):
        path = net.with_name(f"n & {number}.convsim")
        shutil.copy(net, path)
        window.open_path(path)
        wait_for(window, path, qtbot)
    net.with_name("n & 5.convsim").unlink()
    menu = window.recent
    menu.fill()
    texts = [action.text().partition("  ")[2] for action in menu.actions()]
    assert texts == [f"n && {number}.convsim" for number in range(11, 1, -1)]
    grey = [a.text().partition("  ")[2] for a in menu.actions() if not a.isEnabled()]
    assert grey == ["n && 5.convsim"]
    menu.actions()[2].trigger()
    qtbot.waitUntil(lambda: window.projects.path == net.with_name("n & 9.convsim"))


def test_no_recent_file_yet(open_window: Opener) -> None:
    menu = open_window().recent
    menu.fill()
    assert [(a.text(), a.isEnabled()) for a in menu.actions()] == [("No project yet", False)]


def test_a_damaged_file_leaves_the_open_document(
    window: MainWindow, net: Path, qtbot: QtBot
) -> None:
    bad = net.with_name("bad.convsim")
    bad.write_bytes(net.read_bytes()[:500])
    document = window.context.document
    with answers("OK") as asked:
        window.open_path(bad)
        qtbot.waitUntil(lambda: bool(asked))
    assert asked[0].startswith("bad.convsim: ends too early, after 500 bytes")
    assert window.context.document is document
    assert window.projects.path == net


def test_18_a_damaged_file_offers_its_backup(open_window: Opener, net: Path, qtbot: QtBot) -> None:
    save_project(net, open_preset("quiz"))
    net.write_bytes(b"PK\3\4 and then nothing")
    window = open_window()
    with answers("Open Backup") as asked:
        window.open_path(net)
        qtbot.waitUntil(lambda: window.context.document.preset == "grid-stride-1")
    assert "The version saved before it is in “net.convsim.bak”." in asked[0]
    # It has no file: the damaged one stays until people say otherwise.
    assert window.projects.path is None
    assert not clean(window)


def test_a_file_that_is_not_whole_is_saved_elsewhere(
    open_window: Opener, net: Path, qtbot: QtBot, choose: Any
) -> None:
    save_project(net, open_preset("lecture"))
    data = bytearray(net.read_bytes())
    data[data.index(b"weights.safetensors") + 900] ^= 1
    net.write_bytes(data)
    window = open_window()
    with answers("OK") as asked:
        window.open_path(net)
        qtbot.waitUntil(lambda: window.projects.path == net)
    assert asked[0].startswith("Opened “net.convsim”, but not all of it.")
    assert "conv1: weight is damaged" in asked[0]
    choose(net.with_name("whole.convsim"))
    window.actions_.run("file.save")
    saved(window, qtbot)
    assert window.projects.path == net.with_name("whole.convsim")
    assert window.projects.session.obstacle is Obstacle.NONE
    assert net.read_bytes() == data


def test_77_a_file_that_was_deleted_is_made_anew(
    window: MainWindow, net: Path, qtbot: QtBot
) -> None:
    edit(window)
    net.unlink()
    window.actions_.run("file.save")
    saved(window, qtbot)
    assert net.exists()
    assert window.statusBar().currentMessage().endswith("was gone and has been made anew")


@pytest.mark.parametrize("button", ["Replace", "Save As…", "Cancel"])
def test_78_saving_over_a_changed_file_asks(
    window: MainWindow, net: Path, qtbot: QtBot, choose: Any, button: str
) -> None:
    save_project(net, open_preset("quiz"))
    theirs = net.read_bytes()
    edit(window)
    choose(net.with_name("mine.convsim"))
    with answers(button) as asked:
        window.actions_.run("file.save")
        saved(window, qtbot)
    assert asked[0].startswith("“net.convsim” was changed by another program since it was opened.")
    assert (net.read_bytes() == theirs) == (button != "Replace")
    if button == "Replace":
        assert net.with_name("net.convsim.bak").read_bytes() == theirs
    assert window.projects.path == (net.with_name("mine.convsim") if button == "Save As…" else net)
    assert clean(window) == (button != "Cancel")


def test_78_coming_back_to_the_window_asks_once(
    window: MainWindow, net: Path, qtbot: QtBot
) -> None:
    window.projects.look_at_disk()  # nothing has changed: nothing is asked
    save_project(net, open_preset("quiz"))
    with answers("Keep Mine") as asked:
        window.projects.look_at_disk()
    assert asked[0].startswith("“net.convsim” was changed by another program.")
    assert window.context.document.preset == "grid-stride-1"
    assert not clean(window)
    with answers():
        window.projects.look_at_disk()
    assert window.projects.session.obstacle is Obstacle.CHANGED
    save_project(net, open_preset("lenet5"))
    with answers("Read Anew"):
        window.projects.look_at_disk()
        qtbot.waitUntil(lambda: window.context.document.preset == "lenet5")
    assert clean(window)


def test_79_a_second_window_opens_read_only_and_says_so(
    window: MainWindow, open_window: Opener, net: Path, qtbot: QtBot, choose: Any
) -> None:
    second = open_window()
    with answers("OK") as asked:
        second.open_path(net)
        qtbot.waitUntil(lambda: second.projects.path == net)
    assert asked == [
        "“net.convsim” is open in another window; here it can be read and saved elsewhere."
    ]
    assert second.windowTitle() == "net.convsim (read-only)[*] – ConvSim"
    edit(second)
    choose(net.with_name("second.convsim"))
    second.actions_.run("file.save")
    saved(second, qtbot)
    assert second.projects.path == net.with_name("second.convsim")
    assert second.windowTitle() == "second.convsim[*] – ConvSim"


def test_79_the_lock_goes_with_the_window(
    window: MainWindow, open_window: Opener, net: Path, qtbot: QtBot
) -> None:
    window.close()
    second = open_window()
    with answers():
        second.open_path(net)
        qtbot.waitUntil(lambda: second.projects.path == net)
    assert not second.projects.session.locked


def test_76_a_place_that_cannot_be_written_to_offers_another(
    window: MainWindow, net: Path, qtbot: QtBot, choose: Any
) -> None:
    edit(window)
    choose(net.with_name("no") / "net.convsim")
    other = net.with_name("other.convsim")
    with answers("Save As…") as asked:
        window.actions_.run("file.save_as")
        choose(other)
        qtbot.waitUntil(lambda: window.projects.path == other)
    assert "there is no folder" in asked[0]
    assert "Nothing is lost: your work is still open." in asked[0]
    assert clean(window)


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_76_a_read_only_file_is_saved_elsewhere(
    window: MainWindow, net: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Root may write anywhere, so what the system answers is simulated.
    edit(window)
    monkeypatch.setattr(os, "access", lambda _path, mode: mode != os.W_OK)
    assert window.projects.session.obstacle is Obstacle.READ_ONLY


def test_80_a_place_that_does_not_answer_leaves_a_copy_here(
    window: MainWindow, net: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Simulated: the drive answers only after the test has given up on it.
    answered = threading.Event()
    monkeypatch.setattr("convsim.services.saver.save_project", lambda *_args: answered.wait(30))
    monkeypatch.setattr("convsim.services.saver.PATIENCE_MS", 50)
    edit(window)
    with answers("OK") as asked, qtbot.waitSignal(window.projects.autosave.kept):
        window.actions_.run("file.save")
        qtbot.waitUntil(lambda: bool(asked))
    assert asked[0].startswith("net.convsim: the place does not answer. A copy of your work")
    assert not window.projects.saving
    assert not clean(window)
    assert len(list((net.parent / "settings" / "recovery").glob("*.convsim"))) == 1
    answered.set()
    qtbot.waitUntil(lambda: not [t for t in threading.enumerate() if t.name == "saver"])


def test_what_runs_from_the_command_line_is_the_same(open_window: Opener, net: Path) -> None:
    window = open_window()
    window.projects.show(net, read_project(net))
    assert window.projects.path == net
    assert window.windowTitle() == "net.convsim[*] – ConvSim"


def test_82_a_name_with_a_star_and_line_ends_is_harmless(
    open_window: Opener, net: Path, qtbot: QtBot
) -> None:
    odd = net.with_name("a[*]\n🐈.convsim")
    shutil.copy(net, odd)
    window = open_window()
    window.open_path(odd)
    qtbot.waitUntil(lambda: window.projects.path == odd)
    assert window.windowTitle() == "a[*][*]\ufffd🐈.convsim[*] – ConvSim"
    edit(window)
    window.actions_.run("file.save")
    saved(window, qtbot)
    assert clean(window)


def test_unknown_layers_and_weights_that_are_not_finite_can_be_looked_at(
    open_window: Opener, net: Path, qtbot: QtBot
) -> None:
    import numpy as np

    from tests.formats.hostile import with_manifest

    net.write_bytes(
        with_manifest(lambda t: t["layers"].insert(1, {"kind": "attention", "name": "look"}))
    )
    window = open_window()
    with answers("OK"):
        window.open_path(net)
        qtbot.waitUntil(lambda: window.projects.path == net)
    for overview in ("volumes", "tiles", "sweep", "padding"):
        window.context.store.show(set_view(window.context.document, overview=overview))
        window.show_tab("overview")
        window.grab()
    for tab in ("overview", "step", "maps", "counts", "train"):
        window.show_tab(tab)
        for index in range(3):
            window.move_layer(-9 if index == 0 else 1)
            window.grab()
    document = open_preset("lecture")
    bad = {k: np.array(v) for k, v in document.weights[0].items()}
    bad["weight"][0] = np.nan
    from dataclasses import replace

    document = replace(document, weights=document.weights.replaced(0, bad))
    save_project(net.with_name("nan.convsim"), document)
    with answers("OK") as asked:
        window.open_path(net.with_name("nan.convsim"))
        qtbot.waitUntil(lambda: window.projects.path == net.with_name("nan.convsim"))
    assert "75 of 450 values of weight are not finite" in asked[0]
    for tab in ("overview", "step", "maps", "counts", "train"):
        window.show_tab(tab)
        window.grab()


def test_message_boxes_do_not_pile_up(window: MainWindow, qtbot: QtBot) -> None:
    for _ in range(3):
        edit(window)
        with answers("Cancel"):
            window.close()
    qtbot.waitUntil(lambda: not window.findChildren(QMessageBox))


def test_settings_of_a_layer_are_history_too(window: MainWindow) -> None:
    window.docks.all[3].show()
    store = window.context.store
    edit(window)
    store.edit("Stride of conv1 1 → 2", set_field(store.document, 0, "stride", (2, 2)))
    panel = window.history
    assert panel.list is not None
    model = panel.list.model()
    names = [model.index(row, 0).data() for row in range(model.rowCount())]
    assert names == ["As opened", "Weight", "Stride of conv1 1 → 2"]
    panel.list.setCurrentIndex(model.index(0, 0))
    assert store.undo_stack.index() == 0
    assert store.document.network.layers[0].stride == (1, 1)  # type: ignore[attr-defined]
    panel.count()
    assert panel.memory.text() == "2 edits hold 0.0 KiB more than the open document"


def test_88_a_settings_folder_that_cannot_be_written_to_is_said(
    open_window: Opener, settings_path: Path
) -> None:
    settings_path.parent.write_text("in the way")
    window = open_window()
    window.settle()
    assert window.statusBar().currentMessage() == "settings cannot be kept: File exists"


def test_folders_and_recent_files_are_remembered(window: MainWindow, net: Path) -> None:
    settings, _ = load(net.parent / "settings" / "settings.json")
    assert settings.recent == (str(net),)
    assert settings.project_folder == str(net.parent)


def test_weights_go_out_and_in_as_one_edit(window: MainWindow, net: Path, choose: Any) -> None:
    edit(window, 0.75)
    here = window.context.document
    for name in ("w.safetensors", "w.npz", "w.csv", "named otherwise"):
        choose(net.with_name(name))
        window.actions_.run("weights.export")
    written = {path.name for path in net.parent.iterdir()}
    assert {"w.safetensors", "w.npz", "w.csv", "named otherwise.safetensors"} <= written
    for name in ("w.safetensors", "w.npz", "w.csv"):
        edit(window, 0.25)
        choose(net.with_name(name))
        window.actions_.run("weights.import")
        assert window.context.store.undo_stack.undoText() == f"Weights from {name}"
        there = window.context.document.weights[0]["weight"]
        assert there.tobytes() == here.weights[0]["weight"].tobytes()


def test_weights_that_do_not_fit_change_nothing(window: MainWindow, net: Path, choose: Any) -> None:
    document = window.context.document
    bad = net.with_name("w.csv")
    bad.write_text("1,2,3")
    choose(bad)
    with answers("OK") as asked:
        window.actions_.run("weights.import")
    assert asked[0].startswith("w.csv: has 1 rows of 3 numbers; conv1 needs 1 rows of 10")
    assert window.context.document is document


def again(open_window: Opener, window: MainWindow) -> MainWindow:
    """Return the next window, which is closed once it has been told of the copies."""
    following = open_window()
    assert following.projects.recovery.offered() == [], "nothing is offered unasked"
    following.recent.fill()
    return following


def closed_without_saving(window: MainWindow) -> list[str]:
    texts = [action.text() for action in window.recent.actions()]
    return texts[texts.index("Closed without saving") + 1 :]


def test_work_that_was_discarded_by_mistake_is_opened_again(open_window: Opener) -> None:
    first = open_window()
    edit(first, 0.625)
    with answers("Discard"):
        first.close()
    assert not first.isVisible()
    second = again(open_window, first)
    (entry,) = closed_without_saving(second)
    assert entry.startswith("cat.png — Lecture")
    second.recent.actions()[-1].trigger()
    document = second.context.document
    assert document.weights[0]["weight"][0, 0, 0, 0] == 0.625
    assert second.projects.path is None
    assert not clean(second)


def test_what_was_undone_before_closing_is_opened_again(open_window: Opener) -> None:
    first = open_window()
    edit(first, 0.5)
    edit(first, 0.75)
    first.actions_.run("edit.undo")
    first.actions_.run("edit.undo")
    assert clean(first)
    first.close()
    second = again(open_window, first)
    second.recent.actions()[-1].trigger()
    assert second.context.document.weights[0]["weight"][0, 0, 0, 0] == 0.75


def test_only_the_last_few_discarded_works_are_kept(open_window: Opener) -> None:
    for number in range(5):
        window = open_window()
        edit(window, number / 8)
        with answers("Discard"):
            window.close()
    last = again(open_window, window)
    assert len(closed_without_saving(last)) == 3
    newest = last.projects.discarded()[0]
    assert read_project(newest.path).document.weights[0]["weight"][0, 0, 0, 0] == 0.5


def test_looking_at_presets_and_going_back_sets_nothing_aside(open_window: Opener) -> None:
    window = open_window()
    window.actions_["preset.quiz"].trigger()
    window.actions_.run("edit.undo")
    window.close()
    assert window.projects.discarded() == []


def test_the_first_save_starts_in_the_folder_that_was_exported_to(
    open_window: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window(export_folder=str(tmp_path))
    started: list[str] = []

    def ask(_parent: object, _title: str, start: str, *_more: object) -> tuple[str, str]:
        started.append(start)
        return "", ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    window.actions_.run("file.save")
    assert [os.path.dirname(start) for start in started] == [str(tmp_path)]
