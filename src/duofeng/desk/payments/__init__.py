"""Signatures under payment lists."""
