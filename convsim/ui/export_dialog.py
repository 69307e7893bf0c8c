"""What to export and how: a preview, a few choices, and where to put the file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from convsim.core.errors import ConvSimError
from convsim.figures.hint import hint
from convsim.figures.page import Page
from convsim.figures.registry import FIGURES
from convsim.figures.theme import THEMES
from convsim.render.export import SIZES
from convsim.services import exporting
from convsim.ui.number_boxes import CountBox
from convsim.ui.scene_view import SceneView
from convsim.ui.small_buttons import ChoiceBox, TickBox

if TYPE_CHECKING:
    from collections.abc import Mapping

    from convsim.document import Document
    from convsim.figures.page import FigureFunction
    from convsim.figures.scene import Scene
    from convsim.services.settings import Settings
    from convsim.ui.context import Context


@dataclass(frozen=True)
class FigureChoice:
    """What a figure is to be."""

    kind: str
    size: str
    theme: str
    transparent: bool


@dataclass(frozen=True)
class AnimationChoice:
    """What an animation is to be; positions count from 1."""

    kind: str
    first: int
    last: int
    inside: bool
    fps: int
    theme: str

    def frames(self, document: Document) -> int:
        """Return the number of frames."""
        return (self.last - self.first + 1) * (len(document.inside_steps()) if self.inside else 1)


def kind_names(parent: QWidget) -> dict[str, str]:
    """Return the kinds of figures by their names for people."""
    return {
        "step": parent.tr("Step: the whole stage"),
        "window": parent.tr("Window: the picture and what is read"),
        "products": parent.tr("Products: window × filter"),
        "volumes": parent.tr("Volumes: every layer as a block"),
        "tiles": parent.tr("Tiles: each part is one input"),
        "sweep": parent.tr("Sweep: all positions"),
        "padding": parent.tr("Padding: what it saves"),
        "maps": parent.tr("Maps: every activation map"),
        "filters": parent.tr("Filters: every kernel"),
        "counts": parent.tr("Counts: weights, work, memory"),
        "samples": parent.tr("Samples: what is learnt from"),
        "curves": parent.tr("Curves: loss and accuracy"),
        "confusion": parent.tr("Result: which classes are taken for which"),
        "rates": parent.tr("Rates: loss while the learning rate grows"),
        "vitals": parent.tr("Inside: weights, gradients and steps"),
        "mistakes": parent.tr("Mistakes: pictures taken for something else"),
        "film": parent.tr("Strip: how the filters came about"),
        "change": parent.tr("Change: what training added to the filters"),
        "replay": parent.tr("Replay: the moment that is shown"),
    }


class _Preview(QWidget):
    """A small picture of the page, in its proportions."""

    def __init__(self, dialog: FigureDialog) -> None:
        super().__init__(dialog)
        self._dialog = dialog
        self.view = SceneView(self._draw, self.tr("Preview"), self)
        self.setMinimumSize(440, 260)

    def resizeEvent(self, _event: object) -> None:
        self.fit()

    def fit(self) -> None:
        """Keep the page's proportions."""
        size = SIZES[self._dialog.choice.size]
        zoom = min(self.width() / size.width, self.height() / size.height)
        width, height = int(size.width * zoom), int(size.height * zoom)
        self.view.setGeometry(
            (self.width() - width) // 2, (self.height() - height) // 2, width, height
        )
        self.view.set_zoom(zoom)

    def _draw(self, width: float, height: float) -> Scene:
        return self._dialog.preview(width, height)


class FigureDialog(QDialog):
    """Asks for kind, size, theme and file of a figure; `more` are those of a training.

    Attributes
    ----------
    path : Path or None
        Where to write, once accepted.
    """

    def __init__(
        self,
        context: Context,
        kind: str,
        settings: Settings,
        parent: QWidget,
        more: Mapping[str, FigureFunction] = exporting.NO_MORE,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export figure"))
        self._context, self._settings, self._more = context, settings, more
        self.path: Path | None = None
        self._kind = ChoiceBox()
        for key, text in kind_names(self).items():
            if key in FIGURES or key in more:
                self._kind.addItem(text, key)
        self._kind.setCurrentIndex(self._kind.findData(kind))
        self._size = ChoiceBox()
        for key, text in (
            ("slide", self.tr("Slide 16:9, 13.33 × 7.5 in, 300 dpi")),
            ("screen", self.tr("Screen 1920 × 1080")),
            ("square", self.tr("Square 7.5 × 7.5 in, 300 dpi")),
            ("column", self.tr("Column 3.5 × 3.5 in, 300 dpi")),
        ):
            self._size.addItem(text, key)
        self._size.setCurrentIndex(max(self._size.findData(settings.export_size), 0))
        self._theme = ChoiceBox()
        self._theme.addItem(self.tr("Light"), "light")
        self._theme.addItem(self.tr("Dark"), "dark")
        self._theme.setCurrentIndex(self._theme.findData(context.theme.name))
        self._transparent = TickBox(self.tr("Transparent background"))
        form = QFormLayout()
        form.addRow(self.tr("Figure"), self._kind)
        form.addRow(self.tr("Size"), self._size)
        form.addRow(self.tr("Colours"), self._theme)
        form.addRow("", self._transparent)
        self._preview = _Preview(self)
        self._note = QLabel(self.tr("PNG, SVG with real text, or PDF: the file's ending decides."))
        self._note.setObjectName("dim")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        save = buttons.addButton(self.tr("Save…"), QDialogButtonBox.ButtonRole.AcceptRole)
        save.setDefault(True)
        buttons.accepted.connect(self._ask_path)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self._preview, 1)
        column.addLayout(form)
        column.addWidget(self._note)
        column.addWidget(buttons)
        for box in (self._kind, self._size, self._theme):
            box.currentIndexChanged.connect(lambda _index: self._preview.fit())
        self._transparent.toggled.connect(lambda _on: self._preview.fit())
        self.resize(620, 560)
        save.setFocus()

    @property
    def choice(self) -> FigureChoice:
        """What is chosen now."""
        return FigureChoice(
            self._kind.currentData(),
            self._size.currentData(),
            self._theme.currentData(),
            self._transparent.isChecked(),
        )

    def preview(self, width: float, height: float) -> Scene:
        """Return the figure as it will be exported."""
        choice = self.choice
        try:
            return exporting.figure_scene(
                self._context.document,
                self._context.trace,
                choice.kind,
                size=choice.size,
                theme=choice.theme,
                transparent=False,
                labels=self._context.labels,
                more=self._more,
            )
        except ConvSimError as problem:
            return hint(str(problem), Page(width, height, THEMES[choice.theme]))

    def _ask_path(self) -> None:
        choice = self.choice
        ending = self._settings.export_format or "png"
        stem = f"{self._context.document.preset}-{choice.kind}".strip("-")
        folder = Path(self._settings.export_folder or ".")
        filters = {
            "png": self.tr("PNG picture (*.png)"),
            "svg": self.tr("SVG drawing (*.svg)"),
            "pdf": self.tr("PDF page (*.pdf)"),
        }
        name, chosen = QFileDialog.getSaveFileName(
            self,
            self.tr("Save figure"),
            str(folder / f"{stem}.{ending}"),
            ";;".join(filters.values()),
            filters.get(ending, filters["png"]),
        )
        if name:
            path = Path(name)
            if path.suffix.lower()[1:] not in filters:
                # Some systems' dialogs do not say which kind was chosen.
                suffix = next((key for key, text in filters.items() if text == chosen), "png")
                path = path.with_name(f"{path.name}.{suffix}")
            self.path = path
            self.accept()


class AnimationDialog(QDialog):
    """Asks for the range of positions, the speed and the file of an animation.

    Attributes
    ----------
    path : Path or None
        Where to write, once accepted.
    """

    def __init__(self, context: Context, kind: str, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export animation"))
        self._context, self._settings = context, settings
        self.path: Path | None = None
        walk = context.document.walk
        assert walk is not None
        self._kind = ChoiceBox()
        names = kind_names(self)
        for key in exporting.ANIMATED:
            self._kind.addItem(names[key], key)
        self._kind.setCurrentIndex(max(self._kind.findData(kind), 0))
        self._first = CountBox(1, walk.positions, self.tr("First position"))
        self._last = CountBox(1, walk.positions, self.tr("Last position"))
        self._last.setValue(walk.positions)
        self._inside = TickBox(self.tr("Every part of a step, from the products on"))
        self._inside.toggled.connect(lambda _on: self._count())
        self._fps = CountBox(1, 50, self.tr("Speed"), self.tr(" frames a second"))
        self._fps.setValue(10)
        for spin in (self._first, self._last, self._fps):
            spin.valueChanged.connect(lambda _value: self._count())
        self._note = QLabel()
        self._note.setObjectName("dim")
        row = QHBoxLayout()
        row.addWidget(self._first)
        row.addWidget(QLabel(self.tr("to")), 0, Qt.AlignmentFlag.AlignCenter)
        row.addWidget(self._last)
        form = QFormLayout()
        form.addRow(self.tr("Figure"), self._kind)
        form.addRow(self.tr("Positions"), row)
        form.addRow("", self._inside)
        form.addRow(self.tr("Speed"), self._fps)
        form.addRow("", self._note)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self._save = buttons.addButton(self.tr("Save…"), QDialogButtonBox.ButtonRole.AcceptRole)
        self._save.setDefault(True)
        buttons.accepted.connect(self._ask_path)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(buttons)
        self._count()

    @property
    def choice(self) -> AnimationChoice:
        """What is chosen now."""
        return AnimationChoice(
            self._kind.currentData(),
            self._first.value(),
            self._last.value(),
            self._inside.isChecked(),
            self._fps.value(),
            self._context.theme.name,
        )

    def _count(self) -> None:
        choice = self.choice
        frames = choice.frames(self._context.document)
        good = frames > 0
        self._save.setEnabled(good)
        text = self.tr("{n} frames, {seconds} s, 1280 × 720 pixels")
        seconds = f"{frames / choice.fps:.1f}"
        wrong = self.tr("The first position must not come after the last one.")
        self._note.setText(text.format(n=f"{frames:,}", seconds=seconds) if good else wrong)

    def _ask_path(self) -> None:
        filters = {
            "gif": self.tr("GIF animation (*.gif)"),
            "webp": self.tr("WebP animation (*.webp)"),
            "": self.tr("Folder of numbered PNG pictures (*)"),
        }
        folder = Path(self._settings.export_folder or ".")
        start = folder / f"{self._context.document.preset}-{self.choice.kind}.gif"
        name, chosen = QFileDialog.getSaveFileName(
            self, self.tr("Save animation"), str(start), ";;".join(filters.values())
        )
        if not name:
            return
        path = Path(name)
        if path.suffix.lower() not in (".gif", ".webp"):
            ending = next((key for key, text in filters.items() if text == chosen), "gif")
            path = path.with_name(f"{path.name}.{ending}") if ending else path
        elif chosen == filters[""]:
            path = path.with_suffix("")
        self.path = path
        self.accept()
