"""Figures of the zone: what was stated, what follows from it, what cannot hold together, and what a draft may say."""
