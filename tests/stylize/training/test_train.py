"""Training from the command line: what is said, what is left, what is refused."""

import signal
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install -e '.[torch]'")


from stylize.training import train as command  # noqa: E402
from stylize.training.data.plan import Told  # noqa: E402
from stylize.training.resume import checkpoints  # noqa: E402
from stylize.training.steps.phases import ContentPhase  # noqa: E402
from tests.stylize.training.trainings import TINY  # noqa: E402

pytestmark = pytest.mark.usefixtures("alone_on_a_thread", "small_features")


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
