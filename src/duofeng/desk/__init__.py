"""Work: people, cases, clocks. The only room with a database of its own."""
