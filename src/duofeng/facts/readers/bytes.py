"""The bytes of a delivery: checksum, and the encoding found by content, in one pass of bounded memory.

UTF-8 (with or without mark) and UTF-16 (with mark) are proved by decoding the whole file; GB18030 is accepted when it
decodes whole and the file is not evidently broken UTF-8.
"""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from duofeng.facts.readers import problems
from duofeng.kernel.problem import Problem, ProblemError, Span

BLOCK = 1 << 20
PROOF_OF_UTF8 = 30
"""So many well-formed multi-byte characters before the first bad byte are no accident of another encoding."""


@dataclass(frozen=True)
class Delivered:
    """A file as it arrived. `encoding` is a Python codec name, "" for a workbook; `lossy` when single bytes are
    damaged; `problem` when no text can be made of it at all."""

    path: Path
    checksum: str
    size: int
    encoding: str
    lossy: bool = False
    problem: Problem | None = None


class _Utf8Proof:
    """Decodes block by block; remembers how many multi-byte characters it saw before it failed."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._pending = False
        self.failed = False
        self.multibyte = 0

    def feed(self, block: bytes, final: bool) -> None:
        if self.failed or (block.isascii() and not self._pending):
            return
        try:
            text = self._decoder.decode(block, final)
        except UnicodeDecodeError as error:
            self.failed = True
            self.multibyte += _count_multibyte(error.object[: error.start])
            return
        self._pending = bool(self._decoder.getstate()[0])
        if self.multibyte < PROOF_OF_UTF8:
            self.multibyte += sum(not character.isascii() for character in text)


def _count_multibyte(well_formed: bytes) -> int:
    return sum(not character.isascii() for character in well_formed.decode("utf-8"))


def deliver(path: Path, workbook: bool) -> Delivered:
    """Checksum and encoding of a file. Raises ProblemError (E200) when it cannot be read from the disk."""
    try:
        return _walked(path, workbook)
    except OSError as error:
        raise ProblemError(problems.UNREADABLE.at(Span(path.name), reason=error.strerror or str(error))) from error


def _walked(path: Path, workbook: bool) -> Delivered:
    digest, proof, size, start = hashlib.sha256(), _Utf8Proof(), 0, b""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            start = start or block[:4096]
            size += len(block)
            digest.update(block)
            if not workbook:
                proof.feed(block, final=False)
    proof.feed(b"", final=True)
    span, checksum = Span(path.name), digest.hexdigest()
    if not size:
        return Delivered(path, checksum, size, "", problem=problems.EMPTY.at(span))
    if workbook:
        return Delivered(path, checksum, size, "")
    encoding, lossy, problem = _encoding(path, start, proof)
    return Delivered(path, checksum, size, encoding, lossy, problem)


def _encoding(path: Path, start: bytes, proof: _Utf8Proof) -> tuple[str, bool, Problem | None]:
    span = Span(path.name)
    if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16", not _decodes(path, "utf-16"), None
    if start.count(0) > len(start) // 16 or start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")):
        return "", False, problems.NOT_TEXT.at(span)
    if not proof.failed:
        return "utf-8-sig" if start.startswith(codecs.BOM_UTF8) else "utf-8", False, None
    if start.startswith(codecs.BOM_UTF8) or proof.multibyte >= PROOF_OF_UTF8:
        return "utf-8-sig", True, None
    if _decodes(path, "gb18030"):
        return "gb18030", False, None
    return "", False, problems.ENCODING.at(span)


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while block := file.read(BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


@contextmanager
def as_utf8(delivered: Delivered) -> Iterator[Path]:
    """The file's path when it is plain UTF-8, else a copy of it in UTF-8 that lives as long as the context.

    Raises ProblemError when no text can be made of the file.
    """
    if delivered.problem is not None:
        raise ProblemError(delivered.problem)
    if delivered.encoding == "utf-8":
        yield delivered.path
        return
    with (
        delivered.path.open(
            encoding=delivered.encoding, errors="replace" if delivered.lossy else "strict", newline=""
        ) as source,
        NamedTemporaryFile("w", encoding="utf-8", newline="", suffix=".utf8") as copy,
    ):
        while text := source.read(BLOCK):
            copy.write(text)
        copy.flush()
        yield Path(copy.name)
