"""The table of commands: menus, toolbar, shortcut sheet and tooltips are all made from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from convsim.document import PRESETS
from convsim.services import camera
from convsim.services.commands import Command
from convsim.ui.build_commands import build_commands
from convsim.ui.train.commands import train_commands

if TYPE_CHECKING:
    from collections.abc import Callable

    from convsim.ui.deeds import Deeds

MENUS = ("file", "edit", "view", "network", "play", "train", "help")


def tr(text: str) -> str:
    """Return a text in the reader's language."""
    return QCoreApplication.translate("commands", text)


def menu_titles() -> dict[str, str]:
    """Return the titles of the menus, in their order."""
    texts = (
        tr("&File"),
        tr("&Edit"),
        tr("&View"),
        tr("&Network"),
        tr("&Play"),
        tr("&Train"),
        tr("&Help"),
    )
    return dict(zip(MENUS, texts, strict=True))


def command_table(window: Deeds) -> tuple[Command, ...]:
    """Return every command of the window."""
    return (
        *_file(window),
        *_edit(window),
        *_view(window),
        *_network(window),
        *_play(window),
        *train_commands(
            lambda: window.tabs,
            window.show_tab,
            lambda: window.context.document.progress is not None,
        ),
        *_help(window),
    )


def _file(w: Deeds) -> tuple[Command, ...]:
    def can_save() -> bool:
        return not w.projects.saving

    return (
        Command(
            "file.new",
            tr("New Network"),
            w.files.new_network,
            "file",
            "plus",
            ("Ctrl+N",),
            hint=tr("Without any layer, to be built from nothing"),
        ),
        Command(
            "file.open",
            tr("Open…"),
            w.projects.ask_open,
            "file",
            "folder-open",
            ("Ctrl+O",),
            hint=tr("A project, a network, a picture or a data set; dropping one works too"),
        ),
        Command(
            "file.save",
            tr("Save"),
            w.projects.save,
            "file",
            "save",
            ("Ctrl+S",),
            can_save,
            group="save",
            hint=tr("Network, weights, pictures and where you stand, in one file"),
        ),
        Command(
            "file.save_as",
            tr("Save As…"),
            w.projects.save_as,
            "file",
            shortcut=("Ctrl+Shift+S",),
            enabled=can_save,
            group="save",
        ),
        Command(
            "file.save_copy",
            tr("Save a Copy…"),
            w.projects.save_copy,
            "file",
            enabled=can_save,
            group="save",
            hint=tr("To another file; the work goes on in this one"),
        ),
        Command(
            "file.picture",
            tr("Open Picture…"),
            w.files.ask_picture,
            "file",
            "image",
            ("Ctrl+Shift+O",),
            group="open",
            hint=tr("PNG, JPEG, WebP, BMP, GIF or TIFF"),
        ),
        Command("file.cat", tr("Cat Picture"), w.files.open_cat, "file", group="open"),
        *_camera(w),
        Command(
            "file.import",
            tr("Import ONNX…"),
            lambda: w.network_files.ask_import(),
            "file",
            group="networks",
            hint=tr("A network of another program; it is computed exactly, or refused by name"),
        ),
        *_exports(w),
        Command(
            "file.export",
            tr("Export Figure…"),
            w.files.export_figure,
            "file",
            "download",
            ("Ctrl+E",),
            group="export",
            hint=tr("What the view shows, as PNG, SVG or PDF for a slide"),
        ),
        Command(
            "file.animate",
            tr("Export Animation…"),
            w.files.export_animation,
            "file",
            "film",
            ("Ctrl+Shift+E",),
            enabled=lambda: w.files.can_animate,
            group="export",
            hint=tr("The window moving over the picture, or a training's history, as GIF or WebP"),
        ),
        Command(
            "file.curves",
            tr("Export Curves as CSV…"),
            w.files.export_curves,
            "file",
            enabled=lambda: w.files.has_curves,
            group="export",
            hint=tr("Loss and accuracy of the training, for a spreadsheet"),
        ),
        Command(
            "file.quit", tr("Quit"), w.close_window, "file", shortcut=("Ctrl+Q",), group="quit"
        ),
    )


def _camera(w: Deeds) -> tuple[Command, ...]:
    """Return the command of the camera, where there is software for cameras."""
    if not camera.available():
        return ()
    return (
        Command(
            "file.camera",
            tr("Live Camera"),
            w.toggle_live,
            "file",
            checked=lambda: w.is_live,
            group="open",
            hint=tr("Every frame becomes the picture; switch it off to keep what is seen"),
        ),
    )


EXPORTS = ("onnx", "pytorch", "keras")
"""What the whole network can be exported as; these commands stand in a menu of their own."""


def _exports(w: Deeds) -> tuple[Command, ...]:
    words = {
        "onnx": (tr("ONNX…"), tr("One file, for onnxruntime, PyTorch and all others that read it")),
        "pytorch": (tr("PyTorch Program…"), tr("To run, to read and to train, with its weights")),
        "keras": (tr("Keras Program…"), tr("For Keras 3, with its weights")),
    }

    def whole() -> bool:
        network = w.context.document.network
        return bool(network.layers) and network.bad_place is None

    return tuple(
        Command(
            f"export.{to}",
            words[to][0],
            lambda to=to: w.network_files.ask_export(to),  # type: ignore[misc]
            enabled=whole,
            hint=words[to][1],
        )
        for to in EXPORTS
    )


def _edit(w: Deeds) -> tuple[Command, ...]:
    stack = w.context.store.undo_stack
    return (
        Command("edit.undo", tr("Undo"), stack.undo, "edit", "undo-2", ("Ctrl+Z",), stack.canUndo),
        Command(
            "edit.redo",
            tr("Redo"),
            stack.redo,
            "edit",
            "redo-2",
            ("Ctrl+Shift+Z", "Ctrl+Y"),
            stack.canRedo,
        ),
        Command(
            "edit.copy",
            tr("Copy Figure"),
            w.files.copy_figure,
            "edit",
            "clipboard-copy",
            ("Ctrl+C",),
            group="clipboard",
            hint=tr("What the view shows, to paste into a slide"),
        ),
        Command(
            "edit.paste",
            tr("Paste"),
            w.paste,
            "edit",
            "clipboard-paste",
            ("Ctrl+V",),
            group="clipboard",
            hint=tr("A picture, or layers"),
        ),
    )


def _view(w: Deeds) -> tuple[Command, ...]:
    tabs = (
        ("overview", tr("Overview")),
        ("step", tr("Step")),
        ("maps", tr("Maps")),
        ("counts", tr("Counts")),
        ("train", tr("Train")),
    )
    shown = (
        Command(
            f"view.{key}",
            text,
            lambda key=key: w.show_tab(key),  # type: ignore[misc]
            "view",
            shortcut=(f"Ctrl+{n}",),
            checked=lambda key=key: w.context.document.view.tab == key,  # type: ignore[misc]
            group="tabs",
        )
        for n, (key, text) in enumerate(tabs, 1)
    )
    return (
        *shown,
        Command(
            "view.theme",
            tr("Dark Theme"),
            w.toggle_theme,
            "view",
            shortcut=("Ctrl+T",),
            checked=lambda: w.context.theme.name == "dark",
            group="look",
        ),
        Command(
            "view.presentation",
            tr("Presentation"),
            w.toggle_presentation,
            "view",
            "presentation",
            ("F5",),
            checked=lambda: w.presenting,
            group="look",
            hint=tr("Larger figures without panels, for a projector; Esc ends it"),
        ),
        Command(
            "view.end_presentation",
            tr("End Presentation"),
            w.toggle_presentation,
            shortcut=("Esc",),
            enabled=lambda: w.presenting,
        ),
        Command(
            "view.panel",
            tr("Next Panel"),
            w.next_panel,
            "view",
            shortcut=("F6",),
            group="layout",
            hint=tr("From the list of layers to the stage to the settings"),
        ),
        Command("view.reset", tr("Reset Layout"), w.reset_layout, "view", group="layout"),
    )


def _network(w: Deeds) -> tuple[Command, ...]:
    presets = (
        Command(
            f"preset.{preset.name}",
            preset.title,
            lambda name=preset.name: w.files.open_preset(name),  # type: ignore[misc]
            "network",
            checked=lambda name=preset.name: w.context.document.preset == name,  # type: ignore[misc]
            group="presets",
            hint=preset.line,
        )
        for preset in PRESETS.values()
    )

    def has_layers() -> bool:
        return not w.context.document.empty

    return (
        Command(
            "network.previous",
            tr("Previous Layer"),
            lambda: w.move_layer(-1),
            "network",
            "chevron-up",
            ("Ctrl+Up",),
        ),
        Command(
            "network.next",
            tr("Next Layer"),
            lambda: w.move_layer(1),
            "network",
            "chevron-down",
            ("Ctrl+Down",),
        ),
        *build_commands(w.network, w.context),
        Command(
            "weights.import",
            tr("Import Weights…"),
            lambda: w.weights_files.ask_import(),
            "network",
            enabled=has_layers,
            group="weights",
            hint=tr("Safetensors or NumPy for all layers; a table (CSV) for the selected one"),
        ),
        Command(
            "weights.export",
            tr("Export Weights…"),
            lambda: w.weights_files.ask_export(),
            "network",
            enabled=has_layers,
            group="weights",
        ),
        *presets,
    )


def _play(w: Deeds) -> tuple[Command, ...]:
    p, player = w.walker, w.player

    def can_step() -> bool:
        return w.context.document.walk is not None

    def key(
        id_: str, text: str, run: Callable[[], None], keys: str, group: str = "", name: str = ""
    ) -> Command:
        return Command(
            id_,
            text,
            run,
            "play",
            name,
            (keys,),
            can_step,
            None,
            group,
            on_stage=True,
        )

    return (
        key("play.toggle", tr("Play or Pause"), p.toggle, "Space", name="play"),
        key("play.forward", tr("One Position On"), lambda: p.step(1), "Right", "step"),
        key("play.back", tr("One Position Back"), lambda: p.step(-1), "Left", "step"),
        key("play.inside", tr("Inside: Next Part"), lambda: p.inside(1), "Shift+Right", "inside"),
        key(
            "play.outside", tr("Inside: Part Before"), lambda: p.inside(-1), "Shift+Left", "inside"
        ),
        key("play.down", tr("A Row Down"), lambda: p.row(1), "Down", "row"),
        key("play.up", tr("A Row Up"), lambda: p.row(-1), "Up", "row"),
        key("play.next_filter", tr("Next Filter"), lambda: p.filter(1), "PgDown", "filter"),
        key("play.previous_filter", tr("Previous Filter"), lambda: p.filter(-1), "PgUp", "filter"),
        key("play.first", tr("First Position"), p.first, "Home", "ends"),
        key("play.last", tr("Last Position"), p.last, "End", "ends"),
        key("play.slower", tr("Slower"), lambda: player.faster(-1), "[", "speed"),
        key("play.faster", tr("Faster"), lambda: player.faster(1), "]", "speed"),
        Command(
            "play.loop",
            tr("Begin Anew at the End"),
            lambda: player.set_loop(not player.loop),
            "play",
            shortcut=("L",),
            checked=lambda: player.loop,
            group="speed",
            on_stage=True,
        ),
    )


def _help(w: Deeds) -> tuple[Command, ...]:
    return (
        Command(
            "help.keys", tr("Keyboard Shortcuts"), w.show_keys, "help", "circle-help", ("F1", "?")
        ),
        Command("help.about", tr("About ConvSim"), w.show_about, "help"),
    )
