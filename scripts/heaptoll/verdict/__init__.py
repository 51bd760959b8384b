"""What is a change, and what is not: base against head, decided once for every command that compares."""
