"""Every reason and every conversion has a sentence, and its facts are there for a translation."""

from __future__ import annotations

from string import Formatter

import pytest

from convsim.data import Conversion, ImageError, Note, Reason, errors, notes

FACTS = {
    "megabytes": 612,
    "limit": 50,
    "what": "text",
    "size": 99,
    "format": "PNG",
    "detail": "it holds no picture",
    "width": 60_000,
    "height": 60_000,
    "megapixels": 3_600,
    "parts": "pages",
    "model": "LAB",
    "total": 4,
    "frame": 1,
    "frames": 12,
    "colours": 16,
    "bits": 16,
    "scale": 65_535,
    "low": 0.5,
    "high": 2.0,
    "shown": 1.0,
    "count": 3,
    "degrees": 90,
    "orientation": 5,
}


def facts_of(sentence):
    fields = [field for _, field, _, _ in Formatter().parse(sentence) if field]
    return {field: FACTS[field] for field in fields}


@pytest.mark.parametrize("reason", Reason)
def test_a_refusal_names_the_file_and_a_remedy(reason):
    facts = facts_of(errors.SENTENCES[reason])
    error = ImageError("cat.png", reason, **facts)
    assert str(error).startswith("cat.png: ")
    # What was found, then what would work.
    assert ";" in str(error) or ":" in str(error).removeprefix("cat.png:")
    assert (error.name, error.reason, dict(error.facts)) == ("cat.png", reason, facts)


@pytest.mark.parametrize("conversion", Conversion)
def test_a_note_is_one_short_line(conversion):
    facts = facts_of(notes.SENTENCES[conversion])
    note = Note(conversion, tuple(facts.items()))
    assert "\n" not in str(note)
    assert len(str(note)) < 110
    assert note == notes.note(conversion, **facts)


def test_the_sentences_are_complete():
    assert set(errors.SENTENCES) == set(Reason)
    assert set(notes.SENTENCES) == set(Conversion)
