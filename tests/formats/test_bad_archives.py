"""Cases 17 to 36: archives that are damaged, hostile, older or newer; each with its message."""

from __future__ import annotations

import io
import json
import tracemalloc
import zipfile
from time import process_time

import numpy as np
import pytest

from convsim.core.layers import UnknownLayer
from convsim.formats import manifest
from convsim.formats.errors import NewerError, ProjectError
from convsim.formats.project_reader import project_in, read_project
from convsim.services.projects import open_project, save_project
from tests.formats.hostile import (
    MANIFEST,
    WEIGHTS,
    bomb,
    link,
    parts_of,
    patched,
    small,
    with_manifest,
    with_part,
    zipped,
)
from tests.formats.projects import assert_same, opened, saved

GOOD = saved(small())
PARTS = parts_of(GOOD)
COPY = "copy or download it again"
DENSE = np.random.default_rng(1).integers(0, 256, 468_750, np.uint8).repeat(64).tobytes()
"""30 MB that deflate to about a fiftieth."""
SECONDS, BYTES = 2, 300_000_000


def refusal(data):
    """Return why a file is refused, within time (the processor's: others use it) and memory."""
    began = process_time()
    text = _refused(data)
    assert process_time() - began < SECONDS
    tracemalloc.start()
    try:
        assert _refused(data) == text
        assert tracemalloc.get_traced_memory()[1] < BYTES
    finally:
        tracemalloc.stop()
    assert "\n" not in text
    assert len(text) < 500
    return text


def _refused(data):
    with pytest.raises(ProjectError) as caught:
        project_in(io.BytesIO(data), len(data))
    return str(caught.value)


def with_name(name):
    return zipped([*PARTS.items(), (name, b"x")])


def test_the_good_one_opens():
    result = opened(GOOD)
    assert result.missing == ()
    assert_same(result.document, small())


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"", f"is empty (0 bytes); {COPY}", id="empty"),
        pytest.param(
            b"Dear diary, today I learned what a convolution is.",
            "is not a project (no zip archive); choose a file that ConvSim saved",
            id="17-not-a-zip",
        ),
        pytest.param(b"P", "is not a project (no zip archive); choose a file that ConvSim saved",
                     id="17-one-letter"),
        pytest.param(
            GOOD[:-100],
            f"ends too early, after {len(GOOD) - 100:,} bytes; a part is missing: {COPY}",
            id="18-truncated",
        ),
        pytest.param(
            zipped((k, v) for k, v in PARTS.items() if k != MANIFEST),
            "has no manifest.json, so it is no project; choose a file of ConvSim",
            id="20-no-manifest",
        ),
        pytest.param(zipped([]), "has no manifest.json, so it is no project; choose a file of "
                     "ConvSim", id="20-no-parts"),
        pytest.param(
            patched(GOOD, WEIGHTS, "crc", 1),
            "weights.safetensors is damaged (its checksum is wrong); use a backup",
            id="19-the-whole",
        ),
        pytest.param(with_name("../x"), "holds '../x', a name that leads out of the file",
                     id="24-up"),
        pytest.param(with_name("/etc/x"), "holds '/etc/x', a name that leads out of the file",
                     id="24-absolute"),
        pytest.param(with_name("C:\\x"), "holds 'C:\\\\x', a name that leads out of the file",
                     id="24-drive"),
        pytest.param(with_name("a/./x"), "holds 'a/./x', a name that leads out of the file",
                     id="24-dot"),
        pytest.param(with_name("Manifest.JSON"), "holds 'Manifest.JSON' and 'manifest.json', "
                     "which are the same name on some systems", id="25-case"),
        pytest.param(with_name("con.png"), "holds 'con.png', a name that Windows keeps for itself",
                     id="25-con"),
        pytest.param(with_name("a/LPT1"), "holds 'a/LPT1', a name that Windows keeps for itself",
                     id="25-lpt"),
        pytest.param(with_name("x."), "holds 'x.', a name that Windows keeps for itself",
                     id="25-dot-at-the-end"),
        pytest.param(
            with_name("abc_x").replace(b"abc_x", b"ab\0_x"),
            "holds 'ab\\x00_x', a name that cannot be a file's",
            id="25-nul",
        ),
        pytest.param(
            zipped([*PARTS.items(), link("picture.png", b"/etc/passwd")]),
            "'picture.png' is a link or a device, not a file",
            id="26-link",
        ),
        pytest.param(
            bomb(100 << 20),
            "'manifest.json' would unpack to 104,857,600 bytes, more than 100 times its 101,9",
            id="27-bomb",
        ),
        pytest.param(
            zipped([(f"{i}.bin", DENSE) for i in range(7)], compression=zipfile.ZIP_DEFLATED,
                   compresslevel=1),
            "would unpack to 210 MB; up to 200 MB can be: save it with ConvSim, "
            "which stores weights as they are",
            id="27-many-small-bombs",
        ),
        pytest.param(
            patched(
                zipped(PARTS.items(), compression=zipfile.ZIP_DEFLATED),
                MANIFEST, "size", len(PARTS[MANIFEST]) - 1,
            ),
            f"manifest.json holds more than the {len(PARTS[MANIFEST]) - 1:,} bytes that it says",
            id="28-more-than-declared",
        ),
        pytest.param(
            patched(GOOD, WEIGHTS, "size", 7),
            "'weights.safetensors' holds more or less than it says",
            id="28-stored",
        ),
        pytest.param(
            patched(GOOD, MANIFEST, "flags", 1),
            "'manifest.json' is encrypted; save it without a password",
            id="30-encrypted",
        ),
        pytest.param(
            patched(GOOD, MANIFEST, "method", 93),
            "'manifest.json' is compressed in an unknown way (method 93); "
            "stored and deflated parts can be read",
            id="31-method",
        ),
        pytest.param(b"#!/bin/sh\n" + GOOD, "has bytes before its beginning; save it again",
                     id="32-before"),
        pytest.param(GOOD + b"\n<html>", "has 7 bytes after its end", id="32-after"),
        pytest.param(GOOD[:-2] + b"\5\0hello", "has 5 bytes after its end", id="32-comment"),
    ],
)  # fmt: skip
def test_what_is_refused(data, message):
    assert refusal(data).startswith(message)


def test_22_a_name_twice():
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = zipped([*PARTS.items(), (WEIGHTS, b"x")])
    assert refusal(data) == "holds 'weights.safetensors' twice; save it again"


def test_23_parts_that_overlap():
    names = ["a.bin", "b.bin"]
    data = zipped([*PARTS.items(), *((name, b"y" * 50) for name in names)])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        first = archive.getinfo("a.bin").header_offset
    # Both entries of the list now lead to the same bytes.
    data = patched(data, "b.bin", "offset", first, where="list")
    assert refusal(data).startswith("'b.bin' overlaps another part")


def test_23_a_part_inside_another():
    inner = zipped([("b.bin", b"y" * 20)])[:55]
    data = zipped([*PARTS.items(), ("a.bin", inner), ("b.bin", b"y" * 20)])
    inside = data.index(inner)
    data = patched(data, "b.bin", "offset", inside, where="list")
    assert "overlaps another part" in refusal(data)


def test_23_bytes_that_belong_to_no_part():
    data = zipped([*PARTS.items(), ("a.bin", b"y" * 50), ("b.bin", b"z")])
    # The list loses an entry; its bytes stay.
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        start = archive.start_dir
    entry = data.rindex(b"a.bin") - 46
    table = data[start:entry] + data[entry + 46 + 5 : -22]
    end = bytearray(data[-22:])
    end[8:12] = (len(PARTS) + 1).to_bytes(2, "little") * 2
    end[12:16] = len(table).to_bytes(4, "little")
    data = data[:start] + table + bytes(end)
    assert refusal(data) == "has 85 bytes that belong to no part; save it again"


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("crc", 5, "has another size in its own header"),
        ("method", 0, "is packed otherwise in its own header"),
        ("flags", 2048, "is called otherwise in its own header"),
    ],
)
def test_a_part_whose_two_headers_differ(field, value, message):
    data = patched(GOOD, MANIFEST, field, value, where="own")
    assert message in refusal(data)


def test_29_a_hundred_thousand_parts():
    data = zipped((f"{n}", b"") for n in range(70_000))
    assert refusal(data) == "has 70,000 parts; up to 1,000 can be read"
    data = zipped((f"{n}", b"") for n in range(1_001))
    assert refusal(data) == "has 1,001 parts; up to 1,000 can be read"


def test_archives_that_other_programs_write_are_read():
    for settings in (
        {"compression": zipfile.ZIP_STORED},
        {"compression": zipfile.ZIP_DEFLATED},
    ):
        data = zipped([("pictures/", b""), *PARTS.items()], **settings)
        assert_same(opened(data).document, small())

    class Pipe(io.BytesIO):
        def seekable(self):
            return False

        def seek(self, *_):
            raise OSError

        def tell(self):
            raise OSError

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in PARTS.items():
            archive.writestr(name, part)
    assert_same(opened(pipe.getvalue()).document, small())


def test_parts_with_wide_numbers_are_read():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, part in PARTS.items():
            with archive.open(name, "w", force_zip64=True) as entry:
                entry.write(part)
    assert_same(opened(buffer.getvalue()).document, small())


def test_wide_numbers_are_written_where_they_are_needed(monkeypatch):
    # Simulated: from 100 bytes on, instead of 4 GiB.
    monkeypatch.setattr("convsim.formats.archive_writer.FULL32", 100)
    data = saved(small())
    monkeypatch.undo()
    assert b"PK\6\6" in data
    wide = data.replace((100).to_bytes(4, "little"), b"\xff\xff\xff\xff")
    with zipfile.ZipFile(io.BytesIO(wide)) as archive:
        assert archive.testzip() is None
    assert_same(opened(wide).document, small())


def test_19_one_damaged_array_names_its_layer_and_the_rest_opens():
    at = GOOD.index(PARTS[WEIGHTS]) + len(PARTS[WEIGHTS]) - 1
    result = opened(GOOD[:at] + bytes([GOOD[at] ^ 255]) + GOOD[at + 1 :])
    assert result.missing == (
        "conv2: bias is damaged (its checksum is wrong); its weights were made anew",
    )
    weights = result.document.weights
    assert list(weights.made) == ["conv1"]
    np.testing.assert_array_equal(weights[0]["weight"], small().weights[0]["weight"])
    # From the same seed: what was never edited is even the same.
    np.testing.assert_array_equal(weights[2]["weight"], small().weights[2]["weight"])


def test_21_missing_weights_are_made_anew():
    result = opened(with_part(WEIGHTS, lambda _data: None))
    anew = "is missing from the file; its weights were made anew"
    assert result.missing == (f"conv1: weight {anew}", f"conv2: weight {anew}")
    assert result.document.weights.made == {}


def test_33_a_newer_reader_is_needed():
    data = with_manifest(lambda tree: tree.update(needs=3, version=3))
    with pytest.raises(NewerError):
        opened(data)
    assert refusal(data) == ("needs reader 3; this is 1: open it with a newer version of ConvSim")


def test_34_a_newer_writer_that_older_readers_can_read():
    data = with_manifest(lambda tree: tree.update(version=7, writer="9.1"))
    result = opened(data)
    assert result.missing == ("a newer ConvSim (9.1) wrote this file",)
    assert_same(result.document, small())


def test_35_an_older_version_is_converted_and_kept(tmp_path, monkeypatch):
    # Simulated: what came since was only added, so one that changes something is played.
    path = tmp_path / "net.convsim"
    old = with_manifest(lambda tree: tree.update(preset="old name", version=1))
    path.write_bytes(old)
    monkeypatch.setitem(manifest.UPGRADES, 1, lambda tree: {**tree, "preset": "new name"})
    result = read_project(path)
    assert result.older
    assert result.converted == ("the file is of version 1; it is now 2",)
    assert result.missing == ()
    assert result.document.preset == "new name"
    save_project(path, result.document)
    assert (tmp_path / "net.convsim.bak").read_bytes() == old


def test_35_of_an_older_version_that_lacks_something_only_nothing_is_said():
    result = opened(with_manifest(lambda tree: tree.update(version=1)))
    assert result.older
    assert (result.converted, result.missing) == ((), ())
    assert_same(result.document, small())


def test_36_an_unknown_layer_is_kept_and_written_back():
    def change(tree):
        tree["layers"].insert(1, {"kind": "attention", "name": "look", "heads": [4, {"a": None}]})
        tree["layers"][0]["gain"] = 0.5

    result = opened(with_manifest(change))
    document = result.document
    assert result.missing == (
        "$.layers[0] holds what is not known: gain; it is kept",
        "look: layers of the kind 'attention' are not known; it is kept",
    )
    assert isinstance(document.network.layers[1], UnknownLayer)
    bad = document.network.bad_place
    assert bad is not None
    assert str(bad.error) == (
        "look: this version of ConvSim does not know layers of the kind 'attention'; "
        "remove it, or open the file with a newer version"
    )
    assert list(document.weights.made) == ["conv1", "conv2"]
    tree = json.loads(parts_of(saved(document))[MANIFEST])
    assert tree["layers"][0]["gain"] == 0.5
    assert tree["layers"][1] == {
        "kind": "attention", "name": "look", "heads": [4, {"a": None}],
    }  # fmt: skip


def test_18_a_truncated_file_names_its_backup(tmp_path):
    path = tmp_path / "net.convsim"
    save_project(path, small())
    save_project(path, small())
    path.write_bytes(GOOD[:500])
    with pytest.raises(ProjectError) as caught:
        open_project(path)
    assert str(caught.value) == (
        "net.convsim: ends too early, after 500 bytes; a part is missing: "
        f"{COPY}; the version before it is in net.convsim.bak"
    )


@pytest.mark.parametrize("cut", range(0, len(GOOD), 97))
def test_every_truncated_file_is_refused(cut):
    refusal(GOOD[:cut])


def test_files_that_are_none(tmp_path):
    import os

    for path, message in (
        (tmp_path, "is a folder; choose a file in it"),
        (tmp_path / "gone.convsim", "is not there (any more); it may have been moved, renamed"),
        (tmp_path / "a\0b", "is not there (any more)"),
    ):
        with pytest.raises(ProjectError, match=r"^[^:]+: ") as caught:
            read_project(path)
        assert str(caught.value).partition(": ")[2].startswith(message)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(ProjectError, match="is a device or a pipe"):
            read_project(tmp_path / "pipe")
