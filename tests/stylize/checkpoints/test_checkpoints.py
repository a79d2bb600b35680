"""State dicts as trainings leave them: wrapped, nested, of several networks; and what is told of what is none."""

import os
import struct
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install -e '.[torch]'")

from safetensors.torch import save_file  # noqa: E402
from torch import nn  # noqa: E402

from configs.errors import WeightsError  # noqa: E402
from stylize.checkpoints.checkpoints import load_into, read_state  # noqa: E402
from stylize.checkpoints.known import refuse_checkpoint  # noqa: E402
from stylize.styles.registry import check_style, make_stylizer  # noqa: E402
from tests.material import shared  # noqa: E402
from tests.stylize.animegan.test_generator import random_generator  # noqa: E402


def small(seed: int = 0) -> nn.Sequential:
    torch.manual_seed(seed)
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))


def other() -> nn.Sequential:
    torch.manual_seed(9)
    return nn.Sequential(nn.Linear(3, 3))


def saved(content: Any, path: Path) -> Path:
    torch.save(content, path)
    return path


def prefixed(prefix: str, state: dict[str, Any]) -> dict[str, Any]:
    return {prefix + name: value for name, value in state.items()}


def loads(path: Path, seed: int = 0) -> bool:
    network = small(5)
    load_into(network, path)
    return all(torch.equal(value, network.state_dict()[name]) for name, value in small(seed).state_dict().items())


@pytest.mark.parametrize("prefix", ["module.", "_orig_mod.", "module._orig_mod.", "generator.", "module.net."])
def test_what_wrappers_put_before_every_name_is_taken_off(prefix: str, tmp_path: Path) -> None:
    state = prefixed(prefix, small().state_dict())
    assert loads(saved(state, tmp_path / "a.pt"))
    assert loads(saved({"epoch": 3, "state_dict": state}, tmp_path / "b.pt"))
    save_file(state, tmp_path / "c.safetensors")
    assert loads(tmp_path / "c.safetensors")
    if prefix != "generator.":
        assert all(not name.startswith(("module.", "_orig_mod.")) for name in read_state(tmp_path / "a.pt"))


@pytest.mark.parametrize(
    "name", ["state_dict", "model", "generator", "params", "params_ema", "g_ema", "netG", "model_state_dict", "mine"]
)
def test_a_state_dict_a_level_down_is_found(name: str, tmp_path: Path) -> None:
    beside = {"epoch": 3, "loss": 0.5, "optimizer": {"state": {0: {"step": torch.ones(())}}, "param_groups": [{}]}}
    path = saved({**beside, name: OrderedDict(small().state_dict())}, tmp_path / "a.pt")
    assert loads(path)
    assert set(read_state(path)) == set(small().state_dict())


def test_of_several_the_one_that_fits_and_the_running_mean_first(tmp_path: Path) -> None:
    both = {"discriminator": other().state_dict(), "net": small().state_dict()}
    assert loads(saved(both, tmp_path / "a.pt"))
    means = {"params": small(1).state_dict(), "params_ema": small(2).state_dict(), "x": other().state_dict()}
    assert loads(saved(means, tmp_path / "b.pt"), seed=2)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ({"a": {"b": {"w": torch.ones(2)}}}, "holds no state dict (tensors under their names) but a dict of a;"),
        ({"epoch": 3, "best": 1.0}, "but a dict of epoch, best;"),
        ({str(at): at for at in range(9)}, "but a dict of 0, 1, 2, 3, ...;"),
        ([torch.ones(2)] * 3, "but a list of 3;"),
        (torch.ones(2, 3), "but a single tensor of the shape (2, 3);"),
        ({}, "but nothing;"),
        (other().state_dict(), "0.bias has the shape (3,), not (4,)"),
        (prefixed("a.", other().state_dict()), "0.weight is missing (7 of 7 are), and a.0.weight is there instead;"),
        (small().state_dict() | {"0.bias": torch.full((4,), 3e30)}, "0.bias holds values as large as 3e+30"),
        ({"state_dict": small().state_dict() | {"0.bias": torch.full((4,), torch.inf)}}, "0.bias holds values that"),
        (nn.Conv2d(1, 1, 1), "a whole model, or code), so it is not read; give a file in which a network's state_dict"),
    ],
)
def test_what_is_refused_is_told_for_what_it_is(content: Any, told: str, tmp_path: Path) -> None:
    path = saved(content, tmp_path / "a.pt")
    with pytest.raises(WeightsError) as caught:
        load_into(small(), path)
    line = str(caught.value)
    assert told in line or (told.startswith("0.bias has") and "not the weights of this network" in line)
    assert (line.startswith(f"{path}: ") and "\n" not in line and "download it again" not in line) or "values" in told


def test_a_safetensors_file_under_another_name(tmp_path: Path) -> None:
    save_file(small().state_dict(), tmp_path / "a.pt")
    assert loads(tmp_path / "a.pt")


def test_torchscript_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.pt"
    torch.jit.save(torch.jit.trace(nn.Conv2d(1, 1, 1), torch.ones(1, 1, 2, 2)), str(path))
    with pytest.raises(WeightsError, match="is a TorchScript program, not weights alone; give"):
        load_into(small(), path)


def test_a_wrapped_generator_paints(tmp_path: Path) -> None:
    state = random_generator().state_dict()
    plain = make_stylizer(f"animegan:{saved(state, tmp_path / 'a.pt')}", device="cpu")
    wrapped = {"epoch": 1, "generator": prefixed("module.", state), "discriminator": other().state_dict()}
    same = make_stylizer(f"animegan:{saved(wrapped, tmp_path / 'b.pt')}", device="cpu")
    batch = torch.rand(1, 16, 24, 3, generator=torch.Generator().manual_seed(1)).numpy()
    assert (plain.paint(batch) == same.paint(batch)).all()


def test_the_published_squeezenet_is_read() -> None:
    assert len(read_state(shared("weights/squeezenet1_1.pth"))) == 52


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: torch.eye(3).to_sparse(), "without a number in every place"),
        (lambda: torch.empty(3, device="meta"), "without a number in every place"),
        (lambda: torch.quantize_per_tensor(torch.ones(3), 0.1, 0, torch.qint8), "of quantised numbers"),
        (lambda: torch.zeros(1).expand(10**12), "that tells of more numbers than it holds"),
    ],
)
def test_tensors_that_are_no_plain_numbers_are_told(make: Callable[[], Any], told: str, tmp_path: Path) -> None:
    path = saved({"0.weight": make()}, tmp_path / "a.pt")
    with pytest.raises(WeightsError, match=f"0.weight is a tensor {told}, which no network is made of; "):
        load_into(small(), path)


def test_numbers_of_a_byte_are_read(tmp_path: Path) -> None:
    state = read_state(saved({"a": torch.ones(3).to(torch.float8_e4m3fn)}, tmp_path / "a.pt"))
    assert state["a"].float().tolist() == [1, 1, 1]


def test_a_pipe_a_device_and_a_deep_head_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pt")
    (tmp_path / "zero.pt").symlink_to("/dev/zero")
    for name in ("pipe.pt", "zero.pt"):
        refuse_checkpoint(tmp_path / name)
        with pytest.raises(WeightsError, match="there is no such file of weights"):
            check_style(f"animegan:{tmp_path / name}", "cpu")
    head = b"[" * 100_000
    (tmp_path / "deep.safetensors").write_bytes(struct.pack("<Q", len(head)) + head)
    with pytest.raises(WeightsError, match="no safetensors file"):
        read_state(tmp_path / "deep.safetensors")
