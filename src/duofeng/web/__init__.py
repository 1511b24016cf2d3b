"""The pages and the API: no models, no rules."""
