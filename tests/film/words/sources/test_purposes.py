"""What a track is for, by flags and titles."""

import unicodedata

import pytest

from film.model import Stream, StreamKind
from film.words.sources.purposes import Purpose, purpose_of

TITLES = {
    Purpose.FULL: (
        "", "English", "Full Subtitles", "Full Subtitles, Signs & Songs", "Dialogue + Signs", "The Forcefield", "Hindi",
        "Accessible design", "Français complets", "Vollständige Untertitel", "Español (Latinoamérica)", "Signal", "Ccs",
        "Brazilian", "Original", "Português", "Special Forces", "简体中文", "Deutsch (voll, komplett mit Schilder)",
    ),
    Purpose.FORCED: (
        "Signs & Songs", "SIGNS/SONGS [Group]", "Signs / Songs", "S&S", "S & S", "S/S", "Songs", "English (Forced)",
        "English [Forced]", "eng_forced", "Français forcés", "Forcé", "Français (Forces)", "VF Forces",
        "Deutsch erzwungen", "Zwangsuntertitel", "Deutsch (Zwangs-UT)", "Español (Forzados)", "Forzosos y forzados",
        "Italiano forzati", "Forçadas", "Nederlands geforceerd", "Pakotettu", "Wymuszone", "Foreign Parts Only",
        "Non-English", "Foreign dialogue only", "Форсированные", "Надписи", "强制字幕", "Lyrics", "Karaoke",
    ),
    Purpose.HEARING_IMPAIRED: (
        "English SDH", "English (SDH)", "English [CC]", "CC", "CC1", "Closed Captions", "English HOH", "English (HI)",
        "Hearing impaired", "Hard of Hearing", "for the Deaf", "Deutsch für Hörgeschädigte", "Schwerhörige",
        "Sourds et malentendants", "Français SME", "Sordos", "Non udenti", "Legendas para surdos",
        "Doven en slechthorenden", "Для глухих", "Слабослышащие",
    ),
    Purpose.COMMENTARY: (
        "Director's Commentary", "Directors' comments", "Commentary by the cast (SDH)", "Kommentar der Regie",
        "Audiokommentar", "Kommentar", "Commentaires", "Comentarios del director", "Comentário", "Commento del regista",
        "Комментарии", "Komentarz", "コメンタリー",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("purpose", "title"), [(purpose, title) for purpose, many in TITLES.items() for title in many])
def test_a_title_tells_what_a_track_is_for(purpose: Purpose, title: str) -> None:
    for form in (title, title.upper(), unicodedata.normalize("NFD", title)):
        assert purpose_of(track(title=form)) is purpose, form


def track(**told: bool | str) -> Stream:
    return Stream(index=1, kind=StreamKind.TEXT, codec="subrip", language="eng", **told)


def test_flags_tell_it_too() -> None:
    assert purpose_of(track(forced=True)) is Purpose.FORCED
    assert purpose_of(track(hearing_impaired=True)) is Purpose.HEARING_IMPAIRED
    assert purpose_of(track(commentary=True, title="English")) is Purpose.COMMENTARY
    assert purpose_of(track(forced=True, title="Full Subtitles")) is Purpose.FULL, "the flag makes players show it"
