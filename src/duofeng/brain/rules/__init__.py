"""Conditions with a name and an advice: answered for whole tables, explained for one subject."""
