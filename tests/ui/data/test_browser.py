"""A look into the data, as a person uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from convsim.data.sets import Augmentation
from convsim.services.training import Plan

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from convsim.ui.data.browser import DataBrowser
    from convsim.ui.train.panel import TrainPanel
    from tests.ui.conftest import Opener

PATIENCE = 30_000


def panel_of(qtbot: QtBot, open_window: Opener, what: str | Path) -> TrainPanel:
    window = open_window("lenet5")
    window.show_tab("train")
    panel = window.tabs.train
    panel.data.choose(what)
    name = what if isinstance(what, str) else what.name
    qtbot.waitUntil(
        lambda: panel.data.data is not None and panel.data.data.name == name, timeout=PATIENCE
    )
    return panel


def opened(qtbot: QtBot, panel: TrainPanel) -> DataBrowser:
    panel.data.look.click()
    browser = panel.data.browser
    assert browser is not None
    qtbot.waitUntil(lambda: bool(browser.looks), timeout=PATIENCE)
    return browser


def cells(browser: DataBrowser, row: int) -> list[str]:
    item = browser.classes.topLevelItem(row)
    assert item is not None
    return [item.text(column) for column in range(4)]


def test_each_class_has_its_counts_its_mean_and_its_pictures(
    qtbot: QtBot, open_window: Opener
) -> None:
    panel = panel_of(qtbot, open_window, "bars")
    panel.form.validation.setValue(0.2)
    browser = opened(qtbot, panel)
    assert cells(browser, 3) == ["54°", "480", "120", "100"]
    assert "20% of each class set aside" in browser._summary.text()
    which = "Of a class: the mean of its first 500 pictures, then the first 40."
    assert browser._which.text() == which
    item = browser.classes.topLevelItem(3)
    assert item is not None
    browser.classes.setCurrentItem(item)
    assert "54°" in browser.view.current_scene().title
    data = panel.data.data
    assert data is not None
    own = np.flatnonzero(data.labels == 3)
    mean = browser.looks[3].mean
    assert mean is not None
    np.testing.assert_allclose(
        mean[..., 0], data.images.batch(own[:500]).mean(axis=0)[0], atol=1e-5
    )
    browser.reject()
    assert panel.data.browser is None


def test_files_that_cannot_be_read_are_listed_with_the_reason(
    qtbot: QtBot, open_window: Opener, tmp_path: Path
) -> None:
    folder = tmp_path / "mine"
    rng = np.random.default_rng(0)
    for kind in ("a", "b"):
        (folder / kind).mkdir(parents=True)
        for k in range(4):
            Image.fromarray(rng.integers(0, 255, (9, 9, 3), np.uint8)).save(
                folder / kind / f"{k}.png"
            )
    (folder / "b" / "bad.png").write_bytes(b"no picture")
    browser = opened(qtbot, panel_of(qtbot, open_window, folder))
    browser.show_page("bad")
    item = browser.bad.topLevelItem(0)
    assert item is not None
    assert item.text(0) == "b/bad.png"
    assert "bad.png" in item.text(1)
    assert [cells(browser, row)[0] for row in range(2)] == ["a", "b"]
    browser.reject()


def test_changes_are_seen_before_they_are_used_and_are_used(
    qtbot: QtBot, open_window: Opener
) -> None:
    panel = panel_of(qtbot, open_window, "bars")
    browser = opened(qtbot, panel)
    browser.show_page("changes")
    before = browser.changes.view.current_scene()
    browser.changes.flip.setChecked(True)
    browser.changes.shift.setValue(3)
    browser.changes.noise.setValue(0.1)
    after = browser.changes.view.current_scene()
    assert before is not after
    wanted = Augmentation(flip=True, shift=3, noise=0.1)
    assert panel.data.augmentation == wanted
    assert "mirrored, ±3 px, noise 0.1" in panel.data._counts.text()
    browser.reject()
    plan = panel.desk.plan()
    assert isinstance(plan, Plan)
    assert plan.augmentation == wanted
    learnt, held = plan.parts()
    assert learnt.change == wanted
    assert held is not None
    assert held.change is None


def test_augment_opens_the_changes_whose_bounds_have_units(
    qtbot: QtBot, open_window: Opener
) -> None:
    panel = panel_of(qtbot, open_window, "bars")
    panel.data.augment.click()
    browser = panel.data.browser
    assert browser is not None
    assert browser.stack.currentWidget() is browser.changes
    names = [box.accessibleName() for box in (browser.changes.shift, browser.changes.rotate)]
    assert names == ["Shift by up to (px)", "Turn by up to (°)"]
    assert browser.changes.noise.accessibleName() == "Noise (of full scale)"
    qtbot.waitUntil(lambda: bool(browser.looks), timeout=PATIENCE)
    browser.reject()
