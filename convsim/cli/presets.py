"""``convsim presets``: the networks that come with the program, and what each of them answers."""

from __future__ import annotations

from collections.abc import Sequence

from convsim.cli.output import say
from convsim.cli.parsing import Parser
from convsim.document.presets import PRESETS, Preset

EXAMPLES = ("convsim presets", "convsim summary --preset lecture")


def run(argv: Sequence[str]) -> int:
    """List names, titles and lines of the lecture; return the exit status."""
    parser = Parser("presets", "[-h]", "List the networks that come with ConvSim.", EXAMPLES)
    parser.read(argv)
    names = max(len(name) for name in PRESETS)
    titles = max(len(preset.title) for preset in PRESETS.values())
    for preset in PRESETS.values():
        say(f"{preset.name:<{names}}  {preset.title:<{titles}}  {preset.line}{_taught(preset)}")
    return 0


def _taught(preset: Preset) -> str:
    """Return what a preset was taught, and how well it knows it; empty if it was not."""
    if not preset.taught:
        return ""
    from convsim.services.taught import lessons

    known = lessons(preset.name)
    share = f"{known.accuracy:.1%} of {known.count:,} test pictures"
    return f" [taught {known.data}: {share}]"
