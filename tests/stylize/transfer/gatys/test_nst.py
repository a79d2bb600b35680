"""The style of a person's own pictures: names, files, digests and what is wrong with them, each in one line."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from configs import settings
from configs.errors import DeviceError, FilmcomicError, RecipeError, StyleError, WeightsError
from configs.weights import catalogue
from stylize.transfer.gatys.nst import FAMILY, NstStylizer
from tests.material import ROOT, shared

QUICK: dict[str, Any] = {"features": "vgg16-random", "finest_px": 32, "coarsest_px": 32, "steps": 2}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of weights, an empty cache, and no way to the network."""
    given = tmp_path / "given"
    given.mkdir()
    monkeypatch.setenv("FILMCOMIC_WEIGHTS", str(given))
    monkeypatch.setattr(settings, "weights_cache", lambda: tmp_path / "cache")

    def no_network(*_: object) -> Path:
        raise WeightsError("no network in tests")

    monkeypatch.setattr(catalogue, "_download", no_network)
    return given


@pytest.fixture
def painting(tmp_path: Path) -> Path:
    return write(tmp_path / "strokes.png")


def write(path: Path, seed: int = 0, size: int = 40) -> Path:
    shades = np.random.default_rng(seed).integers(0, 255, (size, size, 3), np.uint8)
    path.write_bytes(cv2.imencode(path.suffix, shades)[1].tobytes())
    return path


def batch(height: int = 24, width: int = 32) -> Any:
    return np.random.default_rng(1).random((2, height, width, 3), np.float32)


def told(look: str, given: dict[str, Any] | None = None, device: str = "cpu") -> FilmcomicError:
    """Return what `check` and `make` alike refuse this with, in one line."""
    with pytest.raises(FilmcomicError) as checked:
        FAMILY.check(look, given or {}, device)
    with pytest.raises(type(checked.value)) as made:
        FAMILY.make(look, given or {}, device)
    assert str(made.value) == str(checked.value)
    assert "\n" not in str(checked.value) and checked.value.exit_code == 2
    return checked.value


def test_any_look_is_taken_but_an_empty_one() -> None:
    assert FAMILY.takes("painting.jpg") and FAMILY.takes("a,b")
    assert not FAMILY.takes("") and not FAMILY.takes(" ")
    assert FAMILY.section == "nst"


def test_missing_picture(tmp_path: Path) -> None:
    path = tmp_path / "nowhere.jpg"
    error = told(str(path))
    assert isinstance(error, StyleError)
    assert str(error).startswith(f"{path}: the picture to paint after cannot be read (No such file")


def test_what_is_no_picture(tmp_path: Path, painting: Path) -> None:
    text, empty, folder = tmp_path / "a.jpg", tmp_path / "b.jpg", tmp_path / "c.jpg"
    text.write_text("a thousand words")
    empty.touch()
    folder.mkdir()
    assert str(told(str(text))).startswith(f"{text}: is no picture that can be read; give a JPEG")
    assert str(told(str(empty))).startswith(f"{empty}: is no picture that can be read")
    assert str(told(f"{painting},{folder}")).startswith(f"{folder}: the picture to paint after cannot be read")


def test_truncated_and_tiny_pictures(tmp_path: Path) -> None:
    cut = write(tmp_path / "cut.png")
    cut.write_bytes(cut.read_bytes()[:60])
    assert "is no picture that can be read" in str(told(str(cut)))
    tiny = write(tmp_path / "tiny.png", size=9)
    assert "is too small to paint after (9x9)" in str(told(str(tiny)))


def test_wrong_settings(painting: Path) -> None:
    assert isinstance(told(str(painting), {"strokes": 2}), RecipeError)
    assert "did you mean stroke?" in str(told(str(painting), {"strokes": 2}))
    assert "blend has 2 shares for 1 paintings" in str(told(str(painting), {"blend": "1, 2"}))
    assert "empty path" in str(told(f"{painting},"))


def test_device_that_is_not_there(painting: Path) -> None:
    torch = pytest.importorskip("torch")
    if torch.cuda.is_available():
        pytest.skip("there is a CUDA device")
    assert isinstance(told(str(painting), device="cuda"), DeviceError)


def test_wrong_weights_are_told(painting: Path, folder: Path) -> None:
    (folder / "vgg16-397923af.pth").write_bytes(b"not this")
    error = told(str(painting))
    assert isinstance(error, WeightsError) and "its digest is not that of vgg16" in str(error)
    assert "its digest" in FAMILY.styles()[0].needs


def test_without_torch(painting: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *rest: None if name == "torch" else real(name, *rest))
    assert "torch, which is not installed; pip install -e '.[torch]'" in str(told(str(painting)))
    assert not FAMILY.styles()[0].ready


def test_a_comma_may_be_part_of_a_name(tmp_path: Path) -> None:
    FAMILY.check(str(write(tmp_path / "strokes, red.png")), {}, "cpu")


def test_reading_and_checking_import_no_torch(painting: Path) -> None:
    code = (
        "import sys; from stylize.transfer.gatys.nst import FAMILY as f; look = sys.argv[1];"
        "f.styles(); f.check(look, {}, 'auto'); f.digest(look, {}); f.notes(look, {}); print('torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(painting)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "False"


def test_digest_follows_all_that_decides(tmp_path: Path, painting: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = write(tmp_path / "other.png", seed=1)
    digests = [
        FAMILY.digest(str(painting), {}),
        FAMILY.digest(str(other), {}),
        FAMILY.digest(f"{painting},{other}", {}),
        FAMILY.digest(f"{other},{painting}", {}),
        FAMILY.digest(str(painting), {"beta": 11}),
        FAMILY.digest(str(painting), {"features": "vgg19-random"}),
    ]
    assert FAMILY.digest(str(painting), {}) == digests[0]
    monkeypatch.setenv("FILMCOMIC_WEIGHTS", str(shared("weights")))
    digests.append(FAMILY.digest(str(painting), {}))
    assert len(set(digests)) == len(digests)
    assert "squeezenet1_1" in digests[-1] and "vgg16-random" in digests[0]


def test_the_network_is_told(painting: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "seen by vgg16-random" in FAMILY.styles()[0].description
    assert "seen by vgg16-random, as VGG16 is not at hand" in FAMILY.notes(str(painting), {})[0]
    assert FAMILY.notes(str(painting), {"features": "squeezenet1_1"}) == []
    monkeypatch.setenv("FILMCOMIC_WEIGHTS", str(shared("weights")))
    assert "seen by squeezenet1_1" in FAMILY.styles()[0].description
    monkeypatch.setattr("stylize.transfer.gatys.nst.choose", lambda name: "vgg16")
    assert FAMILY.notes(str(painting), {}) == []


def test_fetching(painting: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def fetch(name: str, *, progress: bool) -> Path:
        asked.append(name)
        raise WeightsError("no network in tests")

    monkeypatch.setattr(catalogue, "fetch", fetch)
    FAMILY.fetch(str(painting), {})
    assert asked == ["vgg16", "squeezenet1_1"]  # and the random network is left
    with pytest.raises(WeightsError):
        FAMILY.fetch(str(painting), {"features": "vgg19"})
    FAMILY.fetch(str(painting), {"features": "vgg16-random"})
    assert asked == ["vgg16", "squeezenet1_1", "vgg19"]


def test_it_paints(painting: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    made = FAMILY.make(str(painting), QUICK, "cpu")
    assert isinstance(made, NstStylizer)
    assert made.name == f"nst:{painting}" and made.features == "vgg16-random"
    given = batch()
    painted = made.paint(given)
    assert painted.shape == given.shape and painted.dtype == np.float32 and painted.flags.c_contiguous
    assert painted.min() >= 0 and painted.max() <= 1
    assert np.array_equal(painted[1:], made.paint(given[1:]))  # a picture's result is its own
    assert np.array_equal(given, batch())

    def full(*_: object) -> None:
        raise RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory")

    monkeypatch.setattr(made, "_transfer", type("Full", (), {"paint": full})())
    with pytest.raises(MemoryError):
        made.paint(given)
