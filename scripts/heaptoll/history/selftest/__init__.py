"""Holds the search for changes to its word: made-up series, most without a change, and what is found in them."""
