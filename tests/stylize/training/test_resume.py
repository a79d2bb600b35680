"""Going on with a training: with the same one alone, from its last whole checkpoint, or from given weights."""

from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install -e '.[torch]'")

from torch import nn  # noqa: E402

from configs.errors import FilmcomicError, WeightsError  # noqa: E402
from stylize.checkpoints.checkpoints import read_state, save_weights  # noqa: E402
from stylize.training.data.plan import Told, TrainingPlan  # noqa: E402
from stylize.training.resume import checkpoints  # noqa: E402
from stylize.training.steps.networks import make_generator  # noqa: E402
from stylize.training.trainer import train  # noqa: E402
from tests.stylize.training.trainings import after, plan  # noqa: E402

pytestmark = pytest.mark.usefixtures("alone_on_a_thread", "small_features")


@pytest.mark.usefixtures("no_curves")
class TestGoingOn:
    @pytest.fixture
    def begun(self, pictures: Path, tmp_path: Path) -> Path:
        train(plan(pictures, tmp_path / "out"), *after(4))
        return tmp_path / "out"

    def refusal(self, given: TrainingPlan) -> str:
        with pytest.raises(FilmcomicError) as caught:
            train(given)
        assert "\n" not in str(caught.value) and ";" in str(caught.value)
        return str(caught.value)

    def test_another_training_is_refused(self, begun: Path, pictures: Path) -> None:
        assert "a training lies here already; go on with --resume" in self.refusal(plan(pictures, begun))
        for wanted, key in (({"init_lr": 1e-3}, "init_lr"), ({"seed": 3}, "seed")):
            told = self.refusal(plan(pictures, begun, wanted=wanted, resume=True))
            assert f"the checkpoint is of a training with another {key}" in told
        told = self.refusal(plan(pictures, begun, resume=True, photos=(pictures / "illustration",)))
        assert "another photos" in told

    def test_what_is_told_on_the_way_may_change(self, begun: Path, pictures: Path) -> None:
        wanted = {"sample_every": 7, "checkpoint_every": 3, "patience": 9}
        assert train(plan(pictures, begun, wanted=wanted, resume=True)).reason == "finished"

    def test_a_damaged_checkpoint_is_passed_over_and_told(self, begun: Path, pictures: Path) -> None:
        last = checkpoints(begun / "checkpoints")[-1]
        last.write_bytes(last.read_bytes()[:1000])
        notices: list[str] = []
        steps: list[int] = []

        def tell(told: Told) -> None:
            notices.extend(filter(None, [told.notice]))
            steps.extend([told.step] if told.phase == "content" else [])

        assert train(plan(pictures, begun, resume=True), tell).reason == "finished"
        assert len(notices) == 1 and "step-00000004.pt: the checkpoint is damaged and is passed over" in notices[0]
        assert steps[0] == 3
        for path in checkpoints(begun / "checkpoints"):
            path.write_bytes(b"")
        assert "no checkpoint in it can be read" in self.refusal(plan(pictures, begun, resume=True))

    def test_it_starts_from_given_weights(self, pictures: Path, tmp_path: Path) -> None:
        start = tmp_path / "start.safetensors"
        save_weights(make_generator("lite", 7), start, half=False, metadata={})
        wanted = {"init_lr": 1e-12, "init_steps": 1}
        outcome = train(plan(pictures, tmp_path / "out", wanted=wanted, start_from=start))
        assert outcome.weights is not None
        kept, given = read_state(outcome.weights), read_state(start)
        assert all(torch.equal(kept[name], given[name].half()) for name in kept)
        save_weights(nn.Conv2d(1, 1, 1), start, half=False, metadata={})
        with pytest.raises(WeightsError, match="not the weights of this network"):
            train(plan(pictures, tmp_path / "other", start_from=start))
        assert not (tmp_path / "other").exists()
