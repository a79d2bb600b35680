"""The film that we draw ourselves."""

from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from configs.errors import OutputError
from film.encoding.demo.acts import SCENES
from film.encoding.demo.demo import LINES, RATE, draw_demo, subtitles
from film.model import LineKind
from film.words.cleaning import clean
from film.words.subtitles.formats import parse


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw_demo(tmp_path_factory.mktemp("demo"))


def test_the_film_has_its_length_size_and_subtitles_beside_it(film: Path) -> None:
    with av.open(str(film)) as container:
        video = container.streams.video[0]
        frames = sum(1 for _ in container.decode(video))
        assert (video.width, video.height, video.average_rate) == (1280, 720, RATE)
    assert frames == sum(round(scene.seconds * RATE) for scene in SCENES)
    assert sorted(path.name for path in film.parent.iterdir()) == ["demo.mp4", "demo.srt"]
    assert film.with_suffix(".srt").read_text("utf-8") == subtitles()


def test_shots_differ_at_their_borders(film: Path) -> None:
    with av.open(str(film)) as container:
        small = [frame.to_ndarray(format="rgb24", width=64, height=36) for frame in container.decode(video=0)]
    change = [float(np.abs(b.astype(float) - a).mean()) for a, b in pairwise(small)]
    at = 0
    for scene in SCENES[:-1]:
        at += round(scene.seconds * RATE)
        assert change[at - 1] > 3 * max(change[at - 4 : at - 1])


def test_scenes_draw_the_same_every_time() -> None:
    for scene in SCENES:
        assert (scene.draw(1.0, 0.4).pixels == scene.draw(1.0, 0.4).pixels).all()


def test_its_words_are_speech_sounds_and_narration() -> None:
    cues, dropped = parse(subtitles())
    assert cues is not None and dropped == 0
    lines, warnings = clean(cues)
    assert len(lines) == len(LINES) and not warnings
    assert [line.text for line in lines if line.kind is LineKind.SOUND] == ["click... click...", "WHOOSH"]
    assert [line.kind for line in (lines[0], lines[-1])] == [LineKind.NARRATION] * 2
    assert {line.speaker for line in lines if line.kind is LineKind.SPEECH} == {"BO", "MAI", "PAPA"}
    assert lines[-1].end_s < sum(scene.seconds for scene in SCENES)


def test_a_place_that_cannot_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError) as caught:
        draw_demo(tmp_path / "file")
    assert "\n" not in str(caught.value) and "demo.mp4" in str(caught.value)
