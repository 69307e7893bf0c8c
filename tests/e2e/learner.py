"""A new user and a folder of pictures: from the drop to the slide of how the filters came about.

The program's first window, real drag and drop out of another program, real mouse, keys and files.
Run by test_on_a_screen.py in a process of its own: ``python -m tests.e2e.learner FOLDER``.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QAbstractButton, QWidget

from tests.e2e.person import Person, answer_dialogs

SOURCE = (1300, 100)
"""Where the other program's window is: beside ours, which is 1280 wide."""
CLASSES = ("네모", "원", "줄무늬")


def pictures(folder: Path) -> Path:
    """Write 60 pictures of many sizes, with a folder for each of three classes."""
    draw = np.random.default_rng(5)
    for name in CLASSES:
        (folder / name).mkdir(parents=True)
        for number in range(20):
            width, height = (int(n) for n in draw.integers(90, 320, 2))
            dark, light = (
                tuple(int(v) for v in draw.integers(*b, 3)) for b in ((0, 90), (150, 256))
            )
            picture = Image.new("RGB", (width, height), dark)
            pen = ImageDraw.Draw(picture)
            side = min(width, height) * draw.uniform(0.45, 0.8)
            x, y = (width - side) * draw.uniform(0.3, 0.7), (height - side) * draw.uniform(0.3, 0.7)
            if name == "원":
                pen.ellipse((x, y, x + side, y + side), light)
            elif name == "네모":
                pen.rectangle((x, y, x + side, y + side), light)
            else:
                for at in range(0, width, 24):
                    pen.rectangle((at, 0, at + 10, height), light)
            picture.save(folder / name / f"{number}.{'jpg' if number % 2 else 'png'}")
    return folder


def drop(person: Person, path: Path) -> None:
    """Drag a folder out of another program's window and let go over ours."""
    x, y = SOURCE
    command = [sys.executable, "-m", "tests.e2e.drag", str(x), str(y), str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "there\n"
        for _ in range(10):
            person.rest()
        way = [(x + 40, y + 40), (x + 45, y + 50), (1200, 300), (800, 390), (700, 400), (690, 410)]
        person.hand("mousemove", *map(str, way[0]))
        person.hand("mousedown", "1")
        for at in way[1:]:
            person.hand("mousemove", *map(str, at))
            for _ in range(3):
                person.rest()
        person.hand("mouseup", "1")
        person.see("the folder is dropped", lambda: person.document.view.tab == "train")
        person.see("the other program has ended", lambda: other.poll() is not None)
        # As a copy: what is moved, a file manager deletes.
        assert other.stdout.read() == "dropped CopyAction\n"


def press(person: Person, button: QAbstractButton) -> None:
    """Click a button in its middle."""
    person.see(f"“{button.text()}” can be pressed", lambda: _pressable(button))
    person.click(button, button.width() / 2, button.height() / 2)


def _pressable(button: QAbstractButton) -> bool:
    return button.isVisible() and button.isEnabled()


def named(widget: QWidget, text: str) -> QAbstractButton:
    """Return the button that says a text."""
    return next(b for b in widget.findChildren(QAbstractButton) if b.text() == text)


def export(person: Person, key: str, out: Path) -> None:
    """Export what is shown to a file, through the dialogs."""
    QTimer.singleShot(0, lambda: answer_dialogs(person, out))
    person.key(key)
    person.see(f"{out.name} is written", out.is_file, 60)
    person.see("no work is left", lambda: not person.window.files._jobs, 60)
    person.take_focus()


def main(folder: Path) -> None:
    """Do it all; any surprise ends the process with an error."""
    person = Person(folder)
    window = person.window
    drop(person, pictures(folder / "내 사진"))
    panel = window.tabs.train
    person.see(
        "the pictures are read", lambda: panel.data._counts.text() == "60 pictures, 3 classes"
    )

    person.see("it says what the network lacks", panel.ending.isVisible)
    press(person, panel.ending.offer)
    person.see("it has an end", lambda: person.document.network.output_shape == (3,))
    assert panel.head.words.text().startswith("Train begins with new weights."), panel.head.words
    before = person.document.weights
    press(person, panel.train)
    person.see("the curves are shown", lambda: panel.figure == "curves")
    person.see("it learns", lambda: panel.trainer.history.steps > 0)
    person.see("filters change as it learns", lambda: person.document.weights is not before)
    person.see("it has ended", lambda: not panel.trainer.running, 60)
    first, last = panel.trainer.history.learnt[0], panel.trainer.history.learnt[-1]
    assert last.loss < first.loss / 2, (first, last)
    assert "recognised" in panel.head.words.text()
    assert person.document.classes == CLASSES
    person.see("Train can be pressed again by key", panel.train.hasFocus)

    press(person, named(panel.segments, "History"))
    bar = panel.bar
    person.see("there is something to scrub through", lambda: bar.slider.maximum() >= 8)
    person.click(bar.slider, 4, bar.slider.height() / 2)
    person.see("the slider has the keyboard", bar.slider.hasFocus)
    person.key("Home")
    person.see("before the first batch", lambda: bar._when.text() == "before the first batch")
    begun = panel.view.current_scene()
    person.key("Right", "Right", "Right")
    person.see("three moments on", lambda: bar.index == 3)
    person.see("the filters were others then", lambda: panel.view.current_scene() != begun)
    person.key("End")
    person.see("and back at the newest", lambda: bar.index == bar.slider.maximum())

    press(person, named(bar.modes, "Strip"))
    person.see("filters at several moments", lambda: panel.figure == "film")
    slide = folder / "filters.png"
    export(person, "ctrl+e", slide)
    with Image.open(slide) as picture:
        assert picture.size == (4000, 2250), picture.size
        seen = np.asarray(picture.convert("RGB"))
    # Not an empty page: filters in many colours, on a light ground.
    assert len(np.unique(seen[::7, ::7].reshape(-1, 3), axis=0)) > 100
    press(person, named(bar.modes, "Filters"))
    person.see("the filters of one moment", lambda: panel.figure == "replay")
    moving = folder / "filters.gif"
    export(person, "ctrl+shift+e", moving)
    with Image.open(moving) as animation:
        count = animation.n_frames  # type: ignore[attr-defined]
        frames = []
        for number in (0, count - 1):
            animation.seek(number)
            frames.append(np.asarray(animation.convert("RGB"), np.int16))
    assert count >= 8, count
    assert np.abs(frames[0] - frames[1]).max() > 40
    window.context.store.undo_stack.setClean()
    person.key("ctrl+q")
    person.see("the window is closed", lambda: not window.isVisible())
    print("all seen")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
