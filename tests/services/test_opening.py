"""Opening: presets with their own picture, and pictures in any network."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from convsim.core.errors import ConvSimError, LayerError, ParameterError
from convsim.core.fit import Fit
from convsim.data import bar, prepare
from convsim.document.edits import remove_picture
from convsim.document.presets import PRESETS
from convsim.services import opening
from tests.services.pictures import grey_picture, save_png


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_opens_on_a_picture_of_the_size_of_its_input(name):
    document = opening.open_preset(name)
    assert document.preset == name
    assert document.image.shape == document.network.input_shape
    assert document.image.dtype == np.float32
    assert not document.image.flags.writeable
    assert document.picture.name == ("cross" if name.startswith("grid") else "cat.png")


def test_a_picture_of_ones_own_takes_the_presets_place(tmp_path):
    document = opening.open_preset("grid-stride-1", save_png(tmp_path / "mine.png"))
    assert document.picture.name == "mine.png"
    assert document.image.shape == (7, 7, 1)


def test_a_picture_of_the_right_size_enters_as_value_over_255(tmp_path):
    values = np.arange(32 * 32 * 3, dtype=np.uint32).reshape(32, 32, 3).astype(np.uint8)
    Image.fromarray(values).save(tmp_path / "exact.png")
    document = opening.open_preset("lecture", tmp_path / "exact.png")
    np.testing.assert_array_equal(document.image, values.astype(np.float32) / np.float32(255))


def test_an_unknown_preset_lists_those_there_are():
    with pytest.raises(LayerError, match="no preset is called 'resnet'; there are lecture, grid-"):
        opening.open_preset("resnet")


def test_a_file_that_is_no_picture_says_what_it_is(tmp_path):
    (tmp_path / "cat.png").write_text("<html><body>404</body></html>")
    with pytest.raises(ConvSimError, match=r"cat\.png: is a web page, not a picture"):
        opening.open_preset("lecture", tmp_path / "cat.png")


def test_notes_about_conversions_come_with_the_picture(tmp_path):
    Image.new("CMYK", (40, 40)).save(tmp_path / "print.tiff")
    picture = opening.read_picture(tmp_path / "print.tiff")
    assert picture.notes == ("CMYK colours converted to RGB",)


def test_bytes_from_the_clipboard_are_a_picture_too():
    buffer = io.BytesIO()
    Image.new("RGB", (5, 4), (1, 2, 3)).save(buffer, "PNG")
    picture = opening.decode_picture(buffer.getvalue(), "clipboard")
    assert picture.name == "clipboard"
    assert picture.pixels.shape == (4, 5, 3)


def test_a_made_picture_can_be_opened(lecture):
    picture = opening.picture_of(bar(32, 32, 45.0))
    assert opening.with_picture(lecture, picture).picture is picture


def test_another_picture_changes_nothing_but_the_picture(lecture):
    changed = opening.with_picture(lecture, grey_picture())
    assert changed.picture.name == "ramp"
    assert changed.network is lecture.network
    assert changed.weights is lecture.weights
    assert changed.cursor == lecture.cursor
    np.testing.assert_array_equal(changed.image[..., 0], changed.image[..., 2])


def test_another_fit_cuts_the_original_anew(tmp_path):
    document = opening.open_preset("lecture", save_png(tmp_path / "wide.png", 64, 128))
    assert document.fit is Fit.CROP
    whole = opening.with_fit(document, Fit.FIT)
    assert whole.fit is Fit.FIT
    assert (whole.image[:8] == 0).all()
    again = opening.with_fit(whole, Fit.CROP)
    np.testing.assert_array_equal(again.image, document.image)


def test_another_input_size_keeps_the_weights_that_do_not_depend_on_it(lecture):
    larger = opening.with_input_size(lecture, 40, 48, 3)
    assert larger.network.input_shape == (40, 48, 3)
    assert larger.image.shape == (40, 48, 3)
    np.testing.assert_array_equal(larger.weights[0]["weight"], lecture.weights[0]["weight"])


def test_from_colour_to_grey_the_first_layer_keeps_what_it_can(lecture):
    grey = opening.with_input_size(lecture, 32, 32, 1)
    assert grey.weights[0]["weight"].shape == (6, 1, 5, 5)
    np.testing.assert_array_equal(grey.weights[0]["weight"], lecture.weights[0]["weight"][:, :1])


@pytest.mark.parametrize(
    ("size", "text"),
    [
        ((0, 32, 3), "network: input size must be 1 to 4096; got 0"),
        ((32, 10**9, 3), "network: input size must be 1 to 4096; got 1000000000"),
        ((32, 32, 2), "network: channels must be 1 (grey) or 3 (colour); got 2"),
    ],
)
def test_an_impossible_input_size_is_refused_before_anything_is_allocated(lecture, size, text):
    with pytest.raises(LayerError) as caught:
        opening.with_input_size(lecture, *size)
    assert str(caught.value) == text


def test_an_input_smaller_than_the_window_opens_and_says_what_does_not_fit(lecture):
    small = opening.with_input_size(lecture, 3, 3, 3)
    bad = small.network.bad_place
    assert bad is not None
    assert bad.layer.name == "conv1"
    assert "padding 1 makes it fit" in str(bad.error)


def test_a_teachers_own_picture_stays_when_the_network_changes(tmp_path):
    own = opening.open_preset("lecture", save_png(tmp_path / "wide.png", 64, 128))
    own = opening.with_fit(own, Fit.STRETCH)
    kept = opening.keep_picture(own, opening.open_preset("tiny-vgg"))
    assert kept.preset == "tiny-vgg"
    assert kept.picture is own.picture
    assert kept.fit is Fit.STRETCH
    # The picture is really cut the way that the document says.
    np.testing.assert_array_equal(kept.image, prepare(own.picture.pixels, 64, 64, 3, Fit.STRETCH))


def test_pictures_gather_and_each_is_shown_again_as_it_was():
    document = opening.open_preset("lecture")
    more = opening.with_picture(document, opening.picture_of(bar(20, 20, 45)))
    assert [picture.name for picture in more.pictures] == ["cat.png", "bar 45°"]
    assert more.picture.name == "bar 45°"
    back = opening.with_shown(more, 0)
    np.testing.assert_array_equal(back.image, document.image)
    assert back.pictures == more.pictures
    assert remove_picture(back, 1).pictures == (document.picture,)
    with pytest.raises(ParameterError, match="show another one first"):
        remove_picture(back, 0)


def test_only_the_part_and_the_channels_that_are_on_are_read():
    document = opening.open_preset("lecture")
    cut = replace(document.picture, crop=(20, 30, 64, 64), off=(0, 2))
    changed = opening.with_changed_picture(document, cut)
    expected = np.array(prepare(cut.pixels[20:84, 30:94], 32, 32, 3))
    expected[..., [0, 2]] = 0
    np.testing.assert_array_equal(changed.image, expected)
    assert changed.pictures == (cut,)
    grown = opening.with_input_size(changed, 48, 48, 3)
    assert not grown.image[..., 0].any()
    assert grown.image[..., 1].any()
