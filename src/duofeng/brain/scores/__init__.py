"""Numbers of a subject with their breakdown, so plainly that the subject can redo them by hand."""
