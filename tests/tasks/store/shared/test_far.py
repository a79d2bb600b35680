"""A bucket and a folder are the same to whoever asks: whole files by name, each with its digest."""

import hashlib
from pathlib import Path

import pytest

from configs.errors import StoreError
from tasks.store.shared.far import BucketStore, FarStore, PassingError, far_store
from tests.tasks.store.shared.bucket import SECRET, Bucket, needs_moto

SMALL, LARGE = b"small", bytes(range(256)) * 30_000
"""The second goes in parts."""


@pytest.fixture(params=["folder", pytest.param("bucket", marks=needs_moto)])
def far(request: pytest.FixtureRequest, tmp_path: Path) -> FarStore:
    if request.param == "folder":
        (tmp_path / "far").mkdir()
        return far_store(f"file://{tmp_path}/far")
    bucket: Bucket = request.getfixturevalue("bucket")
    return far_store(f"{bucket.url}/{tmp_path.name}")


def put(far: FarStore, name: str, content: bytes, tmp_path: Path) -> str:
    (tmp_path / "here").write_bytes(content)
    sha256 = hashlib.sha256(content).hexdigest()
    far.put(name, tmp_path / "here", sha256)
    return sha256


def test_what_is_put_is_got_with_its_digest(far: FarStore, tmp_path: Path) -> None:
    assert far.get("film/shots/aa/key.json") is None and far.sizes("film/") == {}
    for name, content in (("film/shots/aa/key.json", SMALL), ("film/paintings/bb/key.png", LARGE)):
        sha256 = put(far, name, content, tmp_path)
        found = far.get(name)
        assert found is not None and found.sha256 == sha256 and b"".join(found.chunks) == content
    assert far.sizes("film/") == {"film/shots/aa/key.json": len(SMALL), "film/paintings/bb/key.png": len(LARGE)}
    assert far.sizes("other/") == {}


def test_what_is_put_again_replaces_and_what_is_removed_is_gone(far: FarStore, tmp_path: Path) -> None:
    put(far, "film/a", SMALL, tmp_path)
    put(far, "film/a", LARGE, tmp_path)
    found = far.get("film/a")
    assert found is not None and b"".join(found.chunks) == LARGE
    far.remove(["film/a", "film/b"])
    assert far.get("film/a") is None


@needs_moto
def test_a_bucket_that_is_gone_or_not_there_is_told_apart(bucket: Bucket, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"no such bucket.*AWS_ACCESS_KEY_ID") as refused:
        far_store("s3://nowhere/work").sizes("film/")
    assert SECRET not in str(refused.value)
    bucket.line.cut()
    try:
        with pytest.raises(PassingError):
            far_store(bucket.url).get("film/a")
    finally:
        bucket.line.mend()
    put(far_store(bucket.url), "film/a", SMALL, tmp_path)
    again = far_store(bucket.url).get("film/a")
    assert again is not None and b"".join(again.chunks) == SMALL


@needs_moto
@pytest.mark.parametrize(
    ("told", "why"),
    [
        ("Error performing PUT http://169.254.169.254/latest/api/token", "no credentials are set"),
        ("Received redirect without LOCATION, this normally indicates an incorrectly configured region", "region"),
        ("Server returned non-2xx status code: 400 Bad Request: ExpiredToken", "status 400"),
        ("Server returned error status code: 503 SlowDown", ""),
        ("Server returned error status code: 429 Too Many Requests", ""),
        ("error sending request: tcp connect error", ""),
    ],
)
def test_what_will_not_change_is_not_waited_for(told: str, why: str, bucket: Bucket) -> None:
    from obstore.exceptions import GenericError

    far = far_store(bucket.url)
    assert isinstance(far, BucketStore)
    error = far._told(GenericError(told))
    assert isinstance(error, StoreError if why else PassingError) and why in str(error)
