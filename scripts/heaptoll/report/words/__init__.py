"""The answer in words: what a run says, in a few sentences with its numbers in them.

    answer ── machine, returned_pointer, small_blocks, cheapest, jumps, many_blocks, use, page_faults,
      │   dearer_stack, go_beside_c, go_live_heap, gaps
      │       one sentence each, by a rule: a function from the run to a Sentence, or to why there is none
      ├── evidence      tolls and their signs: what may be claimed
      ├── told_apart    which allocator has the lowest toll, by differences within launches
      └── phrases, sentence, numbers
    markdown            the same as Markdown

A sentence claims "more" or "less" only where the 95 % interval excludes 0, says so where it does not, and marks what is
contended or has too few launches for an interval.
"""
