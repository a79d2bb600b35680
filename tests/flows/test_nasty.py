"""Every nasty file leads to what is written beside it: a comic, warned where something was lost, or one line."""

from pathlib import Path

import pypdfium2
import pytest

from configs.errors import FilmError
from configs.recipes.recipe import Recipe
from flows.comic import make_comic
from tests.material import shared

pytestmark = pytest.mark.usefixtures("prefect_server")

REFUSED = {
    "zero_byte.mp4": "",
    "random_bytes.mp4": "",
    "truncated_no_moov.mp4": "",
    "truncated_header_only.mp4": "",
    "audio_only.mp4": "no video",
    "audio_only.mp3": "no video",
    "found/-video-with-dash-.mp4": "too small",
    "found/invalid-bitstream.webm": "none of its pictures can be decoded",  # no decoder reads a frame of it
}
DAMAGED = ["truncated_faststart_half.mp4", "found/decord_corrupted.mp4"]
ONE_PANEL = ["one_frame.mp4", "two_frames.mp4", "all_black_5s.mp4", "still_image_8s.mp4"]
WHOLE = [
    "video_only_no_audio.mp4",
    "found/video_with_failing_audio.mp4",
    "odd_641x359_yuv444.mp4",
    "h264_10bit.mp4",
    "hevc_10bit.mp4",
    "vp9_opus.webm",
    "av1.webm",
    "interlaced_mpeg2_tff.mpg",
    "portrait_360x640.mp4",
    "rotated_meta_90.mp4",
    "rotated_meta_180.mp4",
    "rotated_meta_270.mp4",
    "found/decord_video_0.mov",
    "found/decord_video_90.mov",
    "found/decord_video_180.mov",
    "vfr.mp4",
    "anamorphic_sar.mp4",
    "start_offset_3.5s.mkv",
    "tiny_32x14.mp4",
    "animated.gif",
    "one_fps.mp4",
    "uhd_3840_5fps.mp4",
]
SPOKEN = [
    "found/sample_with_srt.mkv",
    "found/sample_with_ssa_subtitles.mkv",
    "found/sample_with_vtt_subtitles.mkv",
    "found/sample_with_overlapping_srt.mkv",
    "found/sample_with_null_terminated_srt.mkv",
    "found/subtitleedit_MP4_SRT.mp4",
]
PICTURES = ["found/sample_with_pgs_subtitles.mkv", "found/sample_with_vobsub.mkv"]
RECIPE = Recipe(style="ink-line", page={"ppi": 100})


def comic_of(name: str, tmp_path: Path) -> Path:
    """Make the comic of a nasty file."""
    return make_comic(shared(f"nasty/{name}"), tmp_path / "out" / "comic.pdf", RECIPE, tmp_path / "work")


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_film_is_refused_in_one_line(name: str, tmp_path: Path) -> None:
    with pytest.raises(FilmError) as caught:
        comic_of(name, tmp_path)
    line = str(caught.value)
    assert Path(name).name in line and REFUSED[name] in line and "\n" not in line
    assert caught.value.exit_code == 2 and list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("name", DAMAGED)
def test_what_can_be_read_of_a_damaged_film_becomes_a_comic(name: str, tmp_path: Path, heard: list[str]) -> None:
    assert len(pypdfium2.PdfDocument(comic_of(name, tmp_path))) >= 2
    assert [line for line in heard if Path(name).name in line and "of film, about" not in line], heard


@pytest.mark.parametrize("name", ONE_PANEL)
def test_a_film_of_one_picture_is_one_panel(name: str, tmp_path: Path) -> None:
    comic_of(name, tmp_path)
    assert len(list(tmp_path.rglob("paintings/*/*.png"))) <= 2, "the panel, and perhaps the cover at its own size"
    assert len(list(tmp_path.rglob("frames/*.jpg"))) == 1


@pytest.mark.parametrize("name", WHOLE)
def test_a_strange_film_becomes_a_comic(name: str, tmp_path: Path) -> None:
    assert len(pypdfium2.PdfDocument(comic_of(name, tmp_path))) >= 2


@pytest.mark.parametrize("name", SPOKEN)
def test_embedded_words_become_lettering(name: str, tmp_path: Path) -> None:
    document = pypdfium2.PdfDocument(comic_of(name, tmp_path))
    story = " ".join(document[at].get_textpage().get_text_range() for at in range(1, len(document)))
    assert len([word for word in story.split() if word.isalpha()]) >= 2, story


@pytest.mark.parametrize("name", PICTURES)
def test_picture_subtitles_are_skipped_with_a_warning(name: str, tmp_path: Path, heard: list[str]) -> None:
    comic_of(name, tmp_path)
    assert [line for line in heard if "picture" in line], heard
