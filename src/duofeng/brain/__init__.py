"""Conclusions drawn from facts: rules, policies, scores, figures, runs. Pure: tables in, tables out."""
