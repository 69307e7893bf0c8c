"""What the table of commands may ask of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from convsim.services.player import Player
    from convsim.ui.context import Context
    from convsim.ui.files import Files
    from convsim.ui.layer_list import NetworkPanel
    from convsim.ui.network_files import NetworkFiles
    from convsim.ui.projects import Projects
    from convsim.ui.tabs import Tabs
    from convsim.ui.walker import Walker
    from convsim.ui.weights_files import WeightsFiles


class Deeds(Protocol):
    """What the window itself can do."""

    context: Context
    player: Player
    walker: Walker
    files: Files
    projects: Projects
    network: NetworkPanel
    tabs: Tabs
    presenting: bool

    @property
    def weights_files(self) -> WeightsFiles:
        """Weights from files and into them; made when first needed."""

    @property
    def network_files(self) -> NetworkFiles:
        """Networks of other programs; made when first needed."""

    @property
    def is_live(self) -> bool:
        """Whether the camera's frames are shown as they come."""

    def toggle_live(self) -> None:
        """Begin or freeze the camera's picture."""

    def paste(self) -> None:
        """Take what lies on the clipboard."""

    def show_tab(self, key: str) -> None:
        """Show one of the views."""

    def move_layer(self, by: int) -> None:
        """Select another layer."""

    def toggle_theme(self) -> None:
        """Change between light and dark."""

    def toggle_presentation(self) -> None:
        """Begin or end the presentation."""

    def next_panel(self) -> None:
        """Give the keyboard to the next panel."""

    def reset_layout(self) -> None:
        """Put every panel back."""

    def show_keys(self) -> None:
        """Show the shortcut sheet."""

    def show_about(self) -> None:
        """Say what this program is."""

    def close_window(self) -> None:
        """Close the window."""
