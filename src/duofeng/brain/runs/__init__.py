"""One reproducible recomputation of everything concluded: a folder with a manifest, published at one instant."""
