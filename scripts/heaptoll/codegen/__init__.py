"""What the compiler made of the benches: reads a worker's machine code, checks it, prints it. x86-64 only."""
