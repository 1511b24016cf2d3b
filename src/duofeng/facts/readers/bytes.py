"""The bytes of a delivery: checksum, and the encoding declared or found by content, in passes of bounded memory.

UTF-8 (with or without mark) and UTF-16 (with mark) are proved by the bytes themselves, and proof goes before what a
source declares: rows put right come back in UTF-8. Else the declared encoding counts, unless it plainly gives no text;
else the one that evidence singles out. Damage costs the rows it stands in.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from duofeng.facts.readers import problems, table_problems
from duofeng.facts.readers.encodings import DAMAGED, PRIVATE, SURE, found_in, guesses, looks_like_utf16, usual
from duofeng.facts.readers.invisible import Unseen, holds_unseen
from duofeng.kernel.problem import Problem, ProblemError, Span

BLOCK = 1 << 20
SAMPLE = 1 << 18
PROOF_OF_UTF8 = 30
"""So many well-formed multi-byte characters before the first bad byte are no accident of another encoding."""
_BEYOND_ASCII = re.compile(rb"[^\r\n]*[\x80-\xff][^\r\n]*")
_DAMAGE = tuple(sign.encode() for sign in ("\ufffd", "锟斤拷"))
UTF8 = ("utf-8", "utf-8-sig")


@dataclass(frozen=True)
class Delivered:
    """A file as it arrived. `encoding` is a Python codec name, "" for a workbook; `lossy` when single characters are
    damaged; `untidy` when lines end or characters stand as no reader expects; `problem` when no text can be made of it
    at all; `told` is what to say of it otherwise."""

    path: Path
    checksum: str
    size: int
    encoding: str
    lossy: bool = False
    problem: Problem | None = None
    untidy: bool = False
    told: tuple[Problem, ...] = ()


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
        # A character has three bytes beyond its first at most: at least so many are not ASCII.
        self.multibyte += -(-max(0, len(block) - len(text)) // 3)


def _count_multibyte(well_formed: bytes) -> int:
    return sum(not character.isascii() for character in well_formed.decode("utf-8"))


@dataclass
class _Lines:
    """What the bytes show of line ends, invisible characters and damage, should they be UTF-8."""

    untidy: bool = False
    damaged: bool = False
    _tail: bytes = b""

    def feed(self, block: bytes, final: bool) -> None:
        text = self._tail + block
        self._tail = b"" if final else text[-8:]
        if not self.untidy:
            lone = text.count(b"\r") - text.count(b"\r\n") - (text.endswith(b"\r") and not final)
            self.untidy = lone > 0 or holds_unseen(text)
        self.damaged = self.damaged or any(damage in text for damage in _DAMAGE)


def deliver(path: Path, workbook: bool, declared: str | None = None) -> Delivered:
    """Checksum and encoding of a file. Raises ProblemError (E200) when it cannot be read from the disk."""
    try:
        return _walked(path, workbook, declared)
    except OSError as error:
        raise ProblemError(problems.UNREADABLE.at(Span(path.name), reason=error.strerror or str(error))) from error


def _walked(path: Path, workbook: bool, declared: str | None) -> Delivered:
    digest, proof, lines, size, start = hashlib.sha256(), _Utf8Proof(), _Lines(), 0, b""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            skipped = len(codecs.BOM_UTF8) if not start and block.startswith(codecs.BOM_UTF8) else 0
            start = start or block[:4096]
            size += len(block)
            digest.update(block)
            if not workbook:
                proof.feed(block, final=False)
                lines.feed(block[skipped:], final=False)
    proof.feed(b"", final=True)
    lines.feed(b"", final=True)
    span, checksum = Span(path.name), digest.hexdigest()
    if not size:
        return Delivered(path, checksum, size, "", problem=problems.EMPTY.at(span))
    if workbook:
        return Delivered(path, checksum, size, "")
    read = _proved(path, start, declared, proof, lines) or _likely(path, declared)
    untidy = lines.untidy if read.encoding in UTF8 else True
    return Delivered(path, checksum, size, read.encoding, read.lossy, read.problem, untidy, read.told)


@dataclass(frozen=True)
class _Read:
    """In which encoding a file is read, or the problem why in none."""

    encoding: str
    lossy: bool = False
    problem: Problem | None = None
    told: tuple[Problem, ...] = ()


def _proved(path: Path, start: bytes, declared: str | None, proof: _Utf8Proof, lines: _Lines) -> _Read | None:
    """What the bytes themselves prove."""
    span, marked = Span(path.name), start.startswith(codecs.BOM_UTF8)
    unmarked = looks_like_utf16(start) if b"\0" in start else None
    if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        unmarked = "utf-16"
    if unmarked is not None:
        return _Read(unmarked, lossy=not _sound(path, unmarked))
    if start.count(0) > len(start) // 16 or start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")):
        return _Read("", problem=problems.NOT_TEXT.at(span))
    if not proof.failed:
        other = declared is not None and declared not in UTF8 and proof.multibyte > 0 and not marked
        told = (table_problems.IS_UTF8.at(span, declared=declared),) if other else ()
        return _Read("utf-8-sig" if marked else "utf-8", lossy=lines.damaged, told=told)
    return _Read("utf-8-sig", lossy=True) if marked or proof.multibyte >= PROOF_OF_UTF8 else None


def _likely(path: Path, declared: str | None) -> _Read:
    """What the source says, else what the characters show."""
    span, sample = Span(path.name), _sample(path)
    if declared is None and _nearly_utf8(sample):
        return _Read("utf-8-sig", lossy=True)
    if declared is not None:
        likely = _contradiction(sample, declared)
        if likely is not None:
            return _Read("", problem=table_problems.WRONG_ENCODING.at(span, declared=declared, likely=likely))
        return _Read(declared, lossy=not _sound(path, declared))
    found = found_in(sample)
    if found is None:
        shares = "、".join(f"{each.encoding} {each.usual:.0%}" for each in guesses(sample))
        return _Read("", problem=problems.ENCODING.at(span, likely=shares))
    example = sample.split(b"\n")[0][:60].decode(found, "ignore")
    told = () if found == "gb18030" else (table_problems.ENCODING_FOUND.at(span, found=found, example=example),)
    return _Read(found, lossy=not _sound(path, found), told=told)


def _sample(path: Path) -> bytes:
    """The first lines that hold anything beyond ASCII."""
    found: list[bytes] = []
    size = 0
    with path.open("rb") as file:
        while size < SAMPLE and (block := file.read(BLOCK)):
            found += _BEYOND_ASCII.findall(block)
            size = sum(map(len, found))
    return b"\n".join(found)[:SAMPLE]


def _nearly_utf8(sample: bytes) -> bool:
    """Whether nearly all that is beyond ASCII is well-formed UTF-8, which no other encoding's text is by accident."""
    beyond = [sign for sign in sample.decode("utf-8", "replace") if sign > "\x7f"]
    return sum(sign != "\ufffd" for sign in beyond) >= 3 * sum(sign == "\ufffd" for sign in beyond)


def _contradiction(sample: bytes, declared: str) -> str | None:
    """Why the declared encoding cannot be: the one it likely is, or a dash; None when it may be."""
    text = sample.decode(declared, "replace")
    beyond = [sign for sign in text if sign > "\x7f"]
    unreadable = sum(sign == "\ufffd" or PRIVATE.match(sign) is not None for sign in beyond)
    likely = found_in(sample)
    if unreadable * 4 > len(beyond):
        return likely or "—"
    known = next((guess.usual for guess in guesses(sample) if guess.encoding == declared), None)
    another = likely is not None and likely != declared and known is not None and known < SURE
    return likely if another and usual(sample, declared) < SURE else None


def _sound(path: Path, encoding: str) -> bool:
    """Whether the whole file decodes, to characters that are somebody's."""
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while block := file.read(BLOCK):
                text = decoder.decode(block)
                if PRIVATE.search(text) or DAMAGED.search(text):
                    return False
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


@contextmanager
def as_utf8(delivered: Delivered, seen: Unseen) -> Iterator[Path]:
    """The file's path when it is plain UTF-8, else a copy in UTF-8 that lives as long as the context: one sign for
    every line end, nothing that nobody sees. Raises ProblemError when no text can be made of the file.
    """
    if delivered.problem is not None:
        raise ProblemError(delivered.problem)
    if delivered.encoding == "utf-8" and not delivered.untidy:
        yield delivered.path
        return
    errors = "replace" if delivered.lossy else "strict"
    newline = None if delivered.untidy else ""
    with (
        delivered.path.open(encoding=delivered.encoding, errors=errors, newline=newline) as source,
        NamedTemporaryFile("w", encoding="utf-8", newline="", suffix=".utf8") as copy,
    ):
        while text := source.read(BLOCK):
            # A character of nobody's in a guessed or declared encoding is a wrong reading; in UTF-8 it is the sender's.
            text = text if delivered.encoding in UTF8 else PRIVATE.sub("\ufffd", text)
            copy.write(seen.cleaned(text))
        copy.flush()
        yield Path(copy.name)
