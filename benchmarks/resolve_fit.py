"""Fits the weights of `duofeng.facts.resolve.score`: `python -m benchmarks.resolve_fit` prints them to be copied there.

Fitted on made names of seeds 1 to 6 and on one half of the published short and full names; measured by
`benchmarks.resolve` on another seed and on the other half. Every sign is fixed beforehand, so that no weight says the
opposite of what its measure means.
"""

from __future__ import annotations

import numpy as np
from benchmarks.firm_names import dirty_names, published_pairs
from numpy.typing import NDArray
from scipy.optimize import minimize

from duofeng.facts.resolve.evidence import MEASURES, Names, Register, measure
from duofeng.facts.resolve.names import NameRules, parse_names
from duofeng.facts.resolve.score import WEIGHTS

_FOR = {"agreement", "share", "same_characters", "pairs", "same_head"}
_BY_HAND = {"branch"}
_AT_MOST = {"one_character": -1.5}  # a differing character counts against, even in a register with no near names
_TOP = 10


def evidence(asked, register, partner, places) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    rules = NameRules.of(places)
    names, known = Names.of(parse_names(asked, rules)), Register.of(parse_names(register, rules))
    pairs = known.index.search(names.encoded, _TOP)
    return measure(names, known, pairs), partner[pairs[0]] == pairs[1]


def fit(parts: list[tuple[NDArray[np.float64], NDArray[np.bool_], float]]) -> NDArray[np.float64]:
    """Weights and intercept of a logistic model with fixed signs and a ridge; a part: measures, truth, importance."""
    measures = np.vstack([np.column_stack([part, np.ones(len(part))]) for part, _, _ in parts])
    sign = np.concatenate([2.0 * truth - 1 for _, truth, _ in parts])
    importance = np.concatenate([np.full(len(truth), weight) for _, truth, weight in parts])

    def loss(weights):
        margin = sign * (measures @ weights)
        slope = -(sign * importance / (1 + np.exp(np.clip(margin, -50, 50)))) @ measures
        ridge = np.r_[weights[:-1], 0]
        return (importance * np.logaddexp(0, -margin)).sum() + 0.5 * ridge @ ridge, slope + ridge

    bounds = [_bounds(name) for name in MEASURES] + [(None, None)]
    found = minimize(loss, np.zeros(len(bounds)), jac=True, bounds=bounds, method="L-BFGS-B", options={"maxiter": 1000})
    return found.x


def _bounds(name: str) -> tuple[float | None, float | None]:
    if name in _BY_HAND:
        return 0, 0
    return (0, None) if name in _FOR else (None, _AT_MOST.get(name, 0))


def main() -> None:
    parts = []
    for seed, count in ((1, 3_000), (2, 15_000), (3, 60_000)):
        for offset, shared in ((0, False), (3, True)):
            made = dirty_names(count, seed + offset, shared_brands=shared)
            measures, truth = evidence(made.asked, made.register, made.partner, made.places)
            parts.append((measures, truth, 20_000 / count * (0.5 if shared else 1.0)))
    pairs = published_pairs("dev")
    if pairs is not None:
        measures, truth = evidence(pairs.asked, pairs.register, pairs.partner, ())
        parts.append((measures, truth, 30.0))
    weights = fit(parts)
    for name, weight in zip(MEASURES, weights, strict=False):
        print(f'    "{name}": {WEIGHTS[name] if name in _BY_HAND else round(float(weight), 2)},')
    print("INTERCEPT =", round(float(weights[-1]), 2))


if __name__ == "__main__":
    main()
