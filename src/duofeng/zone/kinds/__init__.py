"""One module per kind of declared file; adding a kind means adding a module here."""
