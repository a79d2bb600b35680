"""A person's own trained weights as styles: any kind of network, found by what its file says."""

import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from configs.errors import WeightsError
from stylize.trained.fast import FAMILY
from tests.material import ROOT

torch = pytest.importorskip("torch", reason="torch is not installed: pip install -e '.[torch]'")

from torch import nn  # noqa: E402

from stylize.animegan.generator import FrameNorm  # noqa: E402
from stylize.checkpoints.checkpoints import save_weights  # noqa: E402
from stylize.trained.kinds import KINDS  # noqa: E402
from stylize.training.steps.networks import make_generator  # noqa: E402


def saved(folder: Path, kind: str, **texts: str) -> Path:
    path = folder / f"{kind}.safetensors"
    save_weights(make_generator(kind, 3), path, half=False, metadata={"network": kind, **texts})
    return path


def pictures(height: int, width: int) -> npt.NDArray[np.float32]:
    return np.random.default_rng(0).random((2, height, width, 3), np.float32)


def test_no_looks_of_its_own() -> None:
    assert FAMILY.styles() == []
    assert FAMILY.takes("a/b.safetensors") and FAMILY.takes("B.SAFETENSORS")
    assert not FAMILY.takes("candy") and not FAMILY.takes("b.pt")


@pytest.mark.parametrize("kind", KINDS)
def test_it_paints_as_the_network_does(kind: str, tmp_path: Path) -> None:
    path = saved(tmp_path, kind)
    FAMILY.check(str(path), {}, "cpu")
    stylizer = FAMILY.make(str(path), {}, "cpu")
    batch = pictures(16, 24)
    painted = stylizer.paint(batch)
    assert painted.shape == batch.shape and painted.dtype == np.float32
    with torch.inference_mode():
        source = torch.from_numpy(batch).permute(0, 3, 1, 2) * 2 - 1
        expected = make_generator(kind, 3).eval()(source[:1])[0].permute(1, 2, 0).numpy() * 0.5 + 0.5
    # the processor may paint in bf16
    assert np.abs(painted[0] - expected.clip(0, 1)).mean() < 0.005
    assert stylizer.name == f"fast:{path}"


@pytest.mark.parametrize("kind", ["atelier", "johnson", "lite"])
def test_any_size(kind: str, tmp_path: Path) -> None:
    painted = FAMILY.make(str(saved(tmp_path, kind)), {}, "cpu").paint(pictures(9, 21))
    assert painted.shape == (2, 9, 21, 3) and np.isfinite(painted).all()


@pytest.mark.parametrize("kind", KINDS)
def test_no_pixel_reaches_further_than_is_said(kind: str) -> None:
    """A change in one column is seen within the reach, norms aside, and not only in the nearer half of it."""
    network = make_generator(kind, 3).eval().requires_grad_(False)
    for module in list(network.modules()):
        for name, child in module.named_children():
            if isinstance(child, FrameNorm | nn.InstanceNorm2d):
                setattr(module, name, nn.Identity())
    nn.init.ones_(next(m for m in reversed(list(network.modules())) if isinstance(m, nn.Conv2d)).weight)
    for value in network.parameters():
        value.abs_()  # nothing cancels out
    reach = KINDS[kind].reach_px
    middle = 160
    source = torch.zeros(1, 3, 16, 2 * middle, dtype=torch.float64)
    changed = source.clone()
    changed[..., middle] = 1e-3
    network.double()
    slopes = (network(changed) - network(source))[0].abs().amax((0, 1))
    seen = (slopes > 0).nonzero().flatten() - middle
    assert -reach <= seen.min() and seen.max() <= reach
    assert seen.max() - seen.min() > reach


def test_digest_follows_the_file(tmp_path: Path) -> None:
    path = saved(tmp_path, "lite")
    before = FAMILY.digest(str(path), {})
    assert before == FAMILY.digest(str(path), {}) and "lite" in before
    save_weights(make_generator("lite", 4), path, half=False, metadata={"network": "lite"})
    assert FAMILY.digest(str(path), {}) != before


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda path: path.unlink(), "there is no such file"),
        (lambda path: path.write_bytes(b""), "truncated"),
        (lambda path: path.write_bytes(struct.pack("<Q", 1 << 40) + b"{}"), "truncated"),
        (lambda path: path.write_bytes(path.read_bytes()[:5000]), "truncated"),
        (lambda path: resaved(path, {}), "does not say what network"),
        (lambda path: resaved(path, {"network": "pix2pix"}), "a network that is not known here: pix2pix"),
    ],
)
def test_bad_files_in_one_line(spoil: object, told: str, tmp_path: Path) -> None:
    path = saved(tmp_path, "lite")
    spoil(path)  # type: ignore[operator]
    for ask in (lambda: FAMILY.check(str(path), {}, "cpu"), lambda: FAMILY.make(str(path), {}, "cpu")):
        with pytest.raises(WeightsError, match=told) as caught:
            ask()
        assert str(path) in str(caught.value) and "\n" not in str(caught.value) and ";" in str(caught.value)


def resaved(path: Path, texts: dict[str, str]) -> None:
    save_weights(make_generator("lite", 3), path, half=False, metadata=texts)


def test_a_file_that_names_another_network(tmp_path: Path) -> None:
    path = saved(tmp_path, "lite")
    resaved(path, {"network": "full"})
    with pytest.raises(WeightsError, match="not the weights of this network"):
        FAMILY.make(str(path), {}, "cpu")


def test_asking_imports_no_torch(tmp_path: Path) -> None:
    path = saved(tmp_path, "lite")
    code = (
        "import sys; from stylize.trained.fast import FAMILY\n"
        f"FAMILY.check({str(path)!r}, {{}}, 'cpu'); FAMILY.digest({str(path)!r}, {{}})\n"
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
