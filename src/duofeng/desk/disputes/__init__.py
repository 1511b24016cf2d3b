"""What is said against values, and what the steward decided."""
