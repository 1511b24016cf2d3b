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

from duofeng.engine.truths import BLOCK, Truths
from duofeng.engine.values import Truth

Bytes = NDArray[np.uint8]
ELIGIBLE = 0
MOST_CONDITIONS = 200
TWO_MISSING, UNKNOWN, UNKNOWN_NEAR, NOT_ELIGIBLE = 251, 252, 253, 255
# What a policy's count of failures (0, 1, 2, more), and four more when something is unknown, means; one failure alone
# is left zero, the number of the failed condition is added to it.
_MEANING = bytes([ELIGIBLE, 0, TWO_MISSING, NOT_ELIGIBLE, UNKNOWN, UNKNOWN_NEAR, UNKNOWN_NEAR, NOT_ELIGIBLE]).ljust(256)


def of_block(truths: Sequence[Truth], policies: Sequence[Sequence[int]], rows: int) -> Bytes:
    """Policies × rows. `truths` answer the program's conditions, `policies` list the numbers of theirs in order.

    Only additions and multiplications of bytes: with masks the same costs a hundred times as much.
    """
    failed = [np.broadcast_to(truth.no, rows).view(np.uint8) for truth in truths]
    result = np.empty((len(policies), rows), np.uint8)
    scratch = np.empty(rows, np.uint8)
    for row, policy in enumerate(policies):
        result[row] = _one_policy(truths, failed, policy, scratch)
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
    sizes = np.bincount(statuses.ravel(), minlength=256)
    return {
        "eligible": int(sizes[ELIGIBLE]),
        "one_missing": int(sizes[1 : MOST_CONDITIONS + 1].sum()),
        "two_missing": int(sizes[TWO_MISSING]),
        "unknown": int(sizes[UNKNOWN]),
        "not_eligible": int(sizes[UNKNOWN_NEAR] + sizes[NOT_ELIGIBLE]),
    }


def _one_policy(truths: Sequence[Truth], failed: Sequence[Bytes], policy: Sequence[int], scratch: Bytes) -> Bytes:
    failures, which = np.zeros_like(scratch), np.zeros_like(scratch)
    unknown: Bytes | None = None
    for number, condition in enumerate(policy, 1):
        np.add(failures, failed[condition], out=failures)
        np.multiply(failed[condition], number, out=scratch)
        np.add(which, scratch, out=which)
        doubt = truths[condition].unknown
        if doubt is not None:
            unknown = doubt.view(np.uint8) if unknown is None else unknown | doubt.view(np.uint8)
    code = np.minimum(failures, 3)
    if unknown is not None:
        code += unknown * np.uint8(4)
    meaning = np.frombuffer(code.tobytes().translate(_MEANING), np.uint8)
    alone: Bytes = which * (code == 1)
    return meaning + alone
