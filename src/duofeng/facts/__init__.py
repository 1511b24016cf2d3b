"""Sources and documents in, the ledger, profiles as of a date out."""
