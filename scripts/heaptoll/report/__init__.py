"""The page: a run as a folder of HTML that needs no network. `site.build` writes it, `command` is `make report`.

    command ── site ─┬─ dataset ── estimates      what was measured, for charts and tables in the browser
                     ├─ case_data ─┬─ case_answers    each case's page: the toll in words, or why there is none
                     │             ├─ case_series     its neighbours along each parameter, its twin
                     │             └─ reproduce       the commands that measure it again
                     ├─ go_data, go_words          Go beside C, where the run has it
                     ├─ case_code                 the C and the machine code behind it
                     ├─ theme_css                 the colours of the static charts, as CSS
                     ├─ data_file                 how data reaches a page that is opened from a file
                     └─ templates/, static/       the pages and what they run; static/vendor is not ours

Python decides (estimates, intervals, verdicts, sentences); the browser shows.
"""
