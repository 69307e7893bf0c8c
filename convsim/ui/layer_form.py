"""The settings of a layer as a form, made from the fields that the layer itself declares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from convsim.core.errors import ConvSimError
from convsim.core.geometry import Policy
from convsim.core.layers import Field, Layer, WindowLayer
from convsim.document.edits import set_field
from convsim.ui.bursts import Bursts
from convsim.ui.field_editors import EDITORS, FieldEditor, PairEditor, SidesEditor
from convsim.ui.field_row import FieldRow, reveal
from convsim.ui.layer_words import (
    bounds_text,
    edit_title,
    field_hint,
    field_title,
    problem_text,
    same_padding,
    value_text,
)
from convsim.ui.words import title_of

if TYPE_CHECKING:
    from convsim.document import Document
    from convsim.services.store import Store


class LayerForm(QWidget):
    """One row a field of the cursor's layer; a changed value is an edit at once.

    A form is made once for each class of layer and kept, so that selecting another layer only
    changes numbers.

    Parameters
    ----------
    store : Store
    bursts : Bursts, optional
        Joins quick edits; one of its own unless given.
    """

    def __init__(
        self, store: Store, parent: QWidget | None = None, bursts: Bursts | None = None
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._bursts = bursts or Bursts(store)
        self._forms: dict[type[Layer], _Form] = {}
        self._form: _Form | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        store.changed.connect(self._follow)
        self._show(None, store.document)

    def row(self, name: str) -> FieldRow:
        """Return the row of a field of the layer that is shown."""
        assert self._form is not None
        return self._form.rows[name]

    def editor(self, name: str) -> FieldEditor:
        """Return the editor of a field of the layer that is shown."""
        assert self._form is not None
        return self._form.editors[name]

    @Slot(object, object)
    def _follow(self, before: Document, after: Document) -> None:
        if before.network is not after.network or before.cursor.layer != after.cursor.layer:
            self._show(before, after)

    def _show(self, before: Document | None, document: Document) -> None:
        layer = document.layer
        form = self._forms.get(type(layer))
        if form is None:
            form = self._forms[type(layer)] = _Form(layer.fields, self)
            self._column.addWidget(form)
        if form is not self._form:
            if self._form is not None:
                self._form.hide()
            self._form = form
            form.setVisible(bool(layer.fields))
        other = before is None or before.layer.name != layer.name
        form.show_layer(document, other=other)
        reveal(self, bool(layer.fields))

    @Slot()
    def end_burst(self) -> None:
        """Make the next edit a step of undo of its own."""
        self._bursts.end()

    def choose(self, field: Field, value: Any) -> None:
        """Change a field of the cursor's layer, or say below it why that cannot be."""
        document = self._store.document
        layer = document.layer
        if self._form is None or field.name not in self._form.rows or field not in layer.fields:
            # A box that was being typed into when the layer went away says so only now.
            return
        row = self.row(field.name)
        old = getattr(layer, field.name)
        if old == value:
            row.show_problem("")
            return
        try:
            changed = set_field(document, document.cursor.layer, field.name, value)
        except ConvSimError as problem:
            row.show_problem(problem_text(problem))
            self.editor(field.name).show_value(old)
            return
        text = self.tr("{field} of {layer} {old} → {new}")
        title, new = edit_title(field.name), value_text(field.name, value)
        self._bursts.edit(
            f"{layer.name}.{field.name}",
            value_text(field.name, old),
            lambda first: text.format(field=title, layer=title_of(layer), old=first, new=new),
            changed,
        )


class _Form(QWidget):
    """The rows of one class of layer."""

    def __init__(self, fields: tuple[Field, ...], owner: LayerForm) -> None:
        super().__init__(owner)
        self.rows: dict[str, FieldRow] = {}
        self.editors: dict[str, FieldEditor] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for field in fields:
            editor = EDITORS[field.kind](field)
            row = FieldRow(
                field_title(field.name),
                editor,
                wide=field.kind == "choice",
                tip=field_hint(field.name),
            )
            editor.chosen.connect(lambda value, field=field: owner.choose(field, value))
            editor.apart.connect(owner.end_burst)
            editor.refused.connect(
                lambda text, field=field, row=row: row.show_problem(
                    bounds_text(
                        field_title(field.name),
                        field.low,
                        field.high,
                        text,
                        whole=field.kind != "number",
                    )
                )
            )
            self.rows[field.name], self.editors[field.name] = row, editor
            column.addWidget(row)

    def show_layer(self, document: Document, *, other: bool) -> None:
        """Show the values of the cursor's layer; `other` if another layer was shown before."""
        layer = document.layer
        for name, editor in self.editors.items():
            editor.show_value(getattr(layer, name))
            self.rows[name].show_problem("")
            if other and isinstance(editor, PairEditor | SidesEditor):
                editor.relink()
        if isinstance(layer, WindowLayer):
            self.editors["padding"].setEnabled(layer.policy is not Policy.SAME)
            self.rows["padding"].show_hint(same_padding(document.place))
