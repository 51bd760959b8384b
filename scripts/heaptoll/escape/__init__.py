"""What Go's compiler says of values that escape, why, and what each of them costs."""
