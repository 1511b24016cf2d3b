"""A QR code (ISO/IEC 18004) as SVG: bytes, error correction level M, versions 1 to 10. Enough for a key of a second
factor, so that no page asks another host or another package to draw it."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

Modules = NDArray[np.bool_]
BLOCKS = (
    ((1, 16),), ((1, 28),), ((1, 44),), ((2, 32),), ((2, 43),), ((4, 27),), ((4, 31),), ((2, 38), (2, 39)),
    ((3, 36), (2, 37)), ((4, 43), (1, 44)),
)  # fmt: skip
"""For each version (how many blocks, data bytes in each), table 9 of the standard, level M."""
CORRECTION = (10, 16, 26, 18, 24, 16, 18, 22, 22, 26)
"""Correction bytes of each block."""
ALIGNED = (
    (), (6, 18), (6, 22), (6, 26), (6, 30), (6, 34), (6, 22, 38), (6, 24, 42), (6, 26, 46), (6, 28, 50),
)  # fmt: skip
"""Where alignment patterns have their middles, annex E."""
QUIET = 4


def svg(text: str) -> str:
    """One path of dark modules on white, whatever the theme: readers want the contrast. ValueError if too long."""
    dark = modules(text)
    side = len(dark) + 2 * QUIET
    path = "".join(f"M{x + QUIET} {y + QUIET}h1v1h-1z" for y, x in np.argwhere(dark))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path fill="#000" d="{path}"/></svg>'
    )


def modules(text: str, mask: int | None = None) -> Modules:
    """True where a module is dark; the mask is the one the standard's penalties choose, unless given."""
    content = text.encode()
    version = _version(len(content))
    frame, free = _frame(version)
    bits = np.unpackbits(np.array(_codewords(content, version), np.uint8))
    order = _zigzag(free)
    placed = frame.copy()
    placed[order[: len(bits), 0], order[: len(bits), 1]] = bits
    made = [_masked(placed, free, each) for each in (range(8) if mask is None else (mask,))]
    return min(made, key=_penalty)


def _version(length: int) -> int:
    for version, blocks in enumerate(BLOCKS, start=1):
        room = sum(count * size for count, size in blocks) - (2 if version < 10 else 3)
        if length <= room:
            return version
    raise ValueError(f"{length} bytes are more than the largest code drawn here holds")


def _codewords(content: bytes, version: int) -> list[int]:
    """Data and correction bytes, interleaved block by block."""
    blocks = [size for count, size in BLOCKS[version - 1] for _each in range(count)]
    wide = 8 if version < 10 else 16
    bits = f"0100{len(content):0{wide}b}" + "".join(f"{byte:08b}" for byte in content)
    bits += "0" * min(4, sum(blocks) * 8 - len(bits))
    bits += "0" * (-len(bits) % 8)
    data = [int(bits[at : at + 8], 2) for at in range(0, len(bits), 8)]
    data += [(0xEC, 0x11)[at % 2] for at in range(sum(blocks) - len(data))]
    parts, at = [], 0
    for size in blocks:
        parts.append(data[at : at + size])
        at += size
    extra = [_correction(part, CORRECTION[version - 1]) for part in parts]
    mixed = [part[at] for at in range(max(blocks)) for part in parts if at < len(part)]
    return mixed + [part[at] for at in range(CORRECTION[version - 1]) for part in extra]


def _times(left: int, right: int) -> int:
    """Product in the field of 256 elements modulo x^8 + x^4 + x^3 + x^2 + 1."""
    found = 0
    for bit in range(7, -1, -1):
        found = (found << 1) ^ (0x11D if found & 0x80 else 0)
        found ^= left if right >> bit & 1 else 0
    return found


@cache
def _divisor(degree: int) -> tuple[int, ...]:
    found, root = [0] * (degree - 1) + [1], 1
    for _each in range(degree):
        for at in range(degree):
            found[at] = _times(found[at], root) ^ (found[at + 1] if at + 1 < degree else 0)
        root = _times(root, 2)
    return tuple(found)


def _correction(data: list[int], degree: int) -> list[int]:
    """The remainder of Reed and Solomon."""
    rest, divisor = [0] * degree, _divisor(degree)
    for byte in data:
        factor = byte ^ rest[0]
        rest = [old ^ _times(each, factor) for old, each in zip([*rest[1:], 0], divisor, strict=True)]
    return rest


def _frame(version: int) -> tuple[Modules, Modules]:
    """The fixed patterns, and where data may stand."""
    side = 17 + 4 * version
    dark, free = np.zeros((side, side), np.bool_), np.ones((side, side), np.bool_)
    ruler = np.arange(side) % 2 == 0
    dark[6], dark[:, 6] = ruler, ruler
    free[6], free[:, 6] = False, False
    near = np.arange(-3, 4)
    rings = np.maximum(abs(near[:, None]), abs(near))
    finder, aligner = np.isin(rings, (0, 1, 3)), np.isin(rings, (0, 2))[1:6, 1:6]
    for y, x in ((0, 0), (0, side - 7), (side - 7, 0)):
        top, left = max(y - 1, 0), max(x - 1, 0)
        dark[top : y + 8, left : x + 8] = False
        dark[y : y + 7, x : x + 7] = finder
    free[:9, :9], free[:9, -8:], free[-8:, :9] = False, False, False
    places = ALIGNED[version - 1]
    corners = {(6, 6), (6, side - 7), (side - 7, 6)}
    for y, x in ((y, x) for y in places for x in places if (y, x) not in corners):
        dark[y - 2 : y + 3, x - 2 : x + 3] = aligner
        free[y - 2 : y + 3, x - 2 : x + 3] = False
    if version >= 7:
        _state_version(dark, free, version)
    return dark, free


def _state_version(dark: Modules, free: Modules, version: int) -> None:
    rest = version
    for _each in range(12):
        rest = (rest << 1) ^ (0x1F25 if rest >> 11 else 0)
    bits = np.array([(version << 12 | rest) >> at & 1 for at in range(18)], np.bool_).reshape(6, 3)
    dark[:6, -11:-8], dark[-11:-8, :6] = bits, bits.T
    free[:6, -11:-8], free[-11:-8, :6] = False, False


def _state_mask(dark: Modules, mask: int) -> None:
    """Level M and the mask, twice, around the finders."""
    rest = mask
    for _each in range(10):
        rest = (rest << 1) ^ (0x537 if rest >> 9 else 0)
    bits = [bool(((mask << 10 | rest) ^ 0x5412) >> at & 1) for at in range(15)]
    first = [
        (0, 8),
        (1, 8),
        (2, 8),
        (3, 8),
        (4, 8),
        (5, 8),
        (7, 8),
        (8, 8),
        (8, 7),
        *((8, x) for x in range(5, -1, -1)),
    ]
    second = [*((8, -1 - at) for at in range(8)), *((at - 15, 8) for at in range(8, 15))]
    for places in (first, second):
        for (y, x), bit in zip(places, bits, strict=True):
            dark[y, x] = bit
    dark[-8, 8] = True


def _zigzag(free: Modules) -> NDArray[np.int64]:
    """The free modules in the order data fill them: pairs of columns from the right, up and down by turns."""
    side, found = len(free), []
    for turn, right in enumerate((*range(side - 1, 6, -2), *range(5, 0, -2))):
        rows = range(side - 1, -1, -1) if turn % 2 == 0 else range(side)
        found += [(y, x) for y in rows for x in (right, right - 1) if free[y, x]]
    return np.array(found)


def _masked(placed: Modules, free: Modules, mask: int) -> Modules:
    y, x = np.indices(placed.shape)
    turned = (
        (x + y) % 2, y % 2, x % 3, (x + y) % 3, (x // 3 + y // 2) % 2, x * y % 2 + x * y % 3,
        (x * y % 2 + x * y % 3) % 2, ((x + y) % 2 + x * y % 3) % 2,
    )[mask]  # fmt: skip
    found = placed ^ ((turned == 0) & free)
    _state_mask(found, mask)
    return found


def _penalty(dark: Modules) -> int:
    """How hard a reader would find it: runs, blocks, false finders, too dark or too light (7.8.3 of the standard)."""
    found = 0
    for lines in (dark, dark.T):
        for line in lines:
            ends = np.flatnonzero(np.diff(line)) + 1
            runs = np.diff(np.concatenate(([0], ends, [len(line)])))
            found += int((runs[runs >= 5] - 2).sum())
            text = "".join("1" if each else "0" for each in line)
            found += 40 * sum(text.startswith(("10111010000", "00001011101"), at) for at in range(len(text) - 10))
    square = dark[:-1, :-1]
    same = (square == dark[1:, :-1]) & (square == dark[:-1, 1:]) & (square == dark[1:, 1:])
    return found + 3 * int(same.sum()) + 10 * int(abs(dark.mean() * 100 - 50) // 5)
