"""Which names are one subject: identifier, then the normalised name, then scored candidates, then a person."""
