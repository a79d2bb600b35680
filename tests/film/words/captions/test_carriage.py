"""Where captions lie in packets."""

import pytest

from film.words.captions.carriage import Triplet, is_scte20, triplets, triplets_in_picture, triplets_in_track

A53 = b"\0\0\1\xb2GA94\x03\xc3\xff\xfc\x94\x20\xfd\x80\x80\xfa\0\0\xff"


def test_user_data_of_mpeg_2() -> None:
    assert triplets_in_picture(b"\0\0\1\0abc" + A53 + b"\0\0\1\1", escaped=False) == [
        Triplet(0, 0x94, 0x20), Triplet(1, 0x80, 0x80),
    ]  # fmt: skip
    off = A53.replace(b"\xc3", b"\x83")
    assert triplets_in_picture(off, escaped=False) == [], "it says that nothing is to be processed"


def test_escaped_zeros_of_h264() -> None:
    sent = b"\x06\x04\x13\xb5\x00\x31GA94\x03\xc3\xff\xfc\x94\x20\0\0\x03\0\xfc\x94\x2f\xff\x80"
    assert triplets_in_picture(sent, escaped=True) == [Triplet(0, 0x94, 0x20), Triplet(0, 0x94, 0x2F)]


def test_a_dvd_carries_a_group_of_pictures_at_once() -> None:
    data = b"\0\0\1\xb2CC\x01\xf8\x82\xff\x94\x20\xfe\x80\x80\xff\x94\x2f\xfe\x80\x80\0\0\1\0"
    found = triplets_in_picture(data, escaped=False)
    assert [one for one in found if one.kind == 0] == [Triplet(0, 0x94, 0x20), Triplet(0, 0x94, 0x2F)]
    assert is_scte20(b"\0\0\1\xb2\x03\x81") and not is_scte20(data)


@pytest.mark.parametrize(
    "sample",
    [
        b"\xfc\x94\x20\xfc\x94\x2f",
        b"\0\0\0\x0ccdat\x94\x20\x94\x2f",
        b"\x96\x69\x12\x5f\x43\0\1\x72\xe3\xfc\x94\x20\xfc\x94\x2f\xfa\0\0\x74\0\1\0",
    ],
)
def test_tracks_of_captions(sample: bytes) -> None:
    assert triplets_in_track(sample) == [Triplet(0, 0x94, 0x20), Triplet(0, 0x94, 0x2F)]
    boxed = (len(sample) + 8).to_bytes(4, "big") + b"ccdp" + sample
    assert not sample.startswith(b"\x96") or triplets_in_track(boxed) == triplets_in_track(sample)


def test_cut_off_data_is_borne() -> None:
    for length in range(len(A53)):
        triplets_in_picture(A53[:length], escaped=False)
        triplets_in_track(A53[length:])
        triplets_in_track(b"\x96\x69" + A53[:length])
    assert triplets(b"\xfc\x94") == []
