"""Which source of words is taken."""

from fractions import Fraction
from pathlib import Path
from shutil import copyfile

import pytest

from configs.errors import SubtitleError
from film.decoding.probe import probe
from film.model import Movie, Stream, StreamKind
from film.words.dialogue import listen
from tests.film.reels import movie_of, silent_movie
from tests.material import shared


def cues(words: str, *starts: int) -> str:
    return "\n".join(
        f"{n}\n00:00:{s:02d},000 --> 00:00:{s + 1:02d},000\n{words}\n" for n, s in enumerate(starts or (1,))
    )


@pytest.fixture
def trailer(tmp_path: Path) -> Movie:
    """The trailer with its three tracks, in a folder where files may be laid beside it."""
    path = tmp_path / "film.mkv"
    copyfile(shared("films/sintel_trailer.subs_srt_eng_vie_ara.mkv"), path)
    return movie_of(path)


def beside(movie: Movie, name: str, words: str) -> Path:
    path = movie.path.parent / name
    path.write_text(cues(words), "utf-8")
    return path


def source(movie: Movie, language: str = "") -> str:
    return listen(movie, language=language).source


def test_none_means_none(trailer: Movie) -> None:
    dialogue = listen(trailer, subtitles="none", language="xx")
    assert dialogue.lines == () and dialogue.source == "" and dialogue.warnings == ()


def test_the_file_named_comes_first(trailer: Movie, tmp_path: Path) -> None:
    beside(trailer, "film.srt", "beside")
    named = tmp_path / "elsewhere.de.srt"
    named.write_text(cues("benannt"))
    dialogue = listen(trailer, subtitles=named, language="eng")
    assert [line.text for line in dialogue.lines] == ["benannt"]
    assert (dialogue.source, dialogue.language) == ("elsewhere.de.srt", "de")


def test_a_file_beside_the_film_comes_before_its_tracks(trailer: Movie) -> None:
    assert source(trailer) == "track 3 (vie)"
    beside(trailer, "FILM.de.SRT", "deutsch")
    assert source(trailer) == "FILM.de.SRT"
    beside(trailer, "film.en.srt", "english")
    assert source(trailer) == "film.en.srt"
    beside(trailer, "film.srt", "plain")
    assert source(trailer) == "film.srt"


def test_a_language_is_looked_for_everywhere(trailer: Movie) -> None:
    beside(trailer, "film.srt", "plain")
    beside(trailer, "film.de.srt", "deutsch")
    beside(trailer, "film.eng.vtt", "english")
    assert [source(trailer, tag) for tag in ("de", "ger", "en", "vi", "fr")] == [
        "film.de.srt", "film.de.srt", "film.eng.vtt", "track 3 (vie)", "film.srt",
    ]  # fmt: skip


def test_a_language_that_is_not_there_names_those_that_are(trailer: Movie) -> None:
    beside(trailer, "film.de.srt", "deutsch")
    with pytest.raises(SubtitleError) as caught:
        listen(trailer, language="fr")
    message = str(caught.value)
    for words in ("French (fr)", "German (de) in film.de.srt", "Vietnamese (vie)", "English (eng)", "Arabic (ara)"):
        assert words in message
    assert caught.value.exit_code == 2 and "\n" not in message


def test_a_file_beside_the_film_that_is_none_is_passed_over(trailer: Movie) -> None:
    (trailer.path.parent / "film.srt").write_bytes(bytes(range(256)))
    (trailer.path.parent / "film.en.srt").write_bytes(b"")
    dialogue = listen(trailer)
    assert dialogue.source == "track 3 (vie)" and len(dialogue.lines) == 4
    assert len(dialogue.warnings) == 2 and all("passed over" in warning for warning in dialogue.warnings)


def test_the_file_named_must_be_one(trailer: Movie, tmp_path: Path) -> None:
    for wrong in (tmp_path / "nowhere.srt", tmp_path, trailer.path):
        with pytest.raises(SubtitleError) as caught:
            listen(trailer, subtitles=wrong)
        assert "\n" not in str(caught.value)


def test_a_film_without_words(tmp_path: Path) -> None:
    silent = silent_movie(tmp_path / "film.mkv")
    for language in ("", "vi"):
        assert listen(silent, language=language).lines == () and listen(silent, language=language).warnings == ()


def test_the_language_of_the_sound_decides_between_files(tmp_path: Path) -> None:
    streams = (Stream(index=0, kind=StreamKind.AUDIO, codec="aac", language="fre"),)
    movie = silent_movie(tmp_path / "film.mkv", streams=streams)
    for tag in ("de", "en", "fr"):
        beside(movie, f"film.{tag}.srt", tag)
    assert source(movie) == "film.fr.srt"
    (tmp_path / "film.fr.srt").unlink()
    assert source(movie) == "film.en.srt"


def test_the_language_of_the_name_tells_the_encoding(tmp_path: Path) -> None:
    movie = silent_movie(tmp_path / "film.mkv")
    (tmp_path / "film.pl.srt").write_bytes(cues("Zażółć gęślą jaźń").encode("cp1250"))
    assert listen(movie).lines[0].text == "Zażółć gęślą jaźń"


def test_cues_after_the_end_are_left_out_with_a_warning(tmp_path: Path) -> None:
    movie = silent_movie(tmp_path / "film.mkv", duration_s=10)
    (tmp_path / "film.srt").write_text(cues("word", 1, 9, 10, 30))
    dialogue = listen(movie)
    assert [line.start_s for line in dialogue.lines] == [1, 9]
    assert dialogue.warnings == ("film.srt: 2 subtitles start after the film has ended and are left out",)
    assert all(isinstance(line.start_s, Fraction) for line in dialogue.lines)


def test_what_is_heard_survives_json(trailer: Movie) -> None:
    dialogue = listen(trailer)
    assert type(dialogue).model_validate_json(dialogue.model_dump_json()) == dialogue


def test_forced_files_come_after_all_else_and_those_for_the_hard_of_hearing_after_plain_ones(trailer: Movie) -> None:
    beside(trailer, "film.vi.forced.srt", "a sign")
    assert source(trailer) == source(trailer, "vi") == "track 3 (vie)"
    beside(trailer, "film.en.sdh.srt", "[door] hello")
    beside(trailer, "film.fr.srt", "bonjour")
    assert source(trailer) == source(trailer, "en") == "film.en.sdh.srt"
    beside(trailer, "film.en.1.srt", "hello")
    assert source(trailer) == source(trailer, "en") == "film.en.1.srt"
    beside(trailer, "film.fr.default.srt", "bonjour")
    assert source(trailer) == "film.fr.default.srt", "whoever named it so wants it"


def test_a_file_in_two_languages_serves_for_each_unless_one_has_it_alone(tmp_path: Path) -> None:
    movie = silent_movie(tmp_path / "film.mkv")
    beside(movie, "film.chs&eng.srt", "both")
    assert source(movie) == source(movie, "zh") == source(movie, "en") == "film.chs&eng.srt"
    beside(movie, "film.eng.srt", "one")
    assert source(movie) == source(movie, "en") == "film.eng.srt"
    assert source(movie, "zh") == "film.chs&eng.srt"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (
            "10_hls.en.vtt",
            [
                (2.5, "speech", "Are you in position up there?"),
                (7, "speech", "Nearly. Give me a minute."),
                (14, "speech", "I was young. I did not know what I was doing."),
            ],
        ),
        ("10b_hls_no_blank.vtt", [(2.5, "speech", "First words."), (7, "speech", "Second words.")]),
        ("13_duplicate_timestamps.srt", [(2.3, "speech", "Just after the first cut."), (26, "speech", None)]),
        (
            "22_karaoke_and_typeset.ass",
            [(0.3, "sign", "so ra no mu ko u"), (5.2, "sign", "EXIT"), (7, "speech", "Nearly. Give me a minute.")],
        ),
        (
            "22c_sign_once.ass",
            [
                (2.5, "speech", "Are you in position up there?"),
                (5.2, "sign", "OLD CHURCH"),
                *[(at_s, "speech", None) for at_s in (7, 10, 14)],
            ],
        ),
        (
            "23_hearts_emoji_two_languages.srt",
            [
                (1, "speech", "I <3 you, and 2 < 3 but 5 > 4."),
                (2.5, "speech", "I am so happy \N{FACE WITH TEARS OF JOY}\N{PARTY POPPER} today!"),
                (5.2, "speech", None),
                (7, "speech", "Go!"),
                (7, "speech", "Where to?"),
                (9.4, "song", "La la la"),
                (14, "speech", "Good evening."),
                (14, "speech", "And now the weather."),
            ],
        ),
    ],
)
def test_files_that_other_programs_stumbled_over(name: str, told: list[tuple[float, str, str | None]]) -> None:
    """Where no words are given any will do."""
    found = listen(probe(shared("field/film/13_duplicate_timestamps.mkv")), subtitles=shared(f"field/film/{name}"))
    assert found.warnings == ()
    assert [(line.start_s, line.kind.value) for line in found.lines] == [
        (pytest.approx(at_s), kind) for at_s, kind, _ in told
    ]
    assert all(text in (None, line.text) for line, (_, _, text) in zip(found.lines, told, strict=True))
