"""Distilling: the loss, the command from a teacher's file to weights that paint, and what is refused."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install -e '.[torch]'")

from stylize.atelier.atelier_net import AtelierNet  # noqa: E402
from stylize.checkpoints.checkpoints import read_state, save_weights  # noqa: E402
from stylize.checkpoints.header import read_metadata  # noqa: E402
from stylize.training import distil  # noqa: E402
from stylize.training.data import lessons  # noqa: E402

pytestmark = pytest.mark.usefixtures("alone_on_a_thread", "small_features")


@pytest.fixture(scope="module")
def teacher(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(2)
    network = AtelierNet()
    torch.nn.init.normal_(network.out.weight, 0, 0.03)
    path = tmp_path_factory.mktemp("teacher") / "large.safetensors"
    save_weights(network, path, half=True, metadata={"network": "atelier"})
    return path


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lessons, "_SIZES_PX", (110.0, 90.0, 90.0))
    for name, value in {"_CROP_PX": 64, "_BATCH": 2, "_LEAST_PX": 64, "_GRAFT_STEPS": 2}.items():
        monkeypatch.setattr(distil, name, value)


def test_the_loss_is_nought_for_the_same_and_sees_lines() -> None:
    torch.manual_seed(0)
    wanted = torch.rand(1, 3, 64, 64) * 2 - 1
    features = distil.load_features("squeezenet1_1")
    assert float(distil.distil_loss(wanted, wanted, features)) == 0
    brighter, noisy = (wanted + 0.1 * each for each in (torch.ones_like(wanted), torch.sign(torch.randn_like(wanted))))
    plain = {name: float(distil.distil_loss(x, wanted, None)) for name, x in (("even", brighter), ("noise", noisy))}
    assert plain["even"] == pytest.approx(0.4, rel=0.01), "twice the pixels, and two smaller sizes"
    assert plain["noise"] > plain["even"], "differences count"
    assert float(distil.distil_loss(noisy, wanted, features)) > plain["noise"] + 0.01


@pytest.mark.usefixtures("small")
def test_the_command_leaves_weights_that_are_nearer_to_the_teacher(
    teacher: Path, pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--teacher", str(teacher), "--photos", str(pictures / "photo"), "--out", str(tmp_path / "slim")]
    assert distil.main([*given, "--steps", "4", "--licence", "MIT"]) == 0
    path = tmp_path / "slim/slim.safetensors"
    assert Path(capsys.readouterr().out.strip()) == path
    assert read_metadata(path)["network"] == "slim" and read_metadata(path)["licence"] == "MIT"
    from stylize.trained.fast import FAMILY

    picture = np.random.default_rng(0).random((1, 24, 40, 3), np.float32)
    assert FAMILY.make(str(path), {}, "cpu").paint(picture).shape == picture.shape
    again = tmp_path / "again"
    more = ["--start-from", str(path), "--lessons", str(tmp_path / "slim/lessons")]
    assert distil.main([*given[:-1], str(again), "--steps", "1", *more]) == 0
    before, after = read_state(path), read_state(again / "again.safetensors")
    assert float((before["stem.weight"] - after["stem.weight"]).abs().max()) < 0.01, "it went on from there"


@pytest.mark.usefixtures("small")
def test_learning_brings_the_pupil_nearer(teacher: Path, pictures: Path, tmp_path: Path) -> None:
    found = distil.collect([pictures / "photo"], least_px=64, what="photos")
    photos = tuple(zip(found.paths, found.digests, strict=True))[:2]
    large = distil.load_teacher(teacher)
    made = lessons.Lessons(photos, distil.painter(large), digest="a", cache=tmp_path, crop_px=64, batch=2, seed=1)
    torch.manual_seed(0)
    distillation = distil.Distillation(made, None, distil.SlimNet())
    losses: list[float] = []
    distillation.run(40, 1e9, lambda _, loss: losses.append(loss), lambda _: None)
    assert np.mean(losses[-8:]) < 0.8 * np.mean(losses[:8])


def test_weights_of_another_network_are_refused_in_one_line(
    pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "other.safetensors"
    save_weights({"conv.weight": torch.zeros(1)}, path, half=False, metadata={})
    assert distil.main(["--teacher", str(path), "--photos", str(pictures), "--out", str(tmp_path / "out")]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1 and "other.safetensors" in told and "network atelier" in told
    assert not (tmp_path / "out").exists()
