"""Who may have what, how much, why not, and what is missing by how little."""
