"""The generator's weights out of every kind of file; what is of another network is told, whatever its name."""

import io
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install -e '.[torch]'")

from configs.errors import WeightsError  # noqa: E402
from stylize.animegan.generator import Arithmetic, Generator  # noqa: E402
from stylize.animegan.lite import LiteGenerator  # noqa: E402
from stylize.animegan.loading import load_generator  # noqa: E402
from stylize.checkpoints.checkpoints import save_weights  # noqa: E402
from tests.material import shared  # noqa: E402
from tests.stylize.animegan.test_generator import picture, random_generator  # noqa: E402

TABLE_END = bytes.fromhex("57fb808b247547db")


def same(path: Path, network: Generator) -> bool:
    loaded = load_generator(path, network.arithmetic)
    pairs = zip(loaded.state_dict().values(), network.state_dict().values(), strict=True)
    return loaded.arithmetic is network.arithmetic and all(torch.equal(one, other) for one, other in pairs)


def renamed(state: dict[str, Any]) -> dict[str, Any]:
    """Return the same tensors in the same order, under names of another program's."""
    return {
        f"layer{number}.{'w' if value.dim() > 1 else 'v'}": value for number, (_, value) in enumerate(state.items())
    }


@pytest.mark.parametrize(
    "wrap",
    [
        lambda state: state,
        lambda state: {f"module.{name}": value for name, value in state.items()},
        lambda state: {f"module._orig_mod.{name}": value for name, value in state.items()},
        lambda state: {"epoch": 9, "optimizer": {"lr": 1.0}, "state_dict": state},
        lambda state: {"ema": {f"module.{name}": value for name, value in state.items()}, "step": 3},
        lambda state: (
            {f"generator.{name}": value for name, value in state.items()} | {"discriminator.w": torch.ones(2)}
        ),
        renamed,
    ],
    ids=["plain", "module", "compiled", "nested", "ema", "larger", "renamed"],
)
@pytest.mark.parametrize("old", [False, True], ids=["zip", "before-1.6"])
def test_state_dicts_however_they_are_wrapped(wrap: Any, old: bool, tmp_path: Path) -> None:
    network, path = random_generator(), tmp_path / "any.name"
    torch.save(wrap(network.state_dict()), path, _use_new_zipfile_serialization=not old)
    assert same(path, network)


def test_safetensors_under_any_name(tmp_path: Path) -> None:
    network = random_generator()
    save_weights(network, tmp_path / "it.safetensors", half=False, metadata={})
    assert same((tmp_path / "it.safetensors").rename(tmp_path / "it.pt"), network)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("arithmetic", list(Arithmetic))
def test_onnx_under_any_name(arithmetic: Arithmetic, tmp_path: Path) -> None:
    network, path = random_generator(arithmetic), tmp_path / "it.pt"
    exported(network, path)
    for other in Arithmetic:
        assert load_generator(path, other).arithmetic is arithmetic, "its resize tells"
    assert same(path, network)


def exported(network: Any, path: Path, size: int = 16) -> None:
    written = io.BytesIO()
    torch.onnx.export(network, (picture(size, size),), written, dynamo=False)
    path.write_bytes(written.getvalue())


@pytest.mark.filterwarnings("ignore")
def test_other_networks_are_named(tmp_path: Path) -> None:
    path = tmp_path / "hayao.pt"
    torch.save(LiteGenerator().state_dict(), path)
    with pytest.raises(WeightsError, match="holds AnimeGANv2's lite generator, not AnimeGANv2's generator"):
        load_generator(path, Arithmetic.ORIGINAL)
    exported(LiteGenerator(), path)
    with pytest.raises(WeightsError, match="holds AnimeGANv2's lite generator, not AnimeGANv2's generator"):
        load_generator(path, Arithmetic.ORIGINAL)
    exported(torch.nn.Conv2d(3, 3, 3), path)
    with pytest.raises(WeightsError, match=r"not a graph of AnimeGANv2's generator: it has 1 convolutions?"):
        load_generator(path, Arithmetic.ORIGINAL)


@pytest.mark.parametrize(
    ("file", "name"),
    [("style_predict_quantized_256", "predictor"), ("style_transfer_f16_384", "transformer")],
)
def test_magentas_files_are_named(file: str, name: str) -> None:
    path = shared(f"weights/published/{file}.tflite")
    with pytest.raises(WeightsError, match=f"holds Magenta's {name}") as told:
        load_generator(path, Arithmetic.ORIGINAL)
    assert str(path) in str(told.value) and "\n" not in str(told.value) and ";" in str(told.value)


@pytest.mark.filterwarnings("ignore")
def test_half_pixels_are_neither_arithmetic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def halves(self: Generator, x: Any, size: Any) -> Any:
        return torch.nn.functional.interpolate(x, size, mode="bilinear", align_corners=False)

    monkeypatch.setattr(Generator, "enlarge", halves)
    exported(random_generator(Arithmetic.PORT), tmp_path / "it.onnx")
    with pytest.raises(WeightsError, match=r"with a resize \(half_pixel\) that is not the original's nor the port's"):
        load_generator(tmp_path / "it.onnx", Arithmetic.ORIGINAL)


@pytest.mark.parametrize("asked", ["Hayao-64.ckpt", "Hayao-64.ckpt.index", "Hayao-64.ckpt.data-00000-of-00001"])
def test_checkpoints_of_tensorflow_are_told(asked: str, tmp_path: Path) -> None:
    (tmp_path / "Hayao-64.ckpt.index").write_bytes(bytes(40) + TABLE_END)
    (tmp_path / "Hayao-64.ckpt.data-00000-of-00001").write_bytes(bytes(400))
    with pytest.raises(WeightsError, match=r"a checkpoint of TensorFlow.*tf2onnx") as told:
        load_generator(tmp_path / asked, Arithmetic.ORIGINAL)
    assert str(tmp_path / asked) in str(told.value) and "\n" not in str(told.value)


def test_the_same_shapes_in_another_order_do_not_fit(tmp_path: Path) -> None:
    state = renamed(random_generator().state_dict())
    first, *rest = state
    torch.save({name: state[name] for name in (*rest, first)}, tmp_path / "it.pt")
    with pytest.raises(WeightsError, match="not the weights of this network"):
        load_generator(tmp_path / "it.pt", Arithmetic.ORIGINAL)
