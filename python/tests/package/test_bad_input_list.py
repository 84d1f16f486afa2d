"""Which tests hold which of the bad inputs that must be survived; the numbers are those that comments of the tests name.

Each ends in an error that says what came and how to mend it, or in correct work, with the model and its files unchanged and the
process alive.
"""

import re
from pathlib import Path

import pytest

HERE = Path(__file__).parents[1]
SWIFT = HERE.parents[1] / "Tests" / "SwiftCNNTests"

HELD = {
    "14 no samples": ["test_bad_inputs.test_no_samples", "test_bad_inputs.test_batches_of_no_samples"],
    "15 a kernel of no size": ["test_bad_inputs.test_kernels_of_no_size"],
    "16 a last batch of one with batch normalization": [
        "test_bad_inputs.test_a_constant_channel_and_a_last_batch_of_one",
        "test_batch_normalization.test_the_last_batch_has_statistics_of_its_own",
    ],
    "17 x and y of different lengths": ["test_bad_inputs.test_x_and_y_of_different_lengths"],
    "18 batch sizes 0, negative, huge": [
        "test_bad_inputs.test_batch_sizes_below_one",
        "test_bad_inputs.test_a_huge_batch_is_one_batch",
        "test_boundary.test_integers_beyond_64_bits",
    ],
    "19 a split that leaves nothing": ["test_bad_inputs.test_a_validation_split_that_leaves_nothing"],
    "20 what is no integer": [
        "test_bad_inputs.test_integers_are_due",
        "test_layers.test_an_integer_parameter_takes_integers_only",
    ],
    "27 a mapped file that is cut": ["test_bad_inputs.test_a_mapped_file_that_is_cut"],
    "28 an array changed meanwhile": ["test_boundary.test_an_array_is_locked_while_the_engine_reads_it"],
    "29 output over input": ["test_boundary.test_output_must_not_overlap_the_input"],
    "30 masked, sparse, ragged": [
        "test_bad_inputs.test_what_is_no_array_of_numbers",
        "test_bad_inputs.test_a_sparse_matrix_is_refused_with_the_remedy",
        "test_bad_inputs.test_ragged_lists",
    ],
    "36 one-hot and class numbers mixed up": ["test_bad_inputs.test_one_hot_and_class_numbers_mixed_up"],
    "37 sample weights negative, NaN, all zero": [
        "test_bad_inputs.test_sample_weights_that_cannot_be",
        "test_bad_inputs.test_weights_that_are_all_zero_teach_nothing",
    ],
    "38 class weights with missing keys": ["test_bad_inputs.test_class_weights_with_missing_and_unknown_keys"],
    "39 a constant channel": ["test_bad_inputs.test_a_constant_channel_and_a_last_batch_of_one"],
    "41 cut anywhere": [
        "test_files.test_a_file_cut_anywhere_is_refused",
        "test_keras_files_forged.test_a_file_cut_anywhere_is_refused",
    ],
    "42 flipped bits": [
        "test_files.test_a_flipped_bit_in_the_header_is_refused_or_harmless",
        "test_keras_files_forged.test_flipped_bits_are_refused_or_harmless",
    ],
    "43 bombs": [
        "test_datasets.test_a_gzip_bomb_is_not_unpacked",
        "test_image_datasets.test_an_archive_that_means_harm",
        "Files/NPZTests.bombsAreRefusedBeforeMemoryIsTaken",
        "test_keras_files_forged.test_a_zip_bomb_is_not_unpacked",
    ],
    "44 a shape that would fill the memory": ["test_keras_files_forged.test_forged_weights_are_refused"],
    "45 links out of the file, circles of them": [
        "test_keras_files_forged.test_forged_weights_are_refused",
        "test_keras_files_forged.test_a_circle_of_links_is_not_walked",
        "test_keras_files_forged.test_legacy_names_do_not_lead_out_of_the_file",
    ],
    "46 a configuration that would run something": [
        "test_models.test_a_foreign_configuration_runs_nothing",
        "test_files.test_a_pickle_is_not_loaded",
        "test_keras_files_forged.test_a_forged_sequential_model_is_refused",
    ],
    "47 unknown layers, deep nesting, names twice": [
        "test_models.test_what_cannot_be_added",
        "test_files.test_a_forged_file_is_refused",
        "Base/JSONTests.depthIsLimited",
        "test_keras_files_forged.test_a_forged_sequential_model_is_refused",
        "test_keras_files_forged.test_a_forged_functional_model_is_refused",
        "test_keras_files_forged.test_nested_too_deep_for_the_parser",
        "test_keras_files_forged.test_an_archive_with_two_of_a_name_is_refused",
    ],
    "48 weights of another model": [
        "test_files.test_weights_of_another_model_change_nothing",
        "test_models.test_weights_that_do_not_match_change_nothing",
        "test_keras_files.test_weights_that_do_not_fit_change_nothing",
    ],
    "49 safetensors that overlap, with holes, with very many entries": ["test_files.test_a_forged_file_is_refused"],
    "52 archives with .., absolute paths, links": ["test_image_datasets.test_an_archive_that_means_harm"],
    "53 headers that lie": [
        "test_datasets.test_an_idx_header_that_lies",
        "test_datasets.test_an_npy_header_that_lies",
        "test_image_datasets.test_damaged_cifar_files",
    ],
    "54 pickled data": [
        "test_files.test_a_pickle_is_not_loaded",
        "test_datasets.test_an_npy_header_that_lies",
        "test_keras_files_forged.test_what_is_no_model_at_all",
    ],
    "55 broken, CMYK, 16-bit, enormous images": [
        "test_image_files.test_every_kind_of_file_comes_in_the_mode_asked_for",
        "test_image_files.test_a_file_that_is_no_image_is_named",
        "test_image_mistakes.test_a_broken_file_is_named_and_raised_or_skipped",
    ],
    "56 strange folders": ["test_image_mistakes.test_strange_folders"],
    "57 wrong hashes, interrupted downloads": [
        "test_download.test_a_wrong_hash_leaves_no_file",
        "test_download.test_an_interrupted_download_leaves_no_file",
        "test_image_datasets.test_the_download_is_checked_and_kept",
    ],
    "58 two processes fill one cache": [
        "test_download.test_processes_that_fill_one_cache_wait_for_each_other",
        "test_image_datasets.test_processes_that_unpack_one_archive",
    ],
    "59 killed while saving": [
        "test_keras_files_saving.test_killed_while_saving",
        "test_save_survival.test_killed_while_saving",
    ],
    "60 no room, no permission": [
        "test_save_survival.test_no_room_for_the_file",
        "test_files.test_what_the_system_refuses_is_an_os_error",
        "test_checkpoints.test_a_checkpoint_that_cannot_be_written_is_an_error",
        "Files/FileSystemTests.aFullDiskIsReported",
        "test_keras_files_saving.test_no_room_for_the_file",
    ],
    "61 saving over the file that was read": [
        "test_files.test_saving_over_the_file_it_came_from",
        "test_keras_files_saving.test_saving_over_the_file_it_came_from",
    ],
}


@pytest.mark.parametrize("bad_input", HELD)
def test_the_tests_are_there(bad_input):
    for test in HELD[bad_input]:
        file, name = test.rsplit(".", 1)
        swift = "/" in file
        path = SWIFT / f"{file}.swift" if swift else next(HERE.rglob(f"{file}.py"))
        pattern = rf"^\s*(@Test.*)?func {name}\(" if swift else rf"^def {name}\("
        assert re.search(pattern, path.read_text(encoding="utf-8"), re.MULTILINE), f"{path.name} has no {name}"
