"""Duofeng (多峰): one ledger of facts for a development zone, and everything that follows from it."""

__version__ = "0.1.0"
