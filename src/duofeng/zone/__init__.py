"""Declared files in, one frozen zone or all its problems out."""
