"""What people write for XML is taken as they mean it."""

from xml.etree.ElementTree import fromstring

import pytest

from film.words.foreign.xml_mending import mended_xml


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Tom & Jerry &amp; AT&T", "Tom & Jerry & AT&T"),
        ("a&nbsp;b&eacute;&hellip;", "a\xa0bé…"),
        ("&lol; &#65;&#0;&#x1F;&#x110000;&#xD800;", "&lol; A"),
        ("&lt;i&gt;", "<i>"),
    ],
)
def test_ampersands(written: str, meant: str) -> None:
    assert fromstring(mended_xml(f"<tt>{written}</tt>")).text == meant


def test_breaks_prefixes_and_a_document_type() -> None:
    root = fromstring(
        mended_xml('\ufeff<!DOCTYPE tt SYSTEM "x.dtd">\n<tt><p tts:color="red" x:y="1">a<br>b<br></br></p></tt>')
    )
    assert [one.tag for one in root.iter()] == ["tt", "p", "br", "br"]


@pytest.mark.parametrize("head", ['<!DOCTYPE tt [<!ENTITY a "b">]>', "<!doctype tt [", "<tt><!ENTITY"])
def test_entities_are_refused(head: str) -> None:
    with pytest.raises(ValueError, match="entities"):
        mended_xml(head)
