"""From the truths of conditions to one byte per subject and policy: eligible, what is missing, or unknown.

0          every condition holds
1 … 200    exactly one condition fails and the rest hold: its number in the policy, counted from 1
251        exactly two fail and the rest hold
252        none fails, something is unknown
253        one or two fail and something is unknown
255        three or more fail
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from duofeng.engine.truths import BLOCK, Truths, spread
from duofeng.engine.values import Truth

Bytes = NDArray[np.uint8]
ELIGIBLE = 0
MOST_CONDITIONS = 200
TWO_MISSING, UNKNOWN, UNKNOWN_NEAR, NOT_ELIGIBLE = 251, 252, 253, 255
FAILS, DOUBTFUL = 1, 16  # what one condition adds to its policy's byte: four bits count failures, four the unknown
MOST_IN_A_BYTE = 15


def _meaning(failures: int, doubts: int) -> int:
    """One failure alone is left zero here: the number of the failed condition is added to it."""
    if failures >= 3:
        return NOT_ELIGIBLE
    if doubts:
        return UNKNOWN_NEAR if failures else UNKNOWN
    return TWO_MISSING if failures == 2 else ELIGIBLE


_MEANINGS = bytes(_meaning(code % 16, code // 16) for code in range(256))


def of_block(truths: Sequence[Truth], policies: Sequence[Sequence[int]], rows: int) -> Bytes:
    """Policies × rows. `truths` answer the program's conditions, `policies` list the numbers of theirs in order.

    Only additions and multiplications of bytes: with masks the same costs a hundred times as much.
    """
    marks = _marks(truths, rows)
    result = np.empty((len(policies), rows), np.uint8)
    scratch = (np.empty(rows, np.uint8), np.empty(rows, np.uint8), np.empty(rows, np.uint8))
    for row, policy in enumerate(policies):
        if len(policy) <= MOST_IN_A_BYTE:
            _short(marks, policy, scratch, result[row])
        else:
            result[row] = _long(marks, policy)
    return result


def of_truths(truths: Truths, policies: Sequence[Sequence[int]]) -> Bytes:
    """Policies × subjects, from truths kept by an earlier run."""
    result = np.empty((len(policies), truths.rows), np.uint8)
    for first in range(0, truths.rows, BLOCK):
        rows = min(BLOCK, truths.rows - first)
        part = slice(first // 8, (first + rows + 7) // 8)
        block = Truths(rows, truths.yes[:, part], truths.unknown[:, part])
        answers = [block.truth(condition) for condition in range(block.conditions)]
        result[:, first : first + rows] = of_block(answers, policies, rows)
    return result


def count(statuses: Bytes) -> Mapping[str, int]:
    """How many pairs of each kind: eligible, one missing, two missing, unknown, not eligible."""
    sizes = {code: int(np.count_nonzero(statuses == code)) for code in (ELIGIBLE, TWO_MISSING, UNKNOWN)}
    not_eligible = int(np.count_nonzero(statuses >= UNKNOWN_NEAR))
    return {
        "eligible": sizes[ELIGIBLE],
        "one_missing": statuses.size - sum(sizes.values()) - not_eligible,
        "two_missing": sizes[TWO_MISSING],
        "unknown": sizes[UNKNOWN],
        "not_eligible": not_eligible,
    }


def _marks(truths: Sequence[Truth], rows: int) -> list[Bytes]:
    """Per condition 0 where it holds, 1 where it fails, 16 where it is unknown."""
    doubts: dict[int, Bytes] = {}
    marks = []
    for truth in truths:
        fails = np.bitwise_xor(spread(truth.yes, rows).view(np.uint8), np.uint8(1))
        if truth.unknown is not None:
            # Conditions on one column share its mask, which is made into marks once. What is unknown is 1 until here.
            key = id(truth.unknown)
            if key not in doubts:
                doubts[key] = spread(truth.unknown, rows).view(np.uint8) * np.uint8(DOUBTFUL ^ FAILS)
            fails ^= doubts[key]
        marks.append(fails)
    return marks


def _short(marks: Sequence[Bytes], policy: Sequence[int], scratch: tuple[Bytes, Bytes, Bytes], result: Bytes) -> None:
    """`code` counts; `which` adds up places, and is read only where exactly one condition fails and none is unknown."""
    code, which, part = scratch
    code[:] = marks[policy[0]]
    which[:] = code
    for place, condition in enumerate(policy[1:], 2):
        mark = marks[condition]
        np.add(code, mark, out=code)
        np.multiply(mark, PLACES[place], out=part)
        np.add(which, part, out=which)
    meaning = np.frombuffer(code.tobytes().translate(_MEANINGS), np.uint8)
    np.multiply(which, np.equal(code, FAILS), out=which)
    np.add(meaning, which, out=result)


def _long(marks: Sequence[Bytes], policy: Sequence[int]) -> Bytes:
    """The same for a policy of more than fifteen conditions, counted in wider numbers."""
    failures, doubts, which = (np.zeros(marks[0].shape, np.int32) for _ in range(3))
    for place, condition in enumerate(policy, 1):
        fails = marks[condition] == FAILS
        failures += fails
        which += place * fails
        doubts += marks[condition] == DOUBTFUL
    code = np.minimum(failures, 3) + DOUBTFUL * np.minimum(doubts, 1)
    meaning = np.frombuffer(_MEANINGS, np.uint8)[code]
    return np.where(code == FAILS, which, meaning).astype(np.uint8)


PLACES = [np.array(place, np.uint8) for place in range(MOST_IN_A_BYTE + 1)]
