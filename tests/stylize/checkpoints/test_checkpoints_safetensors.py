"""Weights as safetensors: they come back as they were, say what they are, and every bad file is told in one line."""

import json
import struct
import subprocess
import sys
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install -e '.[torch]'")

from safetensors.torch import load_file, save_file  # noqa: E402
from torch import nn  # noqa: E402

from configs.errors import WeightsError  # noqa: E402
from configs.units import file_sha256  # noqa: E402
from stylize.checkpoints.checkpoints import load_into, read_metadata, read_state, save_weights  # noqa: E402
from tests.material import ROOT  # noqa: E402


def small(seed: int = 0) -> nn.Sequential:
    torch.manual_seed(seed)
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "small.safetensors"
    save_weights(small(), path, half=False, metadata={"style": "ink", "licence": "CC0"})
    return path


def refusal(path: Path) -> str:
    with pytest.raises(WeightsError) as caught:
        load_into(small(1), path)
    told = str(caught.value)
    assert told.startswith(f"{path}: ") and "\n" not in told and ";" in told
    return told


def test_weights_come_back_exactly(saved: Path) -> None:
    network = small(1)
    load_into(network, saved)
    for name, value in small().state_dict().items():
        assert torch.equal(network.state_dict()[name], value)


def test_another_reader_reads_it(saved: Path) -> None:
    assert torch.equal(load_file(saved)["0.weight"], small().state_dict()["0.weight"])


def test_half_precision_rounds_and_halves_the_file(saved: Path) -> None:
    half = saved.with_name("half.safetensors")
    save_weights(small(), half, half=True, metadata={})
    state = read_state(half)
    assert state["0.weight"].dtype == torch.float16 and state["1.num_batches_tracked"].dtype == torch.int64
    network = small(1)
    load_into(network, half)
    assert network[0].weight.dtype == torch.float32
    assert torch.equal(network[0].weight, small()[0].weight.half().float())
    assert not torch.equal(network[0].weight, small()[0].weight)


def test_texts_are_read_without_torch(saved: Path) -> None:
    assert {"style": "ink", "licence": "CC0"}.items() <= read_metadata(saved).items()
    code = (
        "import sys, pathlib; from stylize.checkpoints.header import read_metadata;"
        f"print(read_metadata(pathlib.Path({str(saved)!r}))['licence'], 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split() == ["CC0", "False"]


def test_the_same_weights_give_the_same_bytes(tmp_path: Path) -> None:
    """The library itself shuffles the texts, in one process too."""
    texts = {name: name * 2 for name in "zyxwvuabcdefg"}
    digests = set()
    for at in range(8):
        path = tmp_path / f"{at}.safetensors"
        save_weights(small(), path, half=True, metadata=texts)
        digests.add(file_sha256(path))
    assert len(digests) == 1


@pytest.mark.parametrize("kept", [0, 4, 8, 100, -1])
def test_a_truncated_file_is_told(saved: Path, kept: int) -> None:
    saved.write_bytes(saved.read_bytes()[:kept])
    assert "is truncated, or no safetensors file" in refusal(saved)


def test_a_flipped_bit_is_told(saved: Path) -> None:
    content = bytearray(saved.read_bytes())
    content[-8] ^= 1
    saved.write_bytes(content)
    assert "its numbers are not those that were saved" in refusal(saved)


@pytest.mark.parametrize("content", [b"<html>404</html>" * 50, b"\x10\0\0\0\0\0\0\0[1, 2, 3]       ", b"\xff" * 64])
def test_something_else_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "page.safetensors"
    path.write_bytes(content)
    assert "no safetensors file" in refusal(path)


def test_an_inconsistent_head_is_told(tmp_path: Path) -> None:
    head = json.dumps({"0.weight": {"dtype": "F32", "shape": [7], "data_offsets": [0, 4]}}).encode()
    path = tmp_path / "odd.safetensors"
    path.write_bytes(struct.pack("<Q", len(head)) + head + b"\0" * 4)
    assert "no safetensors file, or is damaged inside" in refusal(path)


def test_another_network_and_bad_numbers_are_told(tmp_path: Path) -> None:
    path = tmp_path / "other.safetensors"
    save_weights({"0.weight": torch.ones(2)}, path, half=False, metadata={})
    assert "not the weights of this network: 0.bias is missing (6 of 7 are)" in refusal(path)
    state = small().state_dict()
    save_weights({**state, "0.bias": torch.ones(5)}, path, half=False, metadata={})
    assert "0.bias has the shape (5,), not (4,)" in refusal(path)
    save_file({**state, "0.bias": torch.tensor([1.0, float("nan"), 0, 0])}, path)
    assert "0.bias holds values that are no finite numbers" in refusal(path)
    assert "holds no state dict" in refusal(empty(tmp_path))
    assert "No such file" in refusal(tmp_path / "none.safetensors")


def empty(folder: Path) -> Path:
    path = folder / "empty.safetensors"
    save_file({}, path)
    return path


def test_what_overflows_in_half_precision_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "big.safetensors"
    with pytest.raises(WeightsError, match="weight would hold values that are no finite numbers"):
        save_weights({"weight": torch.tensor([1e6])}, path, half=True, metadata={})
    assert list(tmp_path.iterdir()) == []
    save_weights({"weight": torch.tensor([1e6])}, path, half=False, metadata={})
    assert read_state(path)["weight"].tolist() == [1e6]
