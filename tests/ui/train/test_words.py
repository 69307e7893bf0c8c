"""What the Train view says in words."""

from __future__ import annotations

from dataclasses import replace

from convsim.services.advice import Finding, Ill
from convsim.services.opening import open_preset
from convsim.ui.train.words import duration, finding_text


def test_what_is_found_is_said_by_name(qapp):
    document = replace(open_preset("lenet5"), classes=("cat", "dog"))
    assert "“dog”" in finding_text(Finding(Ill.ONE_CLASS, 1), document)
    assert finding_text(Finding(Ill.DEAD, 1, 5, 6), document).startswith("ReLU 1: 5 of 6 are 0")
    assert "after epoch 3" in finding_text(Finding(Ill.OVERFITTING, -1, 3, 8), document)
    assert "shuffled" in finding_text(Finding(Ill.ORDERED), document)


def test_times_are_said_as_people_say_them(qapp):
    assert [duration(s) for s in (0.2, 60, 600, 7200)] == ["1 s", "60 s", "10 min", "2 h"]


def test_augmentation_is_not_advised_where_it_is_on() -> None:
    found, document = Finding(Ill.OVERFITTING, -1, 3, 8), open_preset("lenet5")
    assert "augmentation" in finding_text(found, document)
    assert "augmentation" not in finding_text(found, document, augmented=True)
