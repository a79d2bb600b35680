"""A training on real pictures: its losses fall, it goes on bit for bit, it ends well in every way it can end."""

import csv
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install -e '.[torch]'")

from PIL import Image  # noqa: E402

from configs.errors import InputError  # noqa: E402
from configs.units import file_sha256  # noqa: E402
from stylize.animegan.lite import LiteGenerator  # noqa: E402
from stylize.checkpoints.checkpoints import load_into, read_metadata, read_state  # noqa: E402
from stylize.training.data.plan import TrainingOutcome  # noqa: E402
from stylize.training.resume import checkpoints  # noqa: E402
from stylize.training.steps.phases import ContentPhase  # noqa: E402
from stylize.training.trainer import train  # noqa: E402
from tests.material import shared  # noqa: E402
from tests.stylize.training.trainings import after, plan, tensors  # noqa: E402

pytestmark = pytest.mark.usefixtures("alone_on_a_thread", "small_features")


def test_torch_is_left_as_it_was(pictures: Path, tmp_path: Path) -> None:
    """What the same process paints later depends on the number of threads and on how convolutions are chosen."""

    before = torch.get_num_threads()

    def stop() -> bool:
        assert torch.get_num_threads() == before + 1
        torch.backends.cudnn.benchmark = True  # as on a GPU
        return True

    assert train(plan(pictures, tmp_path / "out", threads=before + 1), stop=stop).reason == "stopped"
    assert torch.get_num_threads() == before and not torch.backends.cudnn.benchmark


FIFTY = {"crop_px": 64, "init_steps": 30, "warm_steps": 6, "steps": 14, "checkpoint_every": 25, "init_lr": 5e-4}
"""A slow start: at twice the rate, or on smaller crops, rounding alone decides whether a loss jumps up again."""


@pytest.fixture(scope="module")
def whole(pictures: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, TrainingOutcome]:
    out = tmp_path_factory.mktemp("whole") / "aquarelle"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FILMCOMIC_WEIGHTS", str(shared("weights")))
        return out, train(plan(pictures, out, wanted=FIFTY, ema=0.9, licence="CC0", threads=1))


@pytest.mark.timeout(900)  # without AVX, gradients of convolutions take twenty times as long
class TestFiftySteps:
    """The lite generator, 64 px, SqueezeNet, fp32; all three phases, and a running mean of the weights."""

    def rows(self, out: Path) -> list[dict[str, str]]:
        with (out / "losses.csv").open() as stream:
            return list(csv.DictReader(stream))

    def test_the_losses_fall(self, whole: tuple[Path, TrainingOutcome]) -> None:
        rows = self.rows(whole[0])
        assert [int(row["step"]) for row in rows] == list(range(1, 51))
        assert [row["phase"] for row in rows] == ["content"] * 30 + ["warm"] * 6 + ["adversarial"] * 14
        content = [float(row["loss"]) for row in rows[:30]]
        assert np.mean(content[-10:]) < 0.7 * np.mean(content[:5])  # a half, give or take a twentieth by rounding
        judged = [float(row["discriminator"]) for row in rows[36:]]
        assert np.mean(judged[-5:]) < 0.7 * np.mean(judged[:5])

    def test_stopped_twice_it_is_the_same_bit_for_bit(
        self, whole: tuple[Path, TrainingOutcome], pictures: Path, tmp_path: Path, no_curves: None
    ) -> None:
        out = tmp_path / "aquarelle"
        given = plan(pictures, out, wanted=FIFTY, ema=0.9, licence="CC0", threads=1, resume=True)
        for steps in (33, 43):
            stopped = train(given, *after(steps))
            assert (stopped.reason, stopped.step, stopped.weights) == ("stopped", steps, None)
        assert train(given).reason == "finished"
        ours, theirs = (
            tensors(torch.load(folder / "checkpoints/step-00000050.pt", weights_only=True))
            for folder in (out, whole[0])
        )
        assert len(ours) > 300 and ours.keys() == theirs.keys()
        assert {"networks", "optimisers"} == {name.split("/")[1] for name in ours}
        assert all(torch.equal(value, theirs[name]) for name, value in ours.items())
        assert self.rows(out) == self.rows(whole[0])
        for name in ("aquarelle.safetensors", "samples/00000050.png"):
            assert (out / name).read_bytes() == (whole[0] / name).read_bytes()

    def test_it_leaves_weights_that_load_and_tell_what_they_are(self, whole: tuple[Path, TrainingOutcome]) -> None:
        outcome = whole[1]
        assert outcome.weights is not None and outcome.weights.name == "aquarelle.safetensors"
        load_into(LiteGenerator(), outcome.weights)
        assert read_state(outcome.weights)["block_a.1.weight"].dtype == torch.float16
        assert outcome.weights.stat().st_size < 1_450_000
        told = read_metadata(outcome.weights)
        assert (told["style"], told["network"], told["licence"], told["steps"]) == ("aquarelle", "lite", "CC0", "50")

    def test_the_card_tells_all(self, whole: tuple[Path, TrainingOutcome], pictures: Path) -> None:
        outcome = whole[1]
        assert outcome.card is not None and outcome.weights is not None
        card = outcome.card.read_text()
        count = len(list((pictures / "photo").glob("*.png")))
        for words in (
            file_sha256(outcome.weights),
            f" of {count} pictures",
            "> Free for all.",
            "| init_steps | 30 |",
            "| mean of weights | 0.9 |",
            "| features | squeezenet1_1 |",
            f"| torch | {torch.__version__.partition('+')[0]}",
        ):
            assert words in card, words
        assert str(pictures) not in card, "a card tells no paths of a machine"

    def test_curves_and_a_sheet_are_pictures(self, whole: tuple[Path, TrainingOutcome]) -> None:
        assert whole[1].curve is not None and whole[1].sheet is not None
        for path in (whole[1].curve, whole[1].sheet):
            with Image.open(path) as picture:
                assert picture.size[0] > 250 and len(set(picture.convert("L").tobytes())) > 30

    def test_two_checkpoints_stay(self, whole: tuple[Path, TrainingOutcome]) -> None:
        assert [path.name for path in checkpoints(whole[0] / "checkpoints")] == ["step-00000025.pt", "step-00000050.pt"]


@pytest.mark.usefixtures("no_curves")
class TestEnds:
    def test_the_time_is_up(self, pictures: Path, tmp_path: Path) -> None:
        outcome = train(plan(pictures, tmp_path / "out", wanted={"init_steps": 1000}, minutes=0.001))
        assert outcome.reason == "time" and 1 <= outcome.step < 1000
        assert outcome.weights is not None and outcome.weights.is_file()
        assert len(checkpoints(tmp_path / "out/checkpoints")) >= 1

    def test_losses_that_are_no_numbers_lead_back_to_the_last_checkpoint(
        self, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        step = ContentPhase.step

        def spoilt(self: ContentPhase, at: int, sample: Any) -> Any:
            losses = step(self, at, sample)
            if at == 3:
                for value in self.networks.generator.parameters():
                    value.data.fill_(math.nan)
                return {"loss": losses["loss"] * math.nan}
            return losses

        monkeypatch.setattr(ContentPhase, "step", spoilt)
        outcome = train(plan(pictures, tmp_path / "out", wanted={"init_steps": 6}))
        assert (outcome.reason, outcome.step) == ("not finite", 2)
        assert "went back to the last good checkpoint (step 2 of 6)" in outcome.said
        assert outcome.weights is not None and read_metadata(outcome.weights)["steps"] == "2"
        monkeypatch.setattr(ContentPhase, "step", step)
        clean = train(plan(pictures, tmp_path / "clean", wanted={"init_steps": 2}))
        assert clean.weights is not None
        ours, theirs = read_state(outcome.weights), read_state(clean.weights)
        assert all(torch.equal(ours[name], theirs[name]) for name in ours)

    def test_without_a_checkpoint_they_are_an_error(
        self, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(ContentPhase, "step", lambda self, at, sample: {"loss": torch.tensor(math.inf)})
        with pytest.raises(InputError, match="no finite numbers after 0 steps, and there is no checkpoint yet; lower"):
            train(plan(pictures, tmp_path / "out"))
        assert not list((tmp_path / "out").rglob("*.safetensors"))

    def test_a_plateau_ends_with_the_best_weights(
        self, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seen = iter([5.0, 4.0, 4.5, 3.9999, 9.0])
        monkeypatch.setattr(ContentPhase, "held_out", lambda self: torch.tensor(next(seen)))
        wanted = {"init_steps": 100, "sample_every": 1, "patience": 2}
        outcome = train(plan(pictures, tmp_path / "out", wanted=wanted))
        assert (outcome.reason, outcome.step) == ("plateau", 4), "a thousandth less is not better"
        best = read_state(tmp_path / "out/checkpoints/best.safetensors")
        assert outcome.weights is not None
        kept = read_state(outcome.weights)
        assert all(torch.equal(kept[name], best[name].half()) for name in kept)
