"""Which test shows what each bad input gets: cases 1–53, 66–71 and 75–89 of the design.

``CASES`` is the table, and the tests below hold it true: every case is there, every test that it
names exists, and of every case that says something, a test compares the words.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from convsim.core.errors import KernelTooLargeError
from convsim.core.layers import Conv2d
from convsim.core.network import Network

TESTS = Path(__file__).parent
NETWORKS = "ui/test_bad_networks.py::"
SETTINGS = "services/test_settings.py::"

CASES: dict[int, tuple[str, ...]] = {
    1: ("data/test_decoder.py::test_case_1_an_empty_file",),
    2: (
        "data/test_decoder.py::test_case_2_a_file_cut_in_half",
        "data/test_decoder.py::test_case_2_a_file_cut_anywhere_is_refused_or_was_complete",
    ),
    3: (
        "data/test_decoder.py::test_case_3_text_that_is_called_a_picture",
        "data/test_decoder.py::test_case_3_other_things_that_are_called_pictures",
    ),
    4: ("data/test_decoder.py::test_case_4_pictures_of_a_kind_that_cannot_be_read",),
    5: ("data/test_formats.py::test_case_5_a_hundred_megapixels_in_twelve_kilobytes",),
    6: (
        "data/test_formats.py::test_case_6_sixty_thousand_squared",
        "data/test_formats.py::test_case_6_in_a_jpeg",
    ),
    7: ("data/test_formats.py::test_case_7_wider_than_anything",),
    8: ("data/test_formats.py::test_case_8_no_width",),
    9: (
        "data/test_convert.py::test_case_9_an_animated_gif_shows_its_first_frame",
        "data/test_convert.py::test_case_9_other_formats_with_several_pictures",
        "data/test_convert.py::test_case_9_counting_a_film_is_given_up",
    ),
    10: (
        "data/test_convert.py::test_case_10_sixteen_bits_of_grey_are_divided_by_65535",
        "data/test_convert.py::test_case_10_other_values_are_scaled_from_their_range",
        "data/test_convert.py::test_case_10_floats_that_are_in_range_stay_as_they_are",
    ),
    11: (
        "data/test_convert.py::test_case_11_inks_become_light",
        "data/test_convert.py::test_case_11_colours_as_lightness_and_two_opponents_become_light",
        "data/test_convert.py::test_case_11_a_palette_becomes_colours",
    ),
    12: (
        "data/test_convert.py::test_case_12_a_picture_is_turned_upright",
        "data/test_convert.py::test_case_12_a_turned_tiff_may_be_compressed",
    ),
    13: (
        "data/test_formats.py::test_case_13_a_text_or_profile_that_unpacks_to_megabytes_is_ignored",
        "data/test_formats.py::test_case_13_a_long_text_or_exif_is_ignored",
        "data/test_formats.py::test_case_13_a_jpeg_with_a_thousand_remarks",
    ),
    14: (
        "data/test_formats.py::test_case_14_a_tiff_whose_directory_points_to_itself",
        "data/test_formats.py::test_case_14_a_loop_over_many_directories",
        "data/test_formats.py::test_case_14_more_directories_than_any_document_has",
    ),
    15: ("test_bad_input.py::test_15_a_picture_smaller_than_the_kernel",),
    16: (
        "data/test_source.py::test_case_16_a_file_that_is_gone",
        "data/test_source.py::test_case_16_its_folder_is_gone",
    ),
    17: (
        "formats/test_bad_archives.py::test_what_is_refused[17-not-a-zip]",
        "formats/test_bad_archives.py::test_what_is_refused[17-one-letter]",
    ),
    18: (
        "formats/test_bad_archives.py::test_18_a_truncated_file_names_its_backup",
        "formats/test_bad_archives.py::test_what_is_refused[18-truncated]",
        "ui/test_projects.py::test_18_a_damaged_file_offers_its_backup",
    ),
    19: (
        "formats/test_bad_archives.py::test_19_one_damaged_array_names_its_layer_and_the_rest_opens",
        "formats/test_bad_archives.py::test_what_is_refused[19-the-whole]",
    ),
    20: (
        "formats/test_bad_archives.py::test_what_is_refused[20-no-manifest]",
        "formats/test_bad_archives.py::test_what_is_refused[20-no-parts]",
        "formats/test_bad_manifests.py::test_what_is_refused[20-format]",
    ),
    21: ("formats/test_bad_archives.py::test_21_missing_weights_are_made_anew",),
    22: ("formats/test_bad_archives.py::test_22_a_name_twice",),
    23: (
        "formats/test_bad_archives.py::test_23_parts_that_overlap",
        "formats/test_bad_archives.py::test_23_a_part_inside_another",
        "formats/test_bad_archives.py::test_23_bytes_that_belong_to_no_part",
    ),
    24: (
        "formats/test_bad_archives.py::test_what_is_refused[24-up]",
        "formats/test_bad_archives.py::test_what_is_refused[24-absolute]",
        "formats/test_bad_archives.py::test_what_is_refused[24-drive]",
    ),
    25: (
        "formats/test_bad_archives.py::test_what_is_refused[25-case]",
        "formats/test_bad_archives.py::test_what_is_refused[25-con]",
        "formats/test_bad_archives.py::test_what_is_refused[25-lpt]",
    ),
    26: ("formats/test_bad_archives.py::test_what_is_refused[26-link]",),
    27: (
        "formats/test_bad_archives.py::test_what_is_refused[27-bomb]",
        "formats/test_bad_archives.py::test_what_is_refused[27-many-small-bombs]",
    ),
    28: (
        "formats/test_bad_archives.py::test_what_is_refused[28-more-than-declared]",
        "formats/test_bad_archives.py::test_what_is_refused[28-stored]",
    ),
    29: ("formats/test_bad_archives.py::test_29_a_hundred_thousand_parts",),
    30: ("formats/test_bad_archives.py::test_what_is_refused[30-encrypted]",),
    31: ("formats/test_bad_archives.py::test_what_is_refused[31-method]",),
    32: (
        "formats/test_bad_archives.py::test_what_is_refused[32-before]",
        "formats/test_bad_archives.py::test_what_is_refused[32-after]",
        "formats/test_bad_archives.py::test_what_is_refused[32-comment]",
    ),
    33: ("formats/test_bad_archives.py::test_33_a_newer_reader_is_needed",),
    34: ("formats/test_bad_archives.py::test_34_a_newer_writer_that_older_readers_can_read",),
    35: ("formats/test_bad_archives.py::test_35_an_older_version_is_converted_and_kept",),
    36: ("formats/test_bad_archives.py::test_36_an_unknown_layer_is_kept_and_written_back",),
    37: (
        "formats/test_bad_manifests.py::test_what_is_refused[37-deep]",
        "formats/test_bad_manifests.py::test_what_is_refused[37-a-little]",
    ),
    38: (
        "formats/test_bad_manifests.py::test_what_is_refused[38-nan]",
        "formats/test_bad_manifests.py::test_what_is_refused[38-infinity]",
        "formats/test_bad_manifests.py::test_what_is_refused[38-overflow]",
    ),
    39: ("formats/test_bad_manifests.py::test_what_is_refused[39-digits]",),
    40: ("formats/test_bad_manifests.py::test_what_is_refused[40-twice]",),
    41: (
        "formats/test_bad_manifests.py::test_what_is_refused[41-text]",
        "formats/test_bad_manifests.py::test_what_is_refused[41-float]",
        "formats/test_bad_manifests.py::test_what_is_refused[41-null]",
    ),
    42: (
        "formats/test_bad_manifests.py::test_what_is_refused[42-cursor]",
        "formats/test_bad_manifests.py::test_what_is_refused[42-zero]",
        "formats/test_bad_manifests.py::test_what_is_refused[42-negative]",
    ),
    43: (
        "formats/test_bad_manifests.py::test_43_half_characters_directions_and_endless_labels_are_cleaned",
        "formats/test_bad_manifests.py::test_43_what_follows_a_cleaned_name",
    ),
    44: (
        "formats/test_bad_manifests.py::test_what_is_refused[44-utf-16]",
        "formats/test_bad_manifests.py::test_what_is_refused[44-utf-16-be]",
        "formats/test_bad_manifests.py::test_what_is_refused[44-mark]",
    ),
    45: (
        "formats/test_bad_arrays.py::test_what_is_refused[45-objects]",
        "formats/test_bad_arrays.py::test_what_is_refused[45-no-text]",
        "formats/test_weights_files.py::test_45_and_46_arrays_that_are_hostile",
    ),
    46: (
        "formats/test_bad_arrays.py::test_what_is_refused[46-512-GiB-overlap]",
        "formats/test_bad_arrays.py::test_what_is_refused[46-512-GiB]",
        "formats/test_weights_files.py::test_45_and_46_arrays_that_are_hostile",
    ),
    47: (
        "formats/test_bad_arrays.py::test_what_is_refused[47-five-bytes]",
        "formats/test_bad_arrays.py::test_what_is_refused[47-short]",
    ),
    48: ("formats/test_bad_arrays.py::test_what_is_refused[48-trailing]",),
    49: (
        "formats/test_bad_arrays.py::test_what_is_refused[49-negative]",
        "formats/test_bad_arrays.py::test_what_is_refused[49-overflow]",
        "formats/test_bad_arrays.py::test_what_is_refused[49-dimensions]",
    ),
    50: (
        "formats/test_bad_arrays.py::test_50_a_shape_that_its_layer_has_not",
        "formats/test_bad_arrays.py::test_50_a_parameter_that_is_missing",
    ),
    51: (
        "formats/test_bad_arrays.py::test_51_values_that_are_not_finite_are_kept_and_counted",
        "formats/test_bad_arrays.py::test_51_large_values_whose_sum_overflows_are_finite",
        "ui/train/test_panel.py::test_51_weights_that_are_no_numbers_keep_training_off_until_they_are_mended",
    ),
    52: (
        "formats/test_bad_arrays.py::test_52_other_floats_are_converted_and_it_says_so",
        "formats/test_bad_arrays.py::test_52_the_short_float_of_graphics_cards",
    ),
    53: (
        "formats/test_bad_arrays.py::test_what_is_refused[53-table-too-long]",
        "formats/test_bad_arrays.py::test_what_is_refused[53-hole]",
        "formats/test_bad_arrays.py::test_what_is_refused[53-overlap]",
    ),
    66: (f"{NETWORKS}test_66_a_kernel_larger_than_the_padded_input_names_both_sizes",),
    67: (f"{NETWORKS}test_67_68_a_size_that_cannot_be_marks_its_field_and_changes_nothing",),
    68: (f"{NETWORKS}test_67_68_a_size_that_cannot_be_marks_its_field_and_changes_nothing",),
    69: (f"{NETWORKS}test_69_groups_that_do_not_divide_are_answered_with_those_that_do",),
    70: (f"{NETWORKS}test_70_the_first_layer_without_an_output_is_named_and_the_others_wait",),
    71: (f"{NETWORKS}test_71_a_network_that_memory_cannot_hold_is_named_before_any_work_starts",),
    75: (
        "formats/test_saving.py::test_75_a_disk_that_is_full",
        "formats/test_saving.py::test_75_a_disk_that_is_full_simulated",
    ),
    76: (
        "formats/test_saving.py::test_76_a_place_that_is_read_only",
        "ui/test_projects.py::test_76_a_place_that_cannot_be_written_to_offers_another",
        "ui/test_projects.py::test_76_a_read_only_file_is_saved_elsewhere",
    ),
    77: ("ui/test_projects.py::test_77_a_file_that_was_deleted_is_made_anew",),
    78: (
        "ui/test_projects.py::test_78_saving_over_a_changed_file_asks",
        "ui/test_projects.py::test_78_coming_back_to_the_window_asks_once",
    ),
    79: (
        "ui/test_projects.py::test_79_a_second_window_opens_read_only_and_says_so",
        "ui/test_projects.py::test_79_the_lock_goes_with_the_window",
    ),
    80: ("ui/test_projects.py::test_80_a_place_that_does_not_answer_leaves_a_copy_here",),
    81: ("formats/test_saving.py::test_81_a_file_held_open_by_another_program_is_tried_ten_times",),
    82: (
        "formats/test_saving.py::test_82_odd_names_work",
        "formats/test_saving.py::test_82_a_name_that_is_too_long_says_so",
        "ui/test_projects.py::test_82_a_name_with_a_star_and_line_ends_is_harmless",
    ),
    83: ("formats/test_weights_files.py::test_83_tables_with_commas_in_the_numbers_are_read",),
    84: ("formats/test_saving.py::test_84_a_symbolic_link_is_written_through",),
    85: ("services/test_recovery.py::test_85_the_newest_is_told_by_its_number_not_by_the_clock",),
    86: ("formats/test_saving.py::test_86_killed_at_random_moments_the_file_is_old_or_new",),
    87: (f"{SETTINGS}test_damaged_settings_give_defaults_keep_the_file_and_say_so",),
    88: ("ui/test_projects.py::test_88_a_settings_folder_that_cannot_be_written_to_is_said",),
    89: (
        "cli/test_animate.py::test_stopped_half_way_nothing_is_left",
        "cli/test_animate.py::test_a_full_disk_is_said_of_the_folder_that_was_named",
    ),
}
"""Number of the case: its tests, an id in brackets where one test has many inputs."""

SILENT = {12, 13, 83, 84, 85, 86}
"""What is done without a word: turned upright, passed over, read, written through, found."""

WORDS = re.compile(r"""(["'])\w?[^"'\n]*[\w,:;]+ [^"'\n]+ [^"'\n]+\1|match=|message|problem""")
"""A text of three words at least, or what holds one."""


def test_every_case_is_in_the_table() -> None:
    assert sorted(CASES) == [*range(1, 54), *range(66, 72), *range(75, 90)]


@cache
def functions(path: str) -> dict[str, str]:
    """Return the source of every test in a file, by name, with its decorators."""
    source = (TESTS / path).read_text("utf-8")
    lines = source.splitlines()
    found = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            found[node.name] = "\n".join(lines[first - 1 : node.end_lineno])
    return found


@pytest.mark.parametrize("case", CASES)
def test_its_tests_exist_and_compare_the_words(case: int) -> None:
    texts = []
    for name in CASES[case]:
        path, _, rest = name.partition("::")
        function, _, input_ = rest.removesuffix("]").partition("[")
        assert function in functions(path), name
        text = functions(path)[function]
        assert not input_ or f'id="{input_}"' in text, name
        texts.append(text)
    assert case in SILENT or any(map(WORDS.search, texts))


def test_15_a_picture_smaller_than_the_kernel() -> None:
    network = Network((3, 3, 3), [Conv2d(6, 5)])
    place = network.bad_place
    assert place is not None
    assert isinstance(place.error, KernelTooLargeError)
    assert str(place.error) == (
        "kernel of 5 is larger than the input height of 3 with padding 0; padding 1 makes it fit"
    )
