"""The code behind each case of a run, kept beside its measurements: the C, and what the compiler made of it."""
