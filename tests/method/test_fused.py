import json
import os
import subprocess
import sys
from typing import Any

import pytest
import torch

pytest.importorskip("triton", reason="Triton comes with torch on Linux only")
CASES = [(channels, bias) for channels in (3, 16, 40) for bias in (True, False)]


@pytest.fixture(scope="module")
def interpreted() -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.method.fused_against_torch"]
    environment = os.environ | {"TRITON_INTERPRET": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_one_pass_gives_what_norm_and_activation_give(interpreted):
    assert len(interpreted["cases"]) == 6
    for case in interpreted["cases"]:
        assert len(case) >= 8
        for name, apart in case.items():
            assert apart < 1e-5, name


def test_a_mean_far_from_zero_costs_no_digits(interpreted):
    assert interpreted["far from zero"] < 1e-3


@pytest.mark.gpu
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("channels", [3, 64, 200])
def test_compiled_kernels_give_it_too(channels, bias, dtype):
    if not torch.cuda.is_available():
        pytest.skip("no GPU on this machine")
    from tests.method.fused_against_torch import differences

    # The convolutions before them differ too, even in float32.
    limit = 0.03 if dtype == torch.bfloat16 else 2e-3
    for name, apart in differences(channels, bias, "cuda", dtype).items():
        assert apart < limit, name
