"""How precisely does Heaptoll measure? Repeats the same measurement with both engines and compares."""
