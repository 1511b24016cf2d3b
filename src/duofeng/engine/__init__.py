"""Where expressions run: the only room that knows an engine."""
