"""What this machine computes in: bfloat16 only where it is faster, and only for convolutions."""

import pytest
import torch

from toll.data import get_spec
from toll.method import devices
from toll.method.devices import resolve_precision, use_threads_for
from toll.method.networks import build_autoencoder, build_padded

CPU = torch.device("cpu")
CONVOLUTIONS = build_autoencoder(get_spec("mnist").network("small"), (1, 28, 28), 4)
LINEAR = build_autoencoder(get_spec("digits").network("small"), (1, 8, 8), 4)


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
    monkeypatch.delenv(devices.ISA_LIMIT, raising=False)
    monkeypatch.setattr("torch.cpu.get_capabilities", lambda: capabilities)
    monkeypatch.setattr(devices, "_multiplies_bfloat16", lambda: True)
    assert resolve_precision("auto", CPU, CONVOLUTIONS) is expected
    assert resolve_precision("auto", CPU, LINEAR) is torch.float32


def test_a_precision_that_is_named_is_the_one_that_is_taken():
    assert resolve_precision("float32", CPU, CONVOLUTIONS) is torch.float32
    assert resolve_precision("bfloat16", CPU, LINEAR) is torch.bfloat16


@pytest.fixture
def broken_amx(monkeypatch):
    monkeypatch.delenv(devices.ISA_LIMIT, raising=False)
    monkeypatch.setattr("torch.cpu.get_capabilities", lambda: {"amx_bf16": True})
    monkeypatch.setattr(devices, "_PRODUCT", "import os; os.abort()")
    devices._multiplies_bfloat16.cache_clear()
    yield
    devices._multiplies_bfloat16.cache_clear()


def test_where_amx_is_announced_and_broken_auto_leaves_bfloat16_alone(broken_amx):
    assert resolve_precision("auto", CPU, CONVOLUTIONS) is torch.float32


def test_where_amx_is_announced_and_broken_bfloat16_is_refused_with_a_way_out(broken_amx):
    with pytest.raises(ValueError, match="choose float32, or set ONEDNN_MAX_CPU_ISA=AVX512_CORE"):
        resolve_precision("bfloat16", CPU, LINEAR)


def test_what_the_limit_keeps_from_onednn_is_not_asked_for(broken_amx, monkeypatch):
    monkeypatch.setenv(devices.ISA_LIMIT, "AVX512_CORE_FP16")
    assert resolve_precision("bfloat16", CPU, LINEAR) is torch.bfloat16


@pytest.mark.parametrize(
    ("model", "members", "many"),
    [
        (LINEAR, 1, False),
        (LINEAR, 10, True),
        (CONVOLUTIONS, 1, True),
        (build_padded((1, 16, 16), 64, (16, 32, 64)), 1, False),
        (build_padded((1, 16, 16), 64, (16, 32, 64)), 10, False),
    ],
)
@pytest.mark.usefixtures("one_thread")
def test_a_small_network_has_one_thread(model, members, many, monkeypatch):
    monkeypatch.setattr(devices, "_ALL_THREADS", 2)
    use_threads_for(model, members)
    assert torch.get_num_threads() == (2 if many else 1)
