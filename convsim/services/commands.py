"""A command is one thing a person can ask for, written down once for menu, toolbar and keyboard."""

from __future__ import annotations

from collections.abc import Callable

from convsim.core.record import record


def always() -> bool:
    """Return True: the command can be used at any time."""
    return True


@record
class Command:
    """One entry of the table that menus, toolbar, tooltips and the shortcut sheet are made from.

    Attributes
    ----------
    id : str
        Unique and stable, such as ``edit.undo``; lessons name it.
    text : str
        What menus show, already in the reader's language; an ellipsis if it asks first.
    run : function
        What it does.
    menu : str
        The menu it stands in; empty if it is only a key.
    icon : str
        Name of an icon, without ending; empty for none.
    shortcut : tuple of str
        Keys as Qt writes them: ``Ctrl+E``.
    enabled : function
        Whether it can be used now.
    checked : function, optional
        Whether it is switched on, for those that are switches.
    group : str
        Commands of a menu with the same group stand together.
    hint : str
        One sentence more than the text says, for tooltips and the status bar.
    on_stage : bool
        Whether its keys count only while no field is being edited: Space, arrows.
    """

    id: str
    text: str
    run: Callable[[], None]
    menu: str = ""
    icon: str = ""
    shortcut: tuple[str, ...] = ()
    enabled: Callable[[], bool] = always
    checked: Callable[[], bool] | None = None
    group: str = ""
    hint: str = ""
    on_stage: bool = False
