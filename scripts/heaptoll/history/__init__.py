"""What runs said over time: a store of their summaries, the series in it, and the points at which a series changed."""
