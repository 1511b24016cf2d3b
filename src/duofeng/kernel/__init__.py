"""Values with no opinion: periods, calendars, money, identifiers, problems."""
