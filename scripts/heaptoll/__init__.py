"""Reads what a Heaptoll run wrote, does the statistics, and draws the charts.

The layers, each importing only those above it:

    bad_input, columns, units    words and errors
    statistics                   pure numbers, knows nothing of files
    run_facts, measurements      the two files of a run -> a validated `Run`
    summary                      a `Run` -> medians, intervals and tolls per case, arm and allocator
    charts                       a `Run` -> figures
    plot_command                 the command line of scripts/plot.py

Beside them: `precision` repeats runs and compares them, `codegen` reads the benches' machine code.
"""
