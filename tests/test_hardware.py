"""What this machine computes in: bfloat16 only where it is faster, and only for convolutions."""

import pytest
import torch

from toll.hardware import resolve_precision
from toll.networks import build_autoencoder

CPU = torch.device("cpu")
CONVOLUTIONS = build_autoencoder("small", (1, 28, 28), 4)
LINEAR = build_autoencoder("small", (1, 8, 8), 4)


@pytest.mark.parametrize(
    ("capabilities", "expected"),
    [
        ({"amx_bf16": True, "avx512_bf16": True, "cpu_name": "Intel Xeon"}, torch.bfloat16),
        ({"amx_bf16": False, "avx512_bf16": True, "cpu_name": "Intel Xeon"}, torch.float32),
        ({"amx_bf16": False, "avx512_bf16": True, "cpu_name": "AMD EPYC"}, torch.bfloat16),
        ({"avx512_bf16": False, "cpu_name": "AMD EPYC"}, torch.float32),
        ({}, torch.float32),
    ],
)
def test_auto_takes_bfloat16_where_the_cpu_multiplies_it_faster(
    monkeypatch, capabilities, expected
):
    monkeypatch.setattr("torch.cpu.get_capabilities", lambda: capabilities)
    assert resolve_precision("auto", CPU, CONVOLUTIONS) is expected
    assert resolve_precision("auto", CPU, LINEAR) is torch.float32


def test_a_precision_that_is_named_is_the_one_that_is_taken():
    assert resolve_precision("float32", CPU, CONVOLUTIONS) is torch.float32
    assert resolve_precision("bfloat16", CPU, LINEAR) is torch.bfloat16
