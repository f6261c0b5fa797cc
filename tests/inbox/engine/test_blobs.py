"""Files are stored once, named by their content, and never half."""

import errno
import hashlib
import os

import pytest

from inbox.blobs import DiskBlobs
from inbox.errors import NotFound, Unavailable


@pytest.fixture
def blobs(tmp_path):
    return DiskBlobs(tmp_path / "blobs")


def name_of(content):
    return hashlib.sha256(content).hexdigest()


async def pieces(*contents):
    for content in contents:
        yield content


async def test_a_file_is_named_by_its_content(blobs):
    name = await blobs.put(b"hello")

    assert name_of(b"hello") == name
    assert b"hello" == blobs.read(name)
    assert 5 == blobs.size(name)


async def test_a_stream_is_stored_as_the_whole_is(blobs):
    whole = await blobs.put(b"one two")

    assert whole == await blobs.put(pieces(b"one", b" ", b"two"))
    assert b"one two" == b"".join([piece async for piece in blobs.open(whole)])
    assert [whole] == list(blobs.names())


async def test_an_interrupted_stream_leaves_nothing(blobs):
    async def broken():
        yield b"one"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await blobs.put(broken())

    assert [] == [path for path in blobs.folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("name", ["0" * 64, "../../etc/passwd", "", "0" * 63, "A" * 64])
async def test_what_is_not_there_is_not_found(blobs, name):
    with pytest.raises(NotFound):
        blobs.read(name)
    with pytest.raises(NotFound):
        [piece async for piece in blobs.open(name)]


async def test_a_full_disk_says_so_and_leaves_nothing(blobs, monkeypatch):
    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Unavailable):
        await blobs.put(b"hello")

    assert [] == [path for path in blobs.folder.rglob("*") if path.is_file()]


async def test_leftovers_of_a_crash_are_swept(blobs):
    await blobs.put(b"hello")
    (blobs.incoming / "half").write_bytes(b"hel")
    blobs.sweep(before=0)
    assert (blobs.incoming / "half").exists()
    blobs.sweep(before=2**40)

    assert not (blobs.incoming / "half").exists()
    assert b"hello" == blobs.read(name_of(b"hello"))
