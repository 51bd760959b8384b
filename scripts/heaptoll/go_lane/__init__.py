"""The lane Go: the same scenarios in Go, measured into a run's folder beside C's rows. docs/GO.md says how."""
