"""Why pip failed, said in one sentence and without addresses."""

from __future__ import annotations

import pytest
from pipwords import explain, not_to_be_had, package_of

ADDRESS = "https://index.invalid/simple/numpy/"
FAILURES = {
    "network": (
        "Collecting numpy==2.4.6\n"
        "  WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError("
        f"Temporary failure in name resolution)': {ADDRESS}\n"
        "ERROR: Could not find a version that satisfies the requirement numpy==2.4.6 (from "
        "versions: none)\nERROR: No matching distribution found for numpy==2.4.6\n",
        "numpy==2.4.6 could not be downloaded; is there a network?",
    ),
    "no wheel": (
        "ERROR: Could not find a version that satisfies the requirement numpy==2.4.6\n"
        "ERROR: No matching distribution found for numpy==2.4.6\n",
        "there is no numpy==2.4.6 for this system and this Python",
    ),
    "hash": (
        "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.\n"
        f"    hatchling==1.33.0 from {ADDRESS}hatchling-1.33.0.whl (from -r lock.txt (line 2)):\n"
        "        Expected sha256 0000\n             Got        4152\n",
        "what was downloaded for hatchling==1.33.0 is not what the lock file names (wrong hash)",
    ),
    "disk": (
        "Installing collected packages: numpy\n"
        "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n",
        "the disk is full",
    ),
    "build": (
        "  error: subprocess-exited-with-error\n"
        "      OSError: Readme file does not exist: README.md\n"
        "error: metadata-generation-failed\n",
        "Readme file does not exist: README.md",
    ),
    "another": ("ERROR: something new\n", "something new"),
    "silence": ("", "pip failed without saying why"),
}


@pytest.mark.parametrize("case", FAILURES)
def test_a_failure_is_explained(case: str) -> None:
    output, sentence = FAILURES[case]
    assert explain(output) == sentence


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Collecting PySide6-Essentials==6.11.3 (from -r lock.txt)", "PySide6-Essentials"),
        ("  Downloading numpy-2.4.6-cp311-cp311-linux_x86_64.whl (18.0 MB)", "numpy"),
        ("  Using cached pillow-13.0.0-cp311-cp311-linux_x86_64.whl", "pillow"),
        ("Installing collected packages: numpy, pillow", "unpacking"),
        ("Processing ./somewhere/torch.whl", None),
        ("Looking in links: somewhere", None),
        ("", None),
    ],
)
def test_the_package_that_a_line_is_about(line: str, name: str | None) -> None:
    assert package_of(line) == name


def test_what_the_index_does_not_have() -> None:
    wanted = {case: not_to_be_had(output) for case, (output, _) in FAILURES.items()}
    assert {case: name for case, name in wanted.items() if name} == {"no wheel": "numpy==2.4.6"}
