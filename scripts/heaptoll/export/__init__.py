"""A run's results in the formats of other trackers: one format per file, each a function from `Results` to text."""
