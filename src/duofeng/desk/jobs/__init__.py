"""Long work asked for on a page: what it is, how far it is, what came of it."""
