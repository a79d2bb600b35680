"""The AnimeGANv2 styles: weights found, checked and loaded, pictures painted; every bad file in one line."""

import hashlib
import importlib.util
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from configs import settings
from configs.errors import DeviceError, StyleError, WeightsError
from configs.weights import catalogue
from stylize.animegan import animegan
from stylize.styles.registry import check_style, describe_styles, fetch_style, make_stylizer, style_digest
from tests.arithmetic import apart, rounding, terms_of
from tests.material import ROOT
from tests.stylize.contract import keep_the_contract

LOOKS = ("paprika", "hayao", "shinkai", "face-paint", "face-paint-v1", "celeba")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of weights of our own, an empty cache, and no way to the network."""
    given = tmp_path / "given"
    given.mkdir()
    monkeypatch.setenv("FILMCOMIC_WEIGHTS", str(given))
    monkeypatch.setattr(settings, "weights_cache", lambda: tmp_path / "cache")

    def no_network(*_: object) -> Path:
        raise WeightsError("no network in tests")

    monkeypatch.setattr(catalogue, "_download", no_network)
    return given


def pictures(height: int, width: int, batch: int = 1) -> npt.NDArray[np.float32]:
    return np.random.default_rng(0).random((batch, height, width, 3), np.float32)


def enter_in_catalogue(monkeypatch: pytest.MonkeyPatch, name: str, path: Path) -> None:
    """Let the catalogue know this file as the weights of this name."""
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    entry = catalogue.Weights(name, path.name, "", "free", path.stat().st_size, sha256=sha256)
    monkeypatch.setitem(catalogue.CATALOGUE, name, entry)


class TestWithoutTorch:
    """What must work, and how it fails, where torch is not installed."""

    @pytest.fixture(autouse=True)
    def no_torch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        real = importlib.util.find_spec
        monkeypatch.setattr(
            importlib.util, "find_spec", lambda name, *rest: None if name == "torch" else real(name, *rest)
        )

    def test_styles_say_so(self) -> None:
        styles = {style.name: style for style in describe_styles()}
        for look in LOOKS:
            assert not styles[f"animegan:{look}"].ready
            assert "pip install -e '.[torch]'" in styles[f"animegan:{look}"].needs

    @pytest.mark.parametrize("ask", [check_style, make_stylizer])
    def test_the_cure_is_told(self, ask: Any) -> None:
        with pytest.raises(StyleError, match="torch, which is not installed") as told:
            ask("animegan:paprika")
        assert "pip install -e '.[torch]'" in str(told.value) and "\n" not in str(told.value)


def test_describing_and_digesting_import_no_torch() -> None:
    code = (
        "import sys; from stylize.styles.registry import describe_styles, style_digest, check_style;"
        "describe_styles(); style_digest('animegan:paprika'); print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "False"


def test_all_looks_are_listed_with_their_licence() -> None:
    styles = {style.name: style for style in describe_styles()}
    assert {f"animegan:{look}" for look in LOOKS} <= set(styles)
    for look in ("paprika", "hayao", "shinkai"):
        assert "not for commercial use" in styles[f"animegan:{look}"].licence
    assert "8.6 MB" in styles["animegan:paprika"].needs and "paprika.pt" in styles["animegan:paprika"].needs
    assert "2.4 MB" in styles["animegan:hayao"].needs and "integer_quant.tflite" in styles["animegan:hayao"].needs
    assert "a converted shinkai.pt in the folder of FILMCOMIC_WEIGHTS" in styles["animegan:shinkai"].needs


def test_a_wrong_file_is_told_in_the_list(folder: Path) -> None:
    (folder / "paprika.pt").write_bytes(b"not these")
    styles = {style.name: style for style in describe_styles()}
    assert "its digest is not that of" in styles["animegan:paprika"].needs
    with pytest.raises(WeightsError, match="its digest is not that of"):
        style_digest("animegan:paprika")


def test_shinkai_needs_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    for ask in (style_digest, check_style, make_stylizer):
        with pytest.raises(StyleError, match=r"shinkai\.pt|torch"):
            ask("animegan:shinkai")
    monkeypatch.delenv("FILMCOMIC_WEIGHTS")
    with pytest.raises(StyleError, match=r"shinkai\.pt"):
        style_digest("animegan:shinkai")


def test_a_checkpoint_of_tensorflow_is_told_by_the_name_of_its_files(tmp_path: Path) -> None:
    (tmp_path / "Hayao-64.ckpt.index").write_bytes(bytes.fromhex("0057fb808b247547db"))
    for ask in (check_style, style_digest):
        with pytest.raises(WeightsError, match="is a checkpoint of TensorFlow"):
            ask(f"animegan:{tmp_path / 'Hayao-64.ckpt'}")


def test_digests_follow_the_weights(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"animegan:{look}" for look in ("paprika", "face-paint", "face-paint-v1", "celeba")]
    assert len({style_digest(name) for name in names}) == len(names)
    own = tmp_path / "own.pt"
    own.write_bytes(b"one")
    first = style_digest(f"animegan:{own}")
    assert first == style_digest(f"animegan:{own}")
    own.write_bytes(b"two")
    assert first != style_digest(f"animegan:{own}")
    with pytest.raises(WeightsError, match="there is no such file"):
        style_digest(f"animegan:{tmp_path / 'none.pt'}")


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Random weights in a file as it would be published."""
    import torch

    from tests.stylize.animegan.test_generator import random_generator

    path = tmp_path_factory.mktemp("weights") / "paprika.pt"
    torch.save(random_generator().state_dict(), path)
    return path


@pytest.mark.skipif(not animegan._has_torch(), reason="torch is not installed: pip install -e '.[torch]'")
class TestWithTorch:
    """Loading and painting."""

    @pytest.fixture
    def given(self, saved: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        path = folder / saved.name
        path.write_bytes(saved.read_bytes())
        enter_in_catalogue(monkeypatch, "animegan-paprika", path)
        return path

    def test_given_weights_are_ready_and_paint(self, given: Path) -> None:
        check_style("animegan:paprika", "cpu")
        assert next(style for style in describe_styles() if style.name == "animegan:paprika").ready
        stylizer = make_stylizer("animegan:paprika", device="cpu")
        assert stylizer.name == "animegan:paprika"
        keep_the_contract(stylizer, pictures(21, 30, batch=2))

    def test_painting_is_the_generators_own(self, given: Path) -> None:
        import torch

        from stylize.neural.neural import NetworkStylizer
        from tests.stylize.animegan.test_generator import random_generator

        batch = pictures(24, 36)
        painted = NetworkStylizer("it", random_generator(), device="cpu", precision=torch.float32).paint(batch)
        source = torch.from_numpy(batch).permute(0, 3, 1, 2) * 2 - 1
        network = random_generator()
        expected = network(source)[0].permute(1, 2, 0).numpy() * 0.5 + 0.5
        assert apart(painted[0], expected) < rounding(terms_of(network))

    def test_own_file(self, saved: Path, folder: Path) -> None:
        make_stylizer(f"animegan:{saved}", device="cpu").paint(pictures(8, 8))
        for look in ("shinkai", "hayao"):  # of both; a converted one goes before the one for phones
            (folder / f"{look}.pt").write_bytes(saved.read_bytes())
            check_style(f"animegan:{look}", "cpu")
            make_stylizer(f"animegan:{look}", device="cpu").paint(pictures(8, 8))

    def test_faces_keep_the_ports_arithmetic(self, saved: Path, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        path = folder / "face_paint_512_v2.pt"
        path.write_bytes(saved.read_bytes())
        enter_in_catalogue(monkeypatch, "animegan-face-paint-v2", path)
        batch = pictures(16, 16)
        port = make_stylizer("animegan:face-paint", device="cpu").paint(batch)
        original = make_stylizer(f"animegan:{path}", device="cpu").paint(batch)
        assert np.abs(port - original).max() > 1e-3

    def test_cuda_asked_for_and_absent(self, given: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        import torch

        monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
        for ask in (check_style, lambda name, device: make_stylizer(name, device=device)):
            with pytest.raises(DeviceError, match="no CUDA device is there"):
                ask("animegan:paprika", "cuda")

    def test_memory_that_runs_out(self, given: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        import torch

        stylizer = make_stylizer("animegan:paprika", device="cpu")

        def full(*_: object, **__: object) -> None:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory")

        monkeypatch.setattr(torch.nn.functional, "conv2d", full)
        with pytest.raises(MemoryError):
            stylizer.paint(pictures(8, 8))

    @pytest.mark.parametrize(
        ("kind", "expected"),
        [
            ("truncated", "truncated"),
            ("empty", "truncated"),
            ("text", "truncated"),
            ("zip", "not a file of weights"),
            ("pickled code", "more than tensors"),
            ("whole model", "more than tensors"),
            ("list", "no state dict"),
            ("nested", "no state dict"),
            ("wrong shape", r"out_layer\.0\.weight has the shape \(3, 31, 1, 1\), not \(3, 32, 1, 1\)"),
            ("missing", "is missing"),
            ("surplus", "does not belong"),
            ("nan", "no finite numbers"),
            ("absent", "there is no such file"),
            ("folder", "there is no such file"),
        ],
    )
    def test_bad_files_in_one_line(self, kind: str, expected: str, saved: Path, tmp_path: Path) -> None:
        path = tmp_path / "bad.pt"
        spoil(path, kind, saved)
        with pytest.raises(WeightsError, match=expected) as told:
            make_stylizer(f"animegan:{path}", device="cpu")
        assert str(path) in str(told.value) and "\n" not in str(told.value)
        assert ";" in str(told.value), "a cure follows"

    def test_an_own_file_of_another_network_is_told_at_the_start(self, saved: Path, tmp_path: Path) -> None:
        fetch_style(f"animegan:{saved}", None)
        spoil(tmp_path / "bad.pt", "missing", saved)
        with pytest.raises(WeightsError, match="is missing"):
            fetch_style(f"animegan:{tmp_path / 'bad.pt'}", None)

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
    def test_unreadable_file(self, saved: Path, tmp_path: Path) -> None:
        path = tmp_path / "locked.pt"
        path.write_bytes(saved.read_bytes())
        path.chmod(0)
        for ask in (check_style, style_digest):
            with pytest.raises(WeightsError, match="cannot be read"):
                ask(f"animegan:{path}")


class Bomb:
    """Pickles into a call."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (os.system, ("false",))


def spoil(path: Path, kind: str, good: Path) -> None:
    """Write a file that is no weights of the generator in this way."""
    import zipfile

    import torch

    state = torch.load(good, weights_only=True)
    content = good.read_bytes()
    if kind == "truncated":
        path.write_bytes(content[: len(content) // 2])
    elif kind == "empty":
        path.write_bytes(b"")
    elif kind == "text":
        path.write_text("<html>not found</html>")
    elif kind == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("readme.txt", "no weights")
    elif kind == "pickled code":
        path.write_bytes(pickle.dumps(Bomb(), protocol=2))
    elif kind == "whole model":
        torch.save(torch.nn.Conv2d(1, 1, 1), path)
    elif kind == "list":
        torch.save(list(state.values()), path)
    elif kind == "nested":
        torch.save({"epoch": 3, "states": {"net": state}}, path)
    elif kind == "wrong shape":
        torch.save(state | {"out_layer.0.weight": torch.zeros(3, 31, 1, 1)}, path)
    elif kind == "missing":
        torch.save({key: state[key] for key in list(state)[1:]}, path)
    elif kind == "surplus":
        torch.save(state | {"extra.weight": torch.zeros(1)}, path)
    elif kind == "nan":
        torch.save(state | {"out_layer.0.weight": torch.full((3, 32, 1, 1), float("nan"))}, path)
    elif kind == "folder":
        path.mkdir()
