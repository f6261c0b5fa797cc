"""Files on disk, named by what is in them, so that the same file is stored once."""

import asyncio
import errno
import hashlib
import os
import re
import secrets
from collections.abc import AsyncIterable, AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from inbox.errors import NotFound, Unavailable

PIECE = 256 * 1024  #: bytes that are read or written at once
NAME = re.compile(r"[0-9a-f]{64}")
TROUBLE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE}


class DiskBlobs:
    """A folder of files; a name is the SHA-256 of the content, in hex."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.incoming = folder / "incoming"

    async def put(self, content: bytes | AsyncIterable[bytes]) -> str:
        """Store *content* and return its name; it is on disk when this returns.

        Raises `Unavailable` when the disk does not take it.
        """
        if isinstance(content, bytes):
            return await asyncio.to_thread(self.write, content)
        upload = await asyncio.to_thread(Upload, self)
        try:
            async for piece in content:
                await asyncio.to_thread(upload.write, piece)
            return await asyncio.to_thread(upload.finish)
        finally:
            upload.abandon()

    def write(self, content: bytes) -> str:
        """Do what `put` does, from a thread."""
        name = hashlib.sha256(content).hexdigest()
        if self.refresh(name):
            return name
        upload = Upload(self)
        try:
            upload.write(content)
            return upload.finish()
        finally:
            upload.abandon()

    async def open(self, name: str) -> AsyncIterator[bytes]:
        """Stream a file; raises `NotFound` when there is none of that name."""
        file = await asyncio.to_thread(self.opened, name)
        try:
            while piece := await asyncio.to_thread(file.read, PIECE):
                yield piece
        finally:
            file.close()

    def read(self, name: str) -> bytes:
        """Return a whole file; raises `NotFound`."""
        with self.opened(name) as file:
            return file.read()

    def size(self, name: str) -> int:
        """Return the bytes of a file; raises `NotFound`."""
        with self.opened(name) as file:
            return os.fstat(file.fileno()).st_size

    def opened(self, name: str) -> BinaryIO:
        try:
            return self.path(name).open("rb")
        except FileNotFoundError:
            raise NotFound from None

    def path(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise NotFound
        return self.folder / name[:2] / name

    def refresh(self, name: str) -> bool:
        """Make a stored file young again, so that it is not tidied away before it is used."""
        try:
            os.utime(self.path(name))
        except FileNotFoundError:
            return False
        return True

    def names(self) -> Iterator[str]:
        """Yield the name of every stored file."""
        for folder in sorted(self.folder.glob("[0-9a-f][0-9a-f]")):
            yield from (path.name for path in folder.iterdir() if NAME.fullmatch(path.name))

    def remove(self, name: str, *, before: float) -> bool:
        """Remove a file that nobody stored again since *before*, a time stamp.

        It is moved aside first: whoever stores it at this moment either made it young, and
        it comes back, or finds it gone and writes it anew.
        """
        path = self.path(name)
        aside = path.with_suffix(".leaving")
        try:
            if path.stat().st_mtime >= before:
                return False
            path.rename(aside)
        except FileNotFoundError:
            return False
        if aside.stat().st_mtime >= before:
            aside.rename(path)
            return False
        aside.unlink()
        return True

    def sweep(self, *, before: float) -> None:
        """Remove what interrupted uploads left behind before *before*, a time stamp."""
        for path in self.incoming.glob("*"):
            if path.stat().st_mtime < before:
                path.unlink(missing_ok=True)


class Upload:
    """A file on its way into the folder."""

    def __init__(self, blobs: DiskBlobs) -> None:
        self.blobs = blobs
        self.digest = hashlib.sha256()
        self.path = blobs.incoming / secrets.token_hex(16)
        with trouble_told():
            blobs.incoming.mkdir(parents=True, exist_ok=True)
            self.file = self.path.open("wb")

    def write(self, piece: bytes) -> None:
        self.digest.update(piece)
        with trouble_told():
            self.file.write(piece)

    def finish(self) -> str:
        """Bring the file to its place; durable when this returns."""
        name = self.digest.hexdigest()
        target = self.blobs.path(name)
        with trouble_told():
            self.file.flush()
            os.fsync(self.file.fileno())
            self.file.close()
            if not target.parent.exists():
                target.parent.mkdir(exist_ok=True)
                sync_folder(self.blobs.folder)
            self.path.replace(target)
            sync_folder(target.parent)
        return name

    def abandon(self) -> None:
        """Leave nothing behind; harmless after `finish`."""
        try:
            self.file.close()
        except OSError:  # what it still wanted to write finds no room either
            pass
        finally:
            self.path.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Put the names in *folder* on disk; without it a file may vanish with the power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def trouble_told() -> Iterator[None]:
    """Turn a full or broken disk into `Unavailable`."""
    try:
        yield
    except OSError as error:
        if error.errno in TROUBLE:
            raise Unavailable from error
        raise
