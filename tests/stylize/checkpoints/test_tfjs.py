"""TensorFlow.js weights: hand-made manifests and shards read back, the published ones, and every kind of damage."""

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from configs.errors import WeightsError
from stylize.checkpoints.tfjs import read_tensors, shard_names
from tests.material import shared

PUBLISHED = "weights/arbitrary_stylization_transformer/saved_model_transformer_separable_js"

GROUP: dict[str, Any] = {
    "paths": ["one.bin", "sub/two.bin"],
    "weights": [
        {"name": "kernel", "shape": [2, 3], "dtype": "float32"},
        {"name": "step", "shape": [], "dtype": "int32"},
        {"name": "axes", "shape": [2], "dtype": "int32"},
    ],
}
CONTENT = struct.pack("<6f", 0.5, -1, 2, 3, -4, 5.25) + struct.pack("<3i", -7, 1, 70_000)


def publish(folder: Path, groups: Any, content: bytes = CONTENT, cut: int = 10, bare: bool = False) -> Path:
    """Write a manifest and two shards; the cut between them falls into the middle of a number."""
    (folder / "sub").mkdir(parents=True)
    (folder / "one.bin").write_bytes(content[:cut])
    (folder / "sub" / "two.bin").write_bytes(content[cut:])
    manifest = folder / "model.json"
    manifest.write_text(json.dumps(groups if bare else {"modelTopology": {}, "weightsManifest": groups}))
    return manifest


@pytest.mark.parametrize("bare", [False, True])
def test_numbers_come_back_in_order(tmp_path: Path, bare: bool) -> None:
    manifest = publish(tmp_path / "it", [GROUP], bare=bare)
    tensors = read_tensors(manifest)
    assert list(tensors) == ["kernel", "step", "axes"]
    assert tensors["kernel"].tolist() == [[0.5, -1, 2], [3, -4, 5.25]] and tensors["kernel"].dtype == np.float32
    assert tensors["step"].shape == () and tensors["step"] == -7 and tensors["step"].dtype == np.int32
    assert tensors["axes"].tolist() == [1, 70_000]
    assert shard_names(manifest) == ["one.bin", "sub/two.bin"]


def test_shards_may_lie_in_another_folder(tmp_path: Path) -> None:
    manifest = publish(tmp_path / "it", [GROUP])
    moved = manifest.rename(tmp_path / "elsewhere.json")
    assert read_tensors(moved, tmp_path / "it")["step"] == -7
    with pytest.raises(WeightsError, match="cannot be read"):
        read_tensors(moved)


def test_groups_follow_each_other(tmp_path: Path) -> None:
    first = {"paths": ["one.bin"], "weights": [{"name": "a", "shape": [1], "dtype": "int32"}]}
    second = {"paths": ["sub/two.bin"], "weights": [{"name": "b", "shape": [1], "dtype": "float32"}]}
    manifest = publish(tmp_path / "it", [first, second], struct.pack("<if", 3, 0.25), cut=4)
    assert {name: tensor.item() for name, tensor in read_tensors(manifest).items()} == {"a": 3, "b": 0.25}


@pytest.mark.parametrize(
    ("stored", "content", "expected"),
    [
        ("uint8", bytes([0, 1, 255]), [-1.0, -0.5, 126.5]),
        ("uint16", struct.pack("<3H", 0, 2, 65_535), [-1.0, 0.0, 32_766.5]),
    ],
)
def test_quantised_tensors_are_spread_out(tmp_path: Path, stored: str, content: bytes, expected: list[float]) -> None:
    packing = {"dtype": stored, "scale": 0.5, "min": -1.0}
    entry = {"name": "q", "shape": [3], "dtype": "float32", "quantization": packing}
    manifest = publish(tmp_path / "it", [GROUP | {"weights": [entry]}], content, cut=1)
    tensor = read_tensors(manifest)["q"]
    assert tensor.tolist() == expected and tensor.dtype == np.float32


def test_half_floats(tmp_path: Path) -> None:
    entry = {"name": "h", "shape": [2], "dtype": "float32", "quantization": {"dtype": "float16"}}
    manifest = publish(tmp_path / "it", [GROUP | {"weights": [entry]}], struct.pack("<2e", 1.5, -2), cut=1)
    assert read_tensors(manifest)["h"].tolist() == [1.5, -2]


def without(key: str) -> list[dict[str, Any]]:
    return [{name: value for name, value in GROUP.items() if name != key}]


def first_tensor(**changes: Any) -> list[dict[str, Any]]:
    first, *rest = GROUP["weights"]
    return [GROUP | {"weights": [first | changes, *rest]}]


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ([], "lists no groups"),
        ({}, "lists no groups"),
        (["one.bin"], "lists no groups"),
        (without("paths"), "a group has no paths"),
        (without("weights"), "a group has no weights"),
        ([GROUP | {"weights": [{"shape": [1], "dtype": "float32"}]}], "without a name"),
        ([GROUP | {"weights": ["kernel"]}], "without a name"),
        (first_tensor(shape=[2, -3]), "kernel has no proper shape"),
        (first_tensor(shape=[2, 3.0]), "kernel has no proper shape"),
        (first_tensor(shape=None), "kernel has no proper shape"),
        (first_tensor(dtype="string"), "numbers of an unknown kind"),
        (first_tensor(quantization={"dtype": "uint4"}), "quantised in an unknown way"),
        (first_tensor(quantization={"dtype": "uint8", "scale": "1"}), "quantised in an unknown way"),
        (first_tensor(quantization=8), "quantised in an unknown way"),
        (first_tensor(name="step"), "step is listed twice"),
        (first_tensor(shape=[2, 4]), r"truncated: 36 bytes where model\.json lists 44"),
        (first_tensor(shape=[10**9, 10**9, 10**9]), "truncated"),
        (first_tensor(shape=[2, 2]), "longer than it should be"),
        ([GROUP | {"paths": ["one.bin", "three.bin"]}], "three.bin: a shard that model.json names cannot be read"),
        ([GROUP | {"paths": ["one.bin", "../it/sub/two.bin"]}], "outside its folder"),
        ([GROUP | {"paths": ["/etc/hostname"]}], "outside its folder"),
        ([GROUP | {"paths": ["..\\one.bin"]}], "outside its folder"),
        ([GROUP | {"paths": ["https://example.org/one.bin"]}], "outside its folder"),
        ([GROUP | {"paths": [""]}], "outside its folder"),
        ([GROUP | {"paths": [3]}], "outside its folder"),
    ],
)
def test_bad_manifests_in_one_line(tmp_path: Path, groups: Any, expected: str) -> None:
    manifest = publish(tmp_path / "it", groups, bare=True)
    with pytest.raises(WeightsError, match=expected) as told:
        read_tensors(manifest)
    assert str(tmp_path) in str(told.value) and "\n" not in str(told.value) and ";" in str(told.value)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "no JSON"),
        (b'{"weightsManifest": [', "no JSON"),
        (b"\xff\xfe\x00", "no JSON"),
        (b"[" * 200_000, "no JSON"),
        (b"3", "lists no groups"),
        (None, "cannot be read"),
    ],
)
def test_broken_json_in_one_line(tmp_path: Path, content: bytes | None, expected: str) -> None:
    manifest = tmp_path / "model.json"
    if content is not None:
        manifest.write_bytes(content)
    for read in (read_tensors, shard_names):
        with pytest.raises(WeightsError, match=expected) as told:
            read(manifest)
        assert str(manifest) in str(told.value) and "\n" not in str(told.value)


def test_truncated_missing_and_poisoned_shards(tmp_path: Path) -> None:
    manifest = publish(tmp_path / "it", [GROUP])
    shard = tmp_path / "it" / "sub" / "two.bin"
    content = shard.read_bytes()
    shard.write_bytes(content[:-1])
    with pytest.raises(WeightsError, match=r"two\.bin: is truncated: 35 bytes"):
        read_tensors(manifest)
    shard.unlink()
    with pytest.raises(WeightsError, match=r"two\.bin: a shard .* cannot be read"):
        read_tensors(manifest)
    shard.write_bytes(content)
    (tmp_path / "it" / "one.bin").write_bytes(struct.pack("<f", float("nan")) + CONTENT[4:10])
    with pytest.raises(WeightsError, match="kernel holds values that are no finite numbers"):
        read_tensors(manifest)


def test_the_published_transformer() -> None:
    tensors = read_tensors(shared(PUBLISHED) / "model.json")
    assert len(tensors) == 102
    assert sum(tensor.nbytes for tensor in tensors.values()) == 2_277_720
    assert sum(tensor.dtype == np.int32 for tensor in tensors.values()) == 8
    assert tensors["transformer/contract/conv1/weights"].shape == (9, 9, 3, 32)
    # the pad of the 9x9 layers, as a constant of the graph: read wrongly by a single byte it would not be this
    assert tensors["transformer/contract/Pad/paddings"].tolist() == [[0, 0], [4, 4], [4, 4], [0, 0]]
    assert tensors["transformer/residual/residual1/dilate_conv1/StyleNorm/batchnorm/add/y"] == np.float32(1e-5)
    for name in ("conv1", "conv2", "conv3"):
        assert tensors[f"transformer/contract/{name}/BatchNorm/moving_variance"].min() > 0
