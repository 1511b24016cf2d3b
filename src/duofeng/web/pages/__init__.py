"""One folder per page: its view, its template, its fragments."""
