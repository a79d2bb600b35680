"""Which files beside a film are its subtitles, by the names that people and programs give them."""

import time
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from film.words.subtitles.beside import Beside, find_beside, language_of, not_taken
from film.words.subtitles.naming import read_tags
from tasks.batch.folder.words_beside import words_beside
from tests.material import shared


def lay(folder: Path, *names: str) -> Path:
    """Lay files into a folder; return the first, which is the film."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")
    return folder / names[0]


def told(one: Beside) -> str:
    flags = {"forced": one.forced, "hearing": one.hearing_impaired, "default": one.default, "seen": one.described}
    return " ".join(["&".join(one.languages), *(name for name, set_ in flags.items() if set_)]).strip()


NAMES = {
    ".en.default.srt": "en default", ".en.1.srt": "en", ".en.2.srt": "en", "_en.srt": "en", "-en.srt": "en",
    " (en).srt": "en", " [English].srt": "en", ".mkv.srt": "", ".mkv.en.srt": "en", ".mp4.en.srt": "en",
    ".chs&eng.ass": "chs&eng", ".zh-en.srt": "zh&en", ".chs-eng.srt": "chs&eng", ".SC.ass": "zh-hans",
    ".TC.ass": "zh-hant", ".简体.ass": "zh-hans", ".中英.srt": "zh&en", ".eng.full.srt": "eng",
    ".en.sdh.srt": "en hearing", ".en.cc.srt": "en hearing", ".en.hi.srt": "en hearing", ".hi.srt": "hi",
    ".hi.forced.srt": "hi forced",
    ".EN.FORCED.SRT": "en forced", "_track3_[eng].srt": "eng", ".und.srt": "", ".en-orig.vtt": "en",
    ".pt-BR.srt": "pt-br", ".pt_BR.srt": "pt-br", ".zh-Hans-CN.srt": "zh-hans", ".es-419.srt": "es-419",
    ".fr-CA.srt": "fr-ca", " English (UK).srt": "en-gb", ".Portuguese (Brazil).srt": "pt-br",
    ".Latin American.spa.srt": "es-419", ".Simplified.chi.srt": "zh-hans", ".SDH.eng.HI.srt": "eng hearing",
    ".en.default.forced.srt": "en forced default", ".en.signs & songs.ass": "en forced",
    ".srt.srt": "", ".en.sub": "en", ".English.srt": "en", "-eng.srt": "eng", ".zh-CN.default.ass": "zh-cn default",
    ".en[cc].srt": "en hearing", ".English (SDH).srt": "en hearing", " - English.srt": "en", ".2.English.srt": "en",
    ".Español.srt": "es", ".Français.forced.srt": "fr forced", ".Português (Brasil).srt": "pt-br", ".Deutsch.srt": "de",
    ".rus.Полные.srt": "rus", ".zht.srt": "zh-hant", ".es (Latin America).srt": "es-419", ".en.AI.srt": "en",
    ".en.usf": "en", ".en.aqt": "en",
    ".descriptions.vtt": "seen", ".en.descriptions.vtt": "en seen", ".ad.srt": "seen", ".en.ad.srt": "en seen",
    ".ad.en.srt": "en seen", "_en_AD.srt": "en seen", ".en-ad.srt": "en seen", ".English (AD).srt": "en seen",
    ".ca-AD.srt": "ca-ad", ".en.audio description.srt": "en seen", ".de.Audiodeskription.srt": "de seen",
    ".fr.audiodescription.vtt": "fr seen", ".es.descripción.de.audio.srt": "es seen", ".dvs.eng.srt": "eng seen",
    ".sv.syntolkning.srt": "sv seen", ".ru.Тифлокомментарий.srt": "ru seen",
    ".zh-Hans&en.srt": "zh-hans&en", ".hi.hi.srt": "hi hearing", ".French (Canada).srt": "fr-ca",
    ".English (United Kingdom).srt": "en-gb", ".Serbian (Latin).srt": "sr-latn", ".Norwegian Bokmål.srt": "nb",
    ".简英双语.srt": "zh-hans&en", ".官方中文字幕.srt": "zh", "_日本語字幕.srt": "ja", ".vietsub.srt": "vi",
    ".subita.srt": "ita", ".pb.srt": "pt-br", ".fr.forcé.srt": "fr forced", ".de.Hörgeschädigte.srt": "de hearing",
    ".en.hard of hearing.srt": "en hearing", ".en.closed captions.srt": "en hearing", ".en.non-sdh.srt": "en",
    ".it.non udenti.srt": "it hearing", ".es.para sordos.srt": "es hearing", ".en - Copy.srt": "en",
    ".en.23.976fps.srt": "en", ".en.v2.srt": "en", ".русские (форсированные).srt": "ru forced", ".arz.srt": "arz",
    ".gsw.srt": "gsw", ".繁體中文(台灣).srt": "zh-hant", ".non-forced.en.srt": "en", ".eng.1cd.(7654321).srt": "eng",
    ".en.no-hi.srt": "en", ".en-US.no_sdh.srt": "en-us", ".en (no HI).srt": "en", ".zh-Hans.no-CC.srt": "zh-hans",
    ".en.without sdh.srt": "en", ".en.not-hi.srt": "en", ".de.ohne-HI.srt": "de", ".en.nocc.srt": "en",
    ".en.HI.removed.srt": "en", ".no.hi.srt": "no hearing", ".no-sdh.srt": "no hearing",
    ".en-no-hi.srt": "en&no hearing", ".en.no-forced.srt": "en",
    ".ko.smi": "ko", ".en.ttml": "en", ".en.sbv": "en", ".lyrics.lrc": "", ".CC1.scc": "", ".en.dfxp": "en",
}  # fmt: skip


@pytest.mark.parametrize(
    ("words", "language", "taken"),
    [
        ("Rus Sub/Show.S01E02.1080p.ass", "rus", True),
        ("字幕/Show.S01E02.zh.srt", "zh", True),
        ("Show.S01E02.1080p.Subs/pt-BR.srt", "pt-br", True),
        ("Subs/en/Show.S01E02.1080p.srt", "en", True),
        ("Subtitles/English/Show.S01E02.srt", "en", True),
        ("en/Show.S01E02.srt", "en", True),
        ("en/Show.S01E03.srt", "", False),
        ("Show Season 1 Episode 2.srt", "", True),
        ("Show - 1x02 - Pilot.HDTV.LOL.English.HI.C.orig.Addic7ed.com.srt", "en", True),
    ],
)
def test_folders_and_episodes_are_called_as_people_call_them(
    words: str, language: str, taken: bool, tmp_path: Path
) -> None:
    film = lay(tmp_path, "Show.S01E02.1080p.mkv", "Show.S01E01.1080p.mkv", "Show.S01E03.1080p.mkv", words)
    found = find_beside(film)
    assert [one.language for one in found] == ([language] if taken else [])
    assert set(words_beside(film)) == {one.path for one in found}


def test_episodes_of_two_groups_are_told_by_their_number(tmp_path: Path) -> None:
    film = lay(
        tmp_path, "[Group] Anime - 02 [1080p].mkv", "[Group] Anime - 01 [1080p].mkv",
        "[Other] Anime - 02 [720p].ass", "[Other] Anime - 01 [720p].ass",
    )  # fmt: skip
    assert [one.path.name for one in find_beside(film)] == ["[Other] Anime - 02 [720p].ass"]


@pytest.mark.parametrize("end", NAMES)
def test_names_of_libraries_are_read(tmp_path: Path, end: str) -> None:
    film = lay(tmp_path, "The Film.2019.mkv", f"The Film.2019{end}")
    (found,) = find_beside(film)
    assert told(found) == NAMES[end]
    assert not not_taken(film)


@pytest.mark.parametrize("end", [".2.srt", " 2.srt", ".2020.srt", ".notes.srt", ".Returns.en.srt", "ed.srt", "'s.srt"])
def test_what_may_be_another_film_is_not_taken_and_told(tmp_path: Path, end: str) -> None:
    film = lay(tmp_path, "film.mkv", f"film{end}")
    assert find_beside(film) == ()
    assert [one.path.name for one in not_taken(film)] == [f"film{end}"]


@pytest.mark.parametrize(
    ("film", "words", "others", "taken"),
    [
        ("Film.1080p.mkv", "Film.2160p.srt", "", True),
        ("Film.2019.1080p.BluRay.x264-ABC.mkv", "Film.2019.720p.WEB.en.srt", "", True),
        ("Film.2019.1080p.mkv", "Film.srt", "", True),
        ("Film.2019.1080p.mkv", "Film.2018.720p.srt", "", False),
        ("Film.1080p.mkv", "Film.2160p.srt", "Film.720p.mkv", False),
        ("Film.1080p.mkv", "Film 2.1080p.srt", "", False),
        ("Film.2019.1080p.mkv", "Film.2019.CD1.srt", "", False),
        ("Film.2019.1080p.mkv", "Film.2019.trailer.srt", "", False),
        ("2000 AD.mkv", "2000.AD.720p.srt", "2000.mkv", True),
        ("Film.mkv", "English.srt", "", True),
        ("Film.mkv", "subtitles.srt", "", True),
        ("Film.mkv", "English.srt", "Other.mkv", False),
        ("Show.S01E01.1080p.WEB.mkv", "Show.S01E01.720p.HDTV.en.srt", "Show.S01E02.1080p.WEB.mkv", True),
        ("Show.S01E01.1080p.WEB.mkv", "Show.S01E02.720p.HDTV.en.srt", "Show.S01E02.1080p.WEB.mkv", False),
        ("Show - S01E01 - Pilot.mkv", "Show.1x01.en.srt", "Show - S01E02 - Next.mkv", True),
        ("Show - S01E01 - Pilot.mkv", "Other.S01E01.en.srt", "Show - S01E02 - Next.mkv", False),
        ("Show.S01E01.mkv", "Subs/S01E01/2_English.srt", "Show.S01E02.mkv", True),
        ("Show.S01E01.mkv", "Subs/S01E02/2_English.srt", "Show.S01E02.mkv", False),
        ("Show.S01E01.1080p.mkv", "Subs/Show.S01E01.720p/2_English.srt", "Show.S01E02.1080p.mkv", True),
    ],
)
def test_names_of_other_releases_and_bare_ones(tmp_path: Path, film: str, words: str, others: str, taken: bool) -> None:
    path = lay(tmp_path, film, words, *([others] if others else []))
    assert [one.path for one in find_beside(path)] == ([tmp_path / words] if taken else [])
    assert set(words_beside(path)) >= {one.path for one in find_beside(path)}


def test_what_is_another_films_is_not_spoken_of(tmp_path: Path) -> None:
    film = lay(tmp_path, "Show.S01E01.1080p.mkv", "Show.S01E02.1080p.mkv", "Show.S01E02.720p.en.srt")
    assert not_taken(film) == ()


@pytest.mark.parametrize(
    ("film", "words", "language"),
    [
        ("This.Or.mkv", "This.Or.srt", ""),
        ("This.Or.mkv", "This.Or.en.srt", "en"),
        ("", "This.Or.srt", ""),
        ("", "film.or.srt", "or"),
        ("It.mkv", "It.srt", ""),
        ("It.mkv", "It.it.srt", "it"),
    ],
)
def test_a_films_own_words_are_no_language(film: str, words: str, language: str) -> None:
    assert language_of(Path(words), Path(film) if film else None) == language


def test_what_other_things_are_called_is_looked_into(tmp_path: Path) -> None:
    texts = {
        "film.xml": '<?xml version="1.0"?><tt xmlns="http://www.w3.org/ns/ttml"/>', "film.txt": "[30][50]One\n",
        "film.en.xml": "<note/>",
        "film.de.xml": '<?xml version="1.0"?><DCSubtitle Version="1.1"/>',
        "film.en.txt": "0:00 Opening\n1:20 A song\n", "film.en.stl": "solid cube\n",
    }  # fmt: skip
    film = lay(tmp_path, "film.mkv", *texts)
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    assert {one.path.name for one in find_beside(film)} == {"film.xml", "film.de.xml", "film.txt"}
    assert {one.why for one in not_taken(film)} == {"a format that is not read"}


def test_each_film_of_a_folder_has_its_own(tmp_path: Path) -> None:
    films = ["film.mkv", "film2.mkv", "film.en.mkv", "film.2.mkv", "film 3 (en).avi"]
    words = ["film.srt", "film2.srt", "film.en.srt", "film.2.srt", "film.2.en.srt", "film 3 (en).srt"]
    lay(tmp_path, *films, *words, "Subs/English.srt", "Subs/film2.fr.srt", "Subs/film.2/3_French.srt")
    found = {film: [one.path.name for one in find_beside(tmp_path / film)] for film in films}
    assert found == {
        "film.mkv": ["film.srt"],
        "film2.mkv": ["film2.srt", "film2.fr.srt"],
        "film.en.mkv": ["film.en.srt"],
        "film.2.mkv": ["film.2.srt", "film.2.en.srt", "3_French.srt"],
        "film 3 (en).avi": ["film 3 (en).srt"],
    }
    assert [one.path.name for one in not_taken(tmp_path / "film.mkv")] == ["English.srt"]


def test_films_that_differ_in_their_suffix(tmp_path: Path) -> None:
    lay(tmp_path, "film.mkv", "film.avi", "film.srt", "film.avi.srt", "film.mkv.en.srt")
    assert [one.path.name for one in find_beside(tmp_path / "film.mkv")] == ["film.srt", "film.mkv.en.srt"]
    assert [one.path.name for one in find_beside(tmp_path / "film.avi")] == ["film.avi.srt", "film.srt"]


@pytest.mark.parametrize("folder", ["Subs", "subs", "Subtitles", "SUBS/film", "Subs/film.mkv"])
def test_folders_of_subtitles(tmp_path: Path, folder: str) -> None:
    names = ["2_English.srt", "3_English.sdh.srt", "10_French.srt", "4_German.forced.srt", "11_French.srt"]
    film = lay(tmp_path, "film.mkv", "sample.mkv", *(f"{folder}/{name}" for name in reversed(names)))
    found = find_beside(film)
    assert [told(one) for one in found] == ["en", "fr", "fr", "en hearing", "de forced"]
    assert [one.path.name for one in found][1:3] == ["10_French.srt", "11_French.srt"]


def test_a_folder_of_subtitles_with_those_of_other_episodes(tmp_path: Path) -> None:
    film = lay(tmp_path, "Show.S01E01.mkv", "Subs/S01E01.en.srt", "Subs/S01E02.en.srt", "Subs/._S01E01.en.srt")
    assert [one.path.name for one in find_beside(film)] == ["S01E01.en.srt"]


def test_pictures_and_formats_that_are_not_read_are_told(tmp_path: Path) -> None:
    film = lay(
        tmp_path, "film.mkv", "film.sub", "film.idx", "film.stl", "film.txt", "other.txt", "film.pdf", "film.zip"
    )
    assert find_beside(film) == ()
    assert {one.path.name: one.why for one in not_taken(film)} == {
        "film.idx": "pictures of words",
        "film.stl": "a format that is not read",
        "film.sub": "pictures of words",
        "film.txt": "a format that is not read",
        "film.zip": "a damaged archive",
    }


@pytest.mark.parametrize(("part", "expected"), [("A", "en default"), ("B", "en"), ("C", "chs&eng"), ("D", "en forced")])
def test_a_library(part: str, expected: str) -> None:
    (film,) = shared(f"field/film/07_library/{part}").glob("*.mkv")
    assert [told(one) for one in find_beside(film)] == [expected]


def test_whoever_watches_for_changes_sees_all_of_them(tmp_path: Path) -> None:
    ends = [f"film{end}" for end in NAMES]
    film = lay(tmp_path, "film.mkv", *ends, "Subs/2_English.srt", "Subtitles/film/1.srt", "subs/film.mkv/2_French.srt")
    assert {one.path for one in find_beside(film)} <= set(words_beside(film))
    assert len(find_beside(film)) == len(NAMES) + 3


LANGUAGES = st.sampled_from(["en", "eng", "vi", "pt-BR", "English", "zh-Hans", "fra", "ja", "de"])
FLAGS = st.lists(st.sampled_from(["forced", "sdh", "cc", "default", "full", "1", "und"]), unique=True, max_size=3)
PARTS = st.sampled_from([".", "_", " ", "-", " - ", "__"])


@given(LANGUAGES, FLAGS, PARTS)
def test_the_order_and_what_parts_the_words_are_of_no_matter(language: str, flags: list[str], part: str) -> None:
    readings = {read_tags(part + part.join(words)) for words in permutations([language, *flags])}
    (reading,) = readings
    assert len(reading.languages) == 1 and reading.languages[0][:2] == {"E": "en"}.get(language[0], language[:2])
    assert reading.forced == ("forced" in flags) and reading.default == ("default" in flags)
    assert reading.hearing_impaired == bool({"sdh", "cc"} & set(flags)) and not reading.left


@given(st.text(max_size=40))
def test_any_name_is_read(name: str) -> None:
    reading = read_tags(name)
    assert name.casefold().startswith(reading.left)
    assert read_tags(f"{name}.qqqq").languages == (), "what comes before a word that tells nothing is not read"


def test_a_large_folder_costs_little(tmp_path: Path) -> None:
    names = [(f"Show - S01E{at:03d} - Name {at}.mkv", f"Show.S01E{at:03d}.720p.en.srt") for at in range(300)]
    lay(tmp_path, *(name for pair in names for name in pair))
    begun = time.perf_counter()
    for film, words in names[::100]:
        assert [one.path.name for one in find_beside(tmp_path / film)] == [words]
        assert not_taken(tmp_path / film) == ()
    assert time.perf_counter() - begun < 5
