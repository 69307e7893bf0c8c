"""The onnx package's own tests of its operators, run by ConvSim's reader and core."""

from __future__ import annotations

import re
import warnings

import numpy as np
import onnx
import pytest

from convsim.formats.onnx.errors import UnsupportedError
from convsim.formats.onnx.operators import CONVERTERS
from convsim.formats.onnx.reader import import_bytes
from tests.formats.onnx_cases import CASES, LEFT_OUT


@pytest.fixture(scope="module")
def models():
    """Return the models of all cases of the package, by name."""
    from onnx.backend.test.loader import load_model_tests

    found = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # The package makes its numbers carelessly.
        for kind in ("node", "simple", "pytorch-converted", "pytorch-operator"):
            for case in load_model_tests(kind=kind):
                model = case.model or onnx.load(f"{case.model_dir}/model.onnx")
                found[case.name.removeprefix("test_")] = model
    return found


@pytest.fixture(scope="module")
def suite(models):
    """Return the package's test functions, by name."""
    from onnx.backend.test import BackendTest

    from tests.formats.onnx_backend import ConvSimBackend

    classes = BackendTest(ConvSimBackend, __name__).test_cases.values()
    return {name: test for kind in classes for name, test in vars(kind).items()}


def reason(name: str) -> str:
    return next((why for part, why in LEFT_OUT.items() if re.search(part, name)), "")


RUN = [name for name in CASES if not reason(name)]


def test_the_list_holds_every_case_of_these_operators(models):
    wanted = {*CONVERTERS, "Concat"}
    kinds = {name: {n.op_type for n in model.graph.node} for name, model in models.items()}
    assert {name for name, kind in kinds.items() if kind and kind <= wanted} == set(CASES)


def test_at_least_134_cases_are_run_and_every_reason_is_needed():
    assert len(RUN) >= 134
    for part in LEFT_OUT:
        assert any(re.search(part, name) for name in CASES), part


@pytest.mark.parametrize("name", RUN)
def test_the_reader_and_the_core_agree_with_the_package(suite, name):
    suite[f"test_{name}_cpu"](None)


@pytest.mark.parametrize("name", [name for name in CASES if "concat" in name])
def test_concatenation_is_refused_by_name(models, name):
    model = onnx.ModelProto.FromString(models[name].SerializeToString())
    for value in model.graph.input[1:]:
        numbers = onnx.numpy_helper.from_array(np.zeros(2, np.float32), value.name)
        model.graph.initializer.append(numbers)
    with pytest.raises(UnsupportedError, match="Concat '→ "):
        import_bytes(model.SerializeToString())
