"""A made-up zone as files its own sources can load: fictional, valid, correlated, with planted dirt and its key."""

from duofeng.synth.files import ANSWER_KEY, Written, write_zone

__all__ = ["ANSWER_KEY", "Written", "write_zone"]
