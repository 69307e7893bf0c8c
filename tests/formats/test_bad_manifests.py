"""Cases 37 to 44: descriptions that are no JSON, doubtful JSON, or say what cannot be."""

from __future__ import annotations

import json

import pytest

from convsim.formats import strict_json
from convsim.formats.errors import ManifestError
from tests.formats.hostile import MANIFEST, small, with_manifest, with_part, with_text
from tests.formats.projects import opened, saved
from tests.formats.test_bad_archives import refusal

STRIDE = '"stride": [1, 1]'


def stride(text):
    return with_text(STRIDE, f'"stride": {text}')


def raw(data):
    return with_part(MANIFEST, lambda _old: data)


TEXT = json.dumps({"format": "convsim project"})


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(raw(b"[" * 100_000), "is nested more than 64 deep", id="37-deep"),
        pytest.param(raw(b'{"a":' * 100 + b"1" + b"}" * 100), "is nested more than 64 deep",
                     id="37-a-little"),
        pytest.param(stride("NaN"), "$.layers[0].stride is NaN; it must be a finite number",
                     id="38-nan"),
        pytest.param(stride("[1, -Infinity]"),
                     "$.layers[0].stride[1] is -Infinity; it must be a finite number",
                     id="38-infinity"),
        pytest.param(stride("1e999"), "$.layers[0].stride is 1e999; it must be a finite number",
                     id="38-overflow"),
        pytest.param(stride("9" * 5000),
                     "$.layers[0].stride is a number of 5,000 digits; up to 20 can be read",
                     id="39-digits"),
        pytest.param(with_text(STRIDE, f'{STRIDE}, "stride": 2'),
                     "$.layers[0] has the key 'stride' twice; one of them must go",
                     id="40-twice"),
        pytest.param(stride('"2"'),
                     "$.layers[0].stride: stride must be a whole number; got '2'", id="41-text"),
        pytest.param(stride("1.0"),
                     "$.layers[0].stride: stride must be a whole number; got 1.0", id="41-float"),
        pytest.param(stride("null"),
                     "$.layers[0].stride: stride must be a whole number; got None", id="41-null"),
        pytest.param(stride("{}"),
                     "$.layers[0].stride: stride must be a whole number; got {}", id="41-object"),
        pytest.param(stride("[1, 2, 3]"),
                     "$.layers[0].stride: stride must be one number or (rows, columns); "
                     "got (1, 2, 3)", id="41-three"),
        pytest.param(with_text('"bias": true', '"bias": 1'),
                     "$.layers[0].bias: bias must be true or false; got 1", id="41-switch"),
        pytest.param(with_text('"strict"', '"lax"'),
                     "$.layers[0].policy: policy must be one of strict, floor, same; got 'lax'",
                     id="41-choice"),
        pytest.param(with_text('"kind": "conv"', '"kind": 7'),
                     "$.layers[0].kind must be text; got 7", id="41-kind"),
        pytest.param(with_text('"kind": "conv", ', ""),
                     "$.layers[0].kind must be text; it is missing", id="41-no-kind"),
        pytest.param(with_text('"kernel": [3, 3], ', ""), "$.layers[0].kernel is missing",
                     id="41-no-kernel"),
        pytest.param(with_manifest(lambda t: t["layers"].insert(0, [1])),
                     "$.layers[0] must be an object; got a list", id="41-layer"),
        pytest.param(with_manifest(lambda t: t["layers"][2].update(name="conv1")),
                     "$.layers[2].name: another layer is called 'conv1' too", id="41-names"),
        pytest.param(with_manifest(lambda t: t.update(layers=t["layers"] * 400)),
                     "$.layers holds 1,200; up to 1,000 can be read", id="41-many"),
        pytest.param(with_manifest(lambda t: t.update(cursor={"row": "2"})),
                     "$.cursor.row must be a whole number; got text", id="41-cursor"),
        pytest.param(with_manifest(lambda t: t.update(cursor={"row": -1})),
                     "$.cursor.row must be at least 0", id="42-cursor"),
        pytest.param(with_manifest(lambda t: t.update(fit="squeeze")),
                     "$.fit must be one of crop, fit, stretch; got 'squeeze'", id="41-fit"),
        pytest.param(with_manifest(lambda t: t.update(input=[6, 5])),
                     "$.input must be a list of length 3; got 2", id="41-input"),
        pytest.param(with_manifest(lambda t: t["pictures"][0].update(crop=[1])),
                     "$.pictures[0].crop must be a list of length 4; got 1", id="41-crop"),
        pytest.param(with_manifest(lambda t: t.pop("input")), "$.input is missing",
                     id="41-no-input"),
        pytest.param(with_manifest(lambda t: t.update(version=True)),
                     "$.version must be a whole number from 1; got true", id="41-version"),
        pytest.param(with_manifest(lambda t: t.update(format="zip")),
                     '$.format must be "convsim project": this is no project of ConvSim',
                     id="20-format"),
        pytest.param(raw(b"[]"), '$.format must be "convsim project": this is no project of '
                     "ConvSim", id="20-list"),
        pytest.param(stride("0"), "$.layers[0].stride: stride must be 1 to 64; got 0",
                     id="42-zero"),
        pytest.param(stride("-1"), "$.layers[0].stride: stride must be 1 to 64; got -1",
                     id="42-negative"),
        pytest.param(stride("true"),
                     "$.layers[0].stride: stride must be a whole number; got True",
                     id="42-boolean"),
        pytest.param(with_manifest(lambda t: t.update(input=[6, 0, 3])),
                     "$.input[1] must be 1 to 4096; got 0", id="42-input"),
        pytest.param(with_manifest(lambda t: t.update(input=[True, 5, 3])),
                     "$.input[0] must be a whole number; got true or false",
                     id="42-input-boolean"),
        pytest.param(raw(TEXT.encode("utf-16")),
                     "is UTF-16 or starts with a byte order mark; plain UTF-8 is needed",
                     id="44-utf-16"),
        pytest.param(raw(TEXT.encode("utf-16-be")),
                     "is UTF-16 or starts with a byte order mark; plain UTF-8 is needed",
                     id="44-utf-16-be"),
        pytest.param(raw(b"\xef\xbb\xbf" + TEXT.encode()),
                     "is UTF-16 or starts with a byte order mark; plain UTF-8 is needed",
                     id="44-mark"),
        pytest.param(raw(b'{"a": "\xff"}'), "is not UTF-8 at byte 7", id="44-bytes"),
        pytest.param(raw(b'{"a": }'),
                     "is not JSON: Expecting value in line 1, column 7", id="no-json"),
        pytest.param(raw(b""), "is not JSON: Expecting value in line 1, column 1", id="nothing"),
        pytest.param(raw(b"[" + b"[]," * 1_300_000 + b"1]"),
                     "holds 1,300,001 lists and objects; up to 200,000 can be read",
                     id="many-lists"),
        pytest.param(raw(b"[" + b"[]," * 190_000 + b"1]"),
                     '$.format must be "convsim project"', id="not-too-many-lists"),
    ],
)  # fmt: skip
def test_what_is_refused(data, message):
    assert refusal(data).startswith(f"manifest.json: {message}")


def test_a_description_that_is_too_long():
    data = raw(b'{"a":"' + b"x" * 16_000_000 + b'"}')
    assert refusal(data) == "manifest.json is 16,000,008 bytes; up to 16,000,000 can be read"


def test_43_half_characters_directions_and_endless_labels_are_cleaned():
    def change(tree):
        tree["layers"][0]["name"] = "a\ud800b\u202ec"
        tree["layers"][2]["name"] = "x" * 1_000_000
        tree["filters"] = {"a\ud800b\u202ec": ["one\ntwo", "y" * 5000]}
        tree["numbers"] = {}
        tree["weights"] = {}
        tree["pictures"][0]["name"] = "gpj\u202e.exe"

    result = opened(with_manifest(change))
    network = result.document.network
    long = "x" * 99 + "…" + "x" * 99
    assert [layer.name for layer in network.layers] == ["a\ufffdb\ufffdc", "relu1", long]
    assert result.document.filter_names == {
        "a\ufffdb\ufffdc": ("one\ufffdtwo", "y" * 99 + "…" + "y" * 99)
    }
    assert result.document.picture.name == "gpj\ufffd.exe"
    assert result.converted == (
        "half characters in texts were replaced",
        "$.layers[0].name was shortened or cleaned: 'a\ufffdb\ufffdc'",
        f"$.layers[2].name was shortened or cleaned: '{long}'",
        "texts of the picture 'gpj\ufffd.exe' were shortened or cleaned",
        "names of filters were shortened or cleaned",
    )


def test_43_what_follows_a_cleaned_name():
    def change(tree):
        tree["layers"][0]["name"] = "conv\u202e1"
        tree["numbers"]["conv\u202e1"] = tree["numbers"].pop("conv1")
        tree["weights"].pop("conv1")

    result = opened(with_manifest(change))
    # The arrays are still called conv1, which is nobody's name now: kept, and said.
    assert "arrays belong to no known layer, such as 'conv1.weight'" in result.missing[0]
    assert result.document.weights.numbers["conv\ufffd1"] == small().weights.numbers["conv1"]


def test_two_names_that_are_cleaned_to_the_same_are_told_apart():
    def change(tree):
        tree["layers"][0]["name"], tree["layers"][2]["name"] = "c\u202e", "c\u202d"

    names = [layer.name for layer in opened(with_manifest(change)).document.network.layers]
    assert names == ["c\ufffd", "relu1", "c\ufffd 2"]


def test_half_characters_are_written_as_something_that_can_be_read():
    document = small()
    text = strict_json.encode({"a": "\ud800"})
    assert strict_json.parse(text) == {"a": "?"}
    assert opened(saved(document)).missing == ()


@pytest.mark.parametrize("text", ["1", "-0", "[1, 2.5, null, true]", '{"a": {"b": "ü"}}', '"x"'])
def test_plain_json_is_read_as_json(text):
    assert strict_json.parse(text.encode()) == json.loads(text)


def test_an_overwritten_flaw_still_has_a_message():
    with pytest.raises(ManifestError, match=r"^\$\[0\] has the key 'a' twice"):
        strict_json.parse(b'[{"a": NaN, "a": 1}]')
