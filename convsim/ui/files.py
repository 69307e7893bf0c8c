"""Opening pictures and presets, exporting what is shown, and the clipboard."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6 import QtWidgets
from PySide6.QtCore import QBuffer, QIODevice, QMimeData, QObject
from PySide6.QtGui import QGuiApplication, QImage

from convsim.core.errors import ConvSimError
from convsim.document import PRESETS, Document, Picture
from convsim.document.edits import set_view
from convsim.services import opening
from convsim.services.start_picture import CAT, cat

if TYPE_CHECKING:
    from convsim.figures.page import FigureFunction
    from convsim.ui.host import Host
    from convsim.ui.jobs import Job
    from convsim.ui.taken_for import TakenFor

Found = Path | bytes | None
"""A picture that was dropped or pasted: a file, the bytes of one, or nothing."""


class Files(QObject):
    """What the window does with files; it asks, works in the background, and says what failed."""

    def __init__(self, window: Host) -> None:
        super().__init__(window)
        self._window = window
        self._jobs: list[Job] = []
        self._own: Picture | None = None
        self._taken: TakenFor | None = None

    # -- opening ---------------------------------------------------------------------------

    @property
    def own_picture(self) -> Picture | None:
        """The picture that the person opened last, which other networks are shown on too."""
        return self._own

    def ask_picture(self) -> None:
        """Ask for a picture and open it."""
        kinds = self.tr("Pictures (*.png *.jpg *.jpeg *.webp *.bmp *.gif *.tif *.tiff)")
        name, _ = QtWidgets.QFileDialog.getOpenFileName(
            self._window,
            self.tr("Open picture"),
            self._window.settings.folder,
            f"{kinds};;{self.tr('All files (*)')}",
        )
        if name:
            self.open_picture(Path(name))

    def open_picture(self, path: Path) -> None:
        """Read a picture in the background and show it in the current network."""
        self._window.remember(folder=str(path.parent))
        self._open(path.name, lambda: opening.read_picture(path))

    def open_cat(self) -> None:
        """Go back to the picture that the program starts with."""
        self._open(CAT, cat)

    def new_network(self) -> None:
        """Begin with a network without layers; a picture that the person opened stays."""
        document = opening.new_document()
        before = self._window.context.document
        if self._own is not None:
            document = opening.keep_picture(replace(before, picture=self._own), document)
        self._begin(self.tr("New network"), _same_view(document, before))

    def open_preset(self, name: str) -> None:
        """Open a preset; a picture that the person opened stays."""
        try:
            document = opening.open_preset(name)
            before = self._window.context.document
            if self._own is not None and PRESETS[name].picture == "cat":
                document = opening.keep_picture(replace(before, picture=self._own), document)
        except ConvSimError as problem:
            self._window.show_error(str(problem))
            return
        title = self.tr("Network “{name}”").format(name=PRESETS[name].title)
        self._begin(title, _same_view(document, before))

    def _begin(self, title: str, document: Document) -> None:
        """Show another network; kept runs and labelled pictures stay."""
        self._window.player.set_playing(False)
        self._window.begin(title, document)

    def paste_picture(self) -> None:
        """Open the picture that lies on the clipboard."""
        # Qt's stubs do not say so, but an empty clipboard of some platforms has no data at all.
        data: QMimeData | None = QGuiApplication.clipboard().mimeData()
        found = self.picture_in(data) if data is not None else None
        if found is None:
            self._window.show_message(self.tr("There is no picture on the clipboard"))
        self.open_found(found)

    def picture_in(self, data: QMimeData) -> Found:
        """Return the picture that was dropped or pasted, if there is one."""
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        if paths:
            from convsim.services.file_kinds import together

            return together(paths)
        if data.hasImage():
            image = data.imageData()
            if isinstance(image, QImage) and not image.isNull():
                buffer = QBuffer()
                buffer.open(QIODevice.OpenModeFlag.WriteOnly)
                image.save(buffer, "PNG")  # type: ignore[call-overload]
                return bytes(buffer.data().data())
        return None

    def not_droppable(self) -> str:
        """Return what to say about something dropped that holds no picture."""
        return self.tr(
            "This is a link, not a picture. What can be dropped: files of this computer, and "
            "pictures themselves. Save the picture first, then drop its file here"
        )

    def open_found(self, found: Found) -> None:
        """Open what `picture_in` found."""
        if isinstance(found, Path):
            self._window.open_path(found)
        elif isinstance(found, bytes):
            name = self.tr("pasted picture")
            self._open(name, lambda: opening.decode_picture(found, name))

    def _open(self, name: str, read: Callable[[], Picture]) -> None:
        def work(_progress: object, _cancelled: object) -> Picture:
            return read()

        job = self._job(self.tr("Opening {name}…").format(name=name), 0, work)
        job.done.connect(self._show_picture)
        job.start()

    def _show_picture(self, picture: Picture) -> None:
        store = self._window.context.store
        try:
            document = opening.with_picture(store.document, picture)
        except ConvSimError as problem:
            self._window.show_error(str(problem))
            return
        store.open(self.tr("Picture {name}").format(name=picture.name), document, whole=False)
        self._own = None if picture.name == CAT else picture
        if self._taken is None:
            # What pictures are taken for is not needed to open the window.
            from convsim.ui.taken_for import TakenFor

            self._taken = TakenFor(self._window)
        self._taken.tell(" ".join(picture.notes))

    # -- exporting -------------------------------------------------------------------------

    @property
    def kind(self) -> str:
        """The kind of figure that the window shows now."""
        view = self._window.context.document.view
        if view.tab == "overview":
            return view.overview
        if view.tab == "maps":
            return "filters" if view.maps == "filters" else "maps"
        return self._window.tabs.train.figure if view.tab == "train" else view.tab

    def _more(self) -> Mapping[str, FigureFunction] | None:
        """Return the figures of the training that is in view, None if the one shown is missing."""
        if self._window.context.document.view.tab != "train":
            return {}
        more = self._window.tabs.train.figures()
        if self.kind in more:
            return more
        self._window.show_message(self.tr("There is nothing to show yet: press Train first"))
        return None

    def export_figure(self) -> None:
        """Ask what to export and how, then write it in the background."""
        # Exporting is not needed to open the window: imported when first asked for.
        from convsim.services import exporting
        from convsim.ui.export_dialog import FigureDialog

        window, more = self._window, self._more()
        if more is None:
            return
        dialog = FigureDialog(window.context, self.kind, window.settings, window, more)
        if dialog.exec() != FigureDialog.DialogCode.Accepted or dialog.path is None:
            return
        choice, path = dialog.choice, dialog.path
        window.remember(
            export_folder=str(path.parent), export_size=choice.size, export_format=path.suffix[1:]
        )
        document, trace = window.context.document, window.context.document.new_trace()
        labels = window.context.labels

        def work(_progress: object, _cancelled: object) -> Path:
            exporting.export_figure(
                document,
                trace,
                choice.kind,
                path,
                size=choice.size,
                theme=choice.theme,
                transparent=choice.transparent,
                labels=labels,
                more=more,
            )
            return path

        self._write(self.tr("Exporting {name}…").format(name=path.name), 0, work)

    @property
    def can_animate(self) -> bool:
        """Whether what the view shows changes from position to position, or through a training."""
        window = self._window
        if window.context.document.view.tab == "train":
            lab = window.tabs.lab
            return lab is not None and lab.can_animate
        return window.context.document.walk is not None

    def export_replay(self) -> None:
        """Ask for a file and write how the network came about, moment by moment."""
        from convsim.services import exporting
        from convsim.services.replay import Replay
        from convsim.ui.replay_dialog import ReplayDialog

        window, panel = self._window, self._window.tabs.train
        replay, mode = panel.display.replay, panel.bar.mode
        if replay is None:
            return
        folder = Path(window.settings.export_folder or ".")
        dialog = ReplayDialog(len(replay.reel.moments), folder / f"{mode}.gif", window)
        if dialog.exec() != ReplayDialog.DialogCode.Accepted or dialog.path is None:
            return
        path, count, fps = dialog.path, dialog.frames.value(), dialog.fps.value()
        window.remember(export_folder=str(path.parent))
        # Its own: what the window works out meanwhile is none of its business.
        own, document, context = Replay(replay.reel), window.context.document, window.context

        def work(progress: Callable[[int], None], cancelled: Callable[[], bool]) -> Path:
            exporting.export_scenes(
                lambda page: own.scenes(document, mode, page, count),
                path,
                count,
                fps=fps,
                theme=context.theme.name,
                labels=context.labels,
                progress=progress,
                cancelled=cancelled,
            )
            return path

        title = self.tr("Exporting {name}…").format(name=path.name)
        self._write(title, count, work)

    def export_animation(self) -> None:
        """Ask for a range of positions and write the animation in the background."""
        if self._window.context.document.view.tab == "train":
            self.export_replay()
            return
        from convsim.services import exporting
        from convsim.ui.export_dialog import AnimationDialog

        window = self._window
        window.player.set_playing(False)
        dialog = AnimationDialog(window.context, self.kind, window.settings, window)
        if dialog.exec() != AnimationDialog.DialogCode.Accepted or dialog.path is None:
            return
        choice, path = dialog.choice, dialog.path
        window.remember(export_folder=str(path.parent))
        document = window.context.document
        labels = window.context.labels

        def work(progress: Callable[[int], None], cancelled: Callable[[], bool]) -> Path:
            exporting.export_animation(
                document,
                document.new_trace(),
                choice.kind,
                path,
                first=choice.first,
                last=choice.last,
                inside=choice.inside,
                fps=choice.fps,
                theme=choice.theme,
                labels=labels,
                progress=progress,
                cancelled=cancelled,
            )
            return path

        title = self.tr("Exporting {name}…").format(name=path.name)
        self._write(title, choice.frames(document), work)

    @property
    def has_curves(self) -> bool:
        """Whether the training in view has curves."""
        window = self._window
        in_view = window.context.document.view.tab == "train"
        return in_view and window.tabs.train.trainer.history.steps > 0

    def export_curves(self) -> None:
        """Ask for a file and write the training's curves as a table."""
        from convsim.services.curves_csv import write_curves

        window = self._window
        panel = window.tabs.train
        history = panel.trainer.history
        start = Path(window.settings.export_folder or ".") / "curves.csv"
        name, _ = QtWidgets.QFileDialog.getSaveFileName(
            window, self.tr("Save curves"), str(start), self.tr("CSV table (*.csv)")
        )
        if not name:
            return
        path = Path(name) if Path(name).suffix else Path(f"{name}.csv")
        window.remember(export_folder=str(path.parent))

        def work(_progress: object, _cancelled: object) -> Path:
            write_curves(path, history)
            return path

        self._write(self.tr("Exporting {name}…").format(name=path.name), 0, work)

    def copy_figure(self) -> None:
        """Put what the view shows on the clipboard, as large as a screen."""
        from convsim.services import exporting

        context, more = self._window.context, self._more()
        if more is None:
            return
        try:
            image = exporting.figure_image(
                context.document,
                context.trace,
                self.kind,
                size="screen",
                theme=context.theme.name,
                labels=context.labels,
                more=more,
            )
        except ConvSimError as problem:
            self._window.show_error(str(problem))
            return
        QGuiApplication.clipboard().setImage(image)
        text = self.tr("The figure is on the clipboard, {width} × {height} pixels")
        self._window.show_message(text.format(width=image.width(), height=image.height()))

    def _write(
        self,
        title: str,
        total: int,
        work: Callable[[Callable[[int], None], Callable[[], bool]], Path],
    ) -> None:
        job = self._job(title, total, work)
        job.done.connect(
            lambda path: self._window.show_message(self.tr("Written: {path}").format(path=path))
        )
        job.start()

    # -- both ------------------------------------------------------------------------------

    def close(self) -> None:
        """Cancel what is being written and wait for it."""
        for job in list(self._jobs):
            job.cancel()
            job.wait()
        # WORKAROUND: without a desktop, Qt crashes at exit if it still owns the clipboard.
        if QGuiApplication.platformName() == "offscreen":
            QGuiApplication.clipboard().clear()

    def _job(
        self,
        title: str,
        total: int,
        work: Callable[[Callable[[int], None], Callable[[], bool]], object],
    ) -> Job:
        # Nothing is worked on while the window opens.
        from convsim.ui.jobs import Job

        job = Job(title, total, work, self._window)
        job.failed.connect(self._window.show_error)
        self._jobs.append(job)
        job.ended.connect(lambda: self._jobs.remove(job))
        return job


def _same_view(document: Document, before: Document) -> Document:
    """Return a document just opened, looked at through the tab that was open."""
    return set_view(document, tab=before.view.tab)
