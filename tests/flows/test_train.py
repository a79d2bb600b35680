"""Training as a flow: from a film to weights, on with it after a failure, and what the dashboard shows."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install -e '.[torch]'")

from PIL import Image  # noqa: E402
from prefect.client.orchestration import get_client  # noqa: E402
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey  # noqa: E402

from flows.cli import call  # noqa: E402
from flows.train import train_style  # noqa: E402
from stylize.checkpoints.checkpoints import read_metadata  # noqa: E402
from stylize.training.data.plan import TrainingPlan, make_plan  # noqa: E402
from stylize.training.steps.phases import ContentPhase  # noqa: E402
from tests.material import shared  # noqa: E402

TINY = ["network=lite", "perceptual=squeezenet1_1", "precision=fp32", "batch=1", "crop_px=32", "checkpoint_every=2"]


def tiny(out: Path, *more: str, **given: Any) -> TrainingPlan:
    return make_plan("hayao", [*TINY, *more], out=out, threads=1, **given)


async def _artifacts() -> dict[str, str]:
    async with get_client() as client:
        wanted = ArtifactFilter(key=ArtifactFilterKey(any_=["training", "loss-curves", "samples", "model-card"]))
        found = await client.read_artifacts(artifact_filter=wanted)
    return {artifact.key: str(artifact.data) for artifact in found if artifact.key}


@pytest.fixture(scope="module")
def drawings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drawings")
    for path in sorted(shared("train/illustration").glob("*.jpg"))[::60]:
        with Image.open(path) as opened:
            opened.thumbnail((120, 120))
            opened.save(folder / path.name)
    return folder


@pytest.mark.usefixtures("prefect_server")
def test_a_film_is_trained_with_and_a_failure_is_made_good(
    drawings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = ContentPhase.step
    seen: list[int] = []

    def short_of_memory(self: ContentPhase, at: int, sample: Any) -> Any:
        seen.append(at)
        if seen.count(3) == 1 and at == 3:
            raise MemoryError("for once")
        return step(self, at, sample)

    monkeypatch.setattr(ContentPhase, "step", short_of_memory)
    plan = tiny(tmp_path / "out", "init_steps=4", "steps=1", drawings=(drawings,), name="trailer")
    film = shared("films/sintel_trailer.mp4")
    outcome = train_style(plan, (film,), (), tmp_path / "work")
    assert seen == [0, 1, 2, 3, 2, 3], "it went on from the checkpoint after two steps"
    assert outcome.reason == "finished" and outcome.weights == tmp_path / "out/trailer.safetensors"
    assert read_metadata(outcome.weights)["steps"] == "5"
    frames = [path for folder in (tmp_path / "work").rglob("training/*/*/") for path in folder.glob("*.jpg")]
    assert len(frames) > 10
    assert f"of {len(frames)} pictures" in (tmp_path / "out/trailer.md").read_text()
    shown = asyncio.run(_artifacts())
    assert {"training", "loss-curves", "samples", "model-card"} <= shown.keys()
    assert "data:image/jpeg;base64," in shown["samples"] and "# trailer" in shown["model-card"]
    again = train_style(plan, (film,), (), tmp_path / "work")
    assert again.reason == "finished" and len(seen) == 6, "the same flow goes on, here from the end"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "no photos are given"),
        (["--photos", "EMPTY"], "the adversarial steps need drawings"),
        (["--photos", "EMPTY", "--set", "lr=1"], "unknown key lr"),
        (["--film", "none.mkv", "--drawings", "EMPTY"], "none.mkv"),
        (["--film", "BROKEN", "--drawings", "EMPTY"], "BROKEN"),
    ],
)
def test_bad_input_is_one_line_before_any_server(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    (tmp_path / "EMPTY").mkdir()
    (tmp_path / "BROKEN").write_bytes(b"\0" * 500)
    placed = [str(tmp_path / word) if word.isupper() else word for word in arguments]
    assert call(["train-style", "-o", str(tmp_path / "out"), *placed]) == 2
    said = capsys.readouterr().err
    assert told in said and said.startswith("filmcomic: ") and said.count("\n") == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("prefect_server")
def test_broken_pictures_end_the_flow_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos/a.jpg").write_bytes(b"nothing")
    from configs.errors import InputError

    plan = tiny(tmp_path / "out", "init_steps=1", "steps=0", photos=(tmp_path / "photos",))
    with pytest.raises(InputError, match=r"none of its 1 pictures can be used \(1 broken\)"):
        train_style(plan)
    assert not (tmp_path / "out").exists()
