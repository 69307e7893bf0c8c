"""What a person has gathered beside the network: kept runs, and pictures that were labelled."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from convsim.document.runs import NO_RUNS

if TYPE_CHECKING:
    from convsim.document.document import Document
    from convsim.document.runs import Runs


def runs_of(document: Document) -> Runs:
    """Return the runs that a document keeps; none if it never kept one."""
    return document.runs or NO_RUNS


def with_work(document: Document, before: Document) -> Document:
    """Return a document with the runs and labelled pictures of another, which it takes over.

    For when another network is opened: to compare it, or to let it learn from the same pictures.
    """
    return replace(
        document,
        runs=document.runs or before.runs,
        examples=document.examples or before.examples,
    )
