"""The peers of `benchmarks.resolve`, in a module of their own: their imports are neither timed nor in our memory."""

from __future__ import annotations

import numpy as np
import polars as pl
import splink.comparison_library as compare
from benchmarks.firm_names import DirtyNames, dirty_names
from benchmarks.resolve import SEED, Found, note, parsed, published
from sklearn.feature_extraction.text import TfidfVectorizer
from sparse_dot_topn import sp_matmul_topn
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI

from duofeng.facts.resolve.names import NameRules, parse_names


def tfidf(count: int, shared_brands: bool, least: float = 0.3) -> str:
    made = dirty_names(count, SEED, shared_brands=shared_brands)
    asked, register = (side["core"] for side in parsed(made))
    return note(made, tfidf_top_1(asked, register, least))


def splink(count: int, shared_brands: bool) -> str:
    made = dirty_names(count, SEED, shared_brands=shared_brands)
    return note(made, splink_best(*parsed(made)))


def published_tfidf() -> str:
    rules = NameRules()

    def found(pairs: DirtyNames) -> Found:
        return tfidf_top_1(*(parse_names(side, rules)["core"] for side in (pairs.asked, pairs.register)), least=0.0)

    return published(found)


def tfidf_top_1(asked: pl.Series, register: pl.Series, least: float) -> Found:
    """scikit-learn and sparse_dot_topn as their manuals put them together."""
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(2, 2), dtype=np.float32)
    known = vectorizer.fit_transform(register.to_list())
    top = sp_matmul_topn(vectorizer.transform(asked.to_list()), known.T.tocsr(), top_n=1, threshold=least, n_threads=2)
    best = np.full(len(asked), -1)
    best[np.repeat(np.arange(len(asked)), np.diff(top.indptr))] = top.indices
    return best, np.zeros(len(asked), dtype=bool)


def splink_best(asked: pl.DataFrame, register: pl.DataFrame) -> Found:
    """Place, start and whole of the core; three blocking rules; trained without labels, as its tutorial does."""
    database = DuckDBAPI()
    sides = []
    for name, names in (("asked", asked), ("register", register)):
        frame = names.select("core", place=pl.col("place").replace("", None)).with_row_index("unique_id")
        frame = frame.with_columns(
            pl.col("core").str.slice(0, 2).alias("head"), pl.col("core").str.slice(-4).alias("tail")
        )
        sides.append(database.register(frame.to_arrow(), table_name=name))
    rules = [block_on("head"), block_on("substr(core, 2, 2)", "tail"), block_on("place", "substr(core, 3)")]
    settings = SettingsCreator(
        link_type="link_only",
        blocking_rules_to_generate_predictions=rules,
        comparisons=[
            compare.JaroWinklerAtThresholds("core", [0.95, 0.88, 0.7]).configure(term_frequency_adjustments=True),
            compare.ExactMatch("head").configure(term_frequency_adjustments=True),
            compare.ExactMatch("place"),
        ],
    )
    linker = Linker(sides, settings, log_level=50)
    linker.training.estimate_probability_two_random_records_match([block_on("core")], recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("core"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("tail", "head"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("place", "substr(core, 3)"))
    pairs = pl.DataFrame(
        linker.inference.predict(threshold_match_probability=0.5).as_duckdbpyrelation().to_arrow_table()
    )
    swap = pl.col("source_dataset_l") == "register"
    pairs = pairs.select(
        asked=pl.when(swap).then("unique_id_r").otherwise("unique_id_l"),
        known=pl.when(swap).then("unique_id_l").otherwise("unique_id_r"),
        weight="match_weight",
    ).sort("weight", descending=True)
    top = pairs.unique("asked", keep="first", maintain_order=True)
    best = np.full(len(asked), -1)
    best[top["asked"]] = top["known"]
    return best, np.zeros(len(asked), dtype=bool)
