"""A training on real pictures: its losses fall, it goes on bit for bit, it ends well in every way it can end."""

import csv
import math
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install -e '.[torch]'")

from PIL import Image  # noqa: E402
from torch import nn  # noqa: E402

from configs.errors import FilmcomicError, InputError, WeightsError  # noqa: E402
from configs.recipes.train_settings import load_training  # noqa: E402
from configs.units import file_sha256  # noqa: E402
from stylize.animegan.lite import LiteGenerator  # noqa: E402
from stylize.checkpoints.checkpoints import load_into, read_metadata, read_state, save_weights  # noqa: E402
from stylize.training import train as command  # noqa: E402
from stylize.training import trainer  # noqa: E402
from stylize.training.data.plan import Told, TrainingOutcome, TrainingPlan  # noqa: E402
from stylize.training.results.curves import History  # noqa: E402
from stylize.training.resume import checkpoints  # noqa: E402
from stylize.training.steps.adversary import AdversarialPhase  # noqa: E402
from stylize.training.steps.networks import Mean, Networks, make_generator  # noqa: E402
from stylize.training.steps.phases import ContentPhase  # noqa: E402
from stylize.training.trainer import train  # noqa: E402
from tests.arithmetic import near  # noqa: E402
from tests.material import shared  # noqa: E402

TINY = {"network": "lite", "perceptual": "squeezenet1_1", "precision": "fp32", "batch": 1, "crop_px": 32}
TINY |= {"init_steps": 4, "warm_steps": 0, "steps": 0, "sample_every": 100, "checkpoint_every": 2}


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    """Train on one thread, also in what tests share; leave the number of threads as it was."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(autouse=True)
def _small_features(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the small feature network from the material."""
    monkeypatch.setenv("FILMCOMIC_WEIGHTS", str(shared("weights/squeezenet1_1.pth").parent))


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Photos and drawings of the material, made small."""
    folder = tmp_path_factory.mktemp("pictures")
    for kind in ("photo", "illustration"):
        (folder / kind).mkdir()
        for path in sorted(shared(f"train/{kind}").glob("*.jpg"))[::45]:
            with Image.open(path) as opened:
                opened.thumbnail((140, 140))
                opened.save(folder / kind / f"{path.stem}.png")
    (folder / "photo" / "LICENSE").write_text("Free for all.\n")
    return folder


def plan(pictures: Path, out: Path, *, wanted: dict[str, Any] | None = None, **options: Any) -> TrainingPlan:
    settings = load_training("hayao", TINY | (wanted or {}))
    folders = {"photos": (pictures / "photo",), "drawings": (pictures / "illustration",)}
    return TrainingPlan(out=out, settings=settings, **(folders | options))


@pytest.fixture
def no_curves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Curves take half a second each; one test draws them."""
    monkeypatch.setattr(trainer, "draw_curves", lambda history, path, title: None)


def after(steps: int) -> tuple[Callable[[Told], None], Callable[[], bool]]:
    """Return the two hooks that stop a training after so many steps."""
    done = [0]

    def tell(told: Told) -> None:
        done[0] = told.step if told.phase != "pictures" else 0

    return tell, lambda: done[0] >= steps


def tensors(value: Any, name: str = "") -> dict[str, torch.Tensor]:
    """Return every tensor and number in a checkpoint by the path to it."""
    if isinstance(value, dict | list | tuple):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        return {key: found for at, each in items for key, found in tensors(each, f"{name}/{at}").items()}
    return {name: value} if isinstance(value, torch.Tensor) else {}


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


class TestNetworks:
    def test_half_precision_arithmetic_stays_near(self, pictures: Path, tmp_path: Path) -> None:
        """The discriminator's norms are computed in fp32 whatever its convolutions are."""
        found = {}
        for precision in ("fp32", "bf16"):
            wanted = {"init_steps": 0, "steps": 1, "precision": precision, "region_weight": 1, "surface_weight": 1}
            given = plan(pictures, tmp_path / precision, wanted=wanted)
            networks, material = Networks(given), trainer.Material(given)
            phase = AdversarialPhase(given.settings, networks, material, 0, 1)
            phase.begin()
            found[precision] = {name: float(value) for name, value in phase.step(0, phase.sample(0)).items()}
        assert found["fp32"].keys() == found["bf16"].keys() >= {"content", "regions", "surface", "discriminator"}
        for name, value in found["fp32"].items():
            assert found["bf16"][name] == pytest.approx(value, rel=0.1), name
            assert found["bf16"][name] != value or name == "surface"

    def test_norms_with_statistics_are_fixed_against_the_discriminator(self, pictures: Path, tmp_path: Path) -> None:
        wanted = {"network": "atelier", "init_steps": 1, "steps": 1, "g_lr": 1e-3}
        given = plan(pictures, tmp_path / "out", wanted=wanted)
        networks, material = Networks(given), trainer.Material(given)
        moved = []
        for phase in trainer.plan_phases(given.settings, networks, material):
            before = {name: value.clone() for name, value in networks.generator.state_dict().items()}
            phase.begin()
            phase.step(phase.first, phase.sample(phase.first))
            now = networks.generator.state_dict()
            moved.append(
                {name.rpartition(".")[2] for name, value in before.items() if not torch.equal(value, now[name])}
            )
        assert "running_mean" in moved[0]
        assert "weight" in moved[1] and not moved[1] & {"running_mean", "running_var", "num_batches_tracked"}

    def test_the_mean_of_weights(self) -> None:
        network = nn.Linear(1, 1, bias=False)
        nn.init.constant_(network.weight, 1)
        mean = Mean(network, 0.5)
        nn.init.constant_(network.weight, 3)
        mean.follow(network, 0)  # memory 1 / 10
        assert mean.network.weight.item() == near(0.1 * 1 + 0.9 * 3, terms=2)
        mean.follow(network, 1000)
        assert mean.network.weight.item() == near((2.8 + 3) / 2, terms=4)

    def test_the_seed_alone_decides_the_first_weights(self) -> None:
        for name in ("lite", "atelier"):
            torch.manual_seed(0)
            first = make_generator(name, 5).state_dict()
            torch.manual_seed(1)
            state = torch.get_rng_state()
            second, other = make_generator(name, 5).state_dict(), make_generator(name, 6).state_dict()
            assert torch.equal(torch.get_rng_state(), state)
            assert all(torch.equal(value, second[key]) for key, value in first.items())
            assert not all(torch.equal(value, other[key]) for key, value in first.items())


def test_history_comes_back_exactly(tmp_path: Path) -> None:
    history = History()
    number = float(torch.tensor(1 / 3))
    for step, phase in ((1, "content"), (2, "content"), (3, "adversarial")):
        history.add(step, phase, {"loss": step * number} | ({"style": 2.0} if step == 3 else {}))
    history.add(3, "adversarial", {"held_out": 0.5})
    history.write(tmp_path / "losses.csv")
    read = History.read(tmp_path / "losses.csv", upto=3)
    assert [(row.step, row.phase) for row in read.rows] == [(1, "content"), (2, "content"), (3, "adversarial")]
    assert torch.tensor(read.rows[0].losses["loss"]) == torch.tensor(number)
    assert read.recent() == pytest.approx({"loss": 3 * number, "style": 2.0, "held_out": 0.5})
    assert len(History.read(tmp_path / "losses.csv", upto=2).rows) == 2
    (tmp_path / "losses.csv").write_text("nonsense")
    assert History.read(tmp_path / "losses.csv", upto=3).rows == []


@pytest.mark.usefixtures("no_curves")
class TestCommand:
    def arguments(self, pictures: Path, out: Path, *more: str) -> list[str]:
        settings = [text for key, value in TINY.items() for text in ("--set", f"{key}={value}")]
        return ["--photos", str(pictures / "photo"), "--out", str(out), *settings, *more]

    def test_it_trains(self, pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert command.call(self.arguments(pictures, tmp_path / "out", "--name", "ink", "--threads", "1")) == 0
        said = capsys.readouterr()
        assert Path(said.out.strip()) == tmp_path / "out/ink.safetensors"
        assert "content 1/4  loss " in said.err and "finished (step 4 of 4)" in said.err

    def test_ctrl_c_leaves_a_checkpoint(
        self, pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        step = ContentPhase.step

        def interrupted(self: ContentPhase, at: int, sample: Any) -> Any:
            if at == 1:
                signal.raise_signal(signal.SIGINT)
            return step(self, at, sample)

        monkeypatch.setattr(ContentPhase, "step", interrupted)
        before = signal.getsignal(signal.SIGINT)
        given = self.arguments(pictures, tmp_path / "out", "--set", "checkpoint_every=100")
        assert command.call(given) == 130
        assert "stopped; --resume goes on from here (step 2 of 4)" in capsys.readouterr().err
        assert signal.getsignal(signal.SIGINT) is before
        assert [path.name for path in checkpoints(tmp_path / "out/checkpoints")] == ["step-00000002.pt"]
        assert command.call([*given, "--resume"]) == 0

    @pytest.mark.parametrize(
        ("more", "told"),
        [
            (["--wrong"], "unrecognized arguments: --wrong; see --help"),
            (["--set", "lr=1"], "unknown key lr"),
            (["--set", "batch"], "--set batch is no setting; write --set key=value"),
            (["--set", "batch=0"], "batch: input should be greater than or equal to 1"),
            (["--preset", "ghibli"], "unknown training preset ghibli; choose one of atelier-colour"),
            (["--device", "tpu"], "device: input should be 'auto', 'cpu' or 'cuda'"),
            (["--minutes", "-1"], "minutes: input should be greater than 0"),
            (["--set", "init_steps=0"], "no step is asked for"),
            (["--set", "steps=5"], "the adversarial steps need drawings"),
            (["--set", "steps=5", "--drawings", "EMPTY"], "there are no pictures in it"),
            (["--photos", "BROKEN"], ""),
            (["--set", "steps=5", "--drawings", "BROKEN"], "none of its 3 pictures can be used (3 broken)"),
            (["--set", "steps=5", "--drawings", "FILE"], "it is not a folder"),
            (["--set", "steps=5", "--drawings", "NONE"], "there is no such folder"),
            (["--start-from", "NONE"], "there is no such file of weights"),
            (["--start-from", "FILE"], "is truncated, or not a file that torch.save wrote"),
        ],
    )
    def test_bad_input_is_one_line_and_leaves_nothing(
        self, pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str], told: str
    ) -> None:
        (tmp_path / "EMPTY").mkdir()
        (tmp_path / "BROKEN").mkdir()
        for name in ("a.jpg", "b.png", "c.webp"):
            (tmp_path / "BROKEN" / name).write_bytes(b"\x89PNG\r\n\x1a\nnothing")
        (tmp_path / "FILE").write_text("a file")
        placed = [str(tmp_path / word) if word.isupper() else word for word in more]
        given = self.arguments(pictures, tmp_path / "out", *placed)
        if not told:  # broken photos alone, without the good ones
            given, told = given[2:], "none of its 3 pictures can be used (3 broken)"
        assert command.call(given) == 2
        said = capsys.readouterr()
        assert said.out == "" and told in said.err
        assert said.err.startswith("stylize.training.train: ") and said.err.count("\n") == 1
        assert not (tmp_path / "out").exists()

    def test_cuda_that_is_not_there(
        self, pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
        assert command.call(self.arguments(pictures, tmp_path / "out", "--device", "cuda")) == 2
        assert "no CUDA device is there" in capsys.readouterr().err and not (tmp_path / "out").exists()


def test_a_progress_line_tells_rate_and_time_left() -> None:
    told = Told(100, 700, "warm", {"loss": 1.23456}, (Path("s/1.png"), Path("c.pt")))
    assert command.progress_line(told, 2.0) == "warm 100/700  loss 1.235  2.00 steps/s, 5 min left  s/1.png"
