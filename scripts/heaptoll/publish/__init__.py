"""Publishing a run: its files and charts frozen under a name, to be committed. `command` is `make publish`.

    command ─┬─ refuse      what must not be published, unless it is allowed by name
             ├─ material    which files go with the run, and which do not
             ├─ scrub       no host names, no users' folders
             ├─ pack        the same bytes each time
             ├─ charts      drawn from what is published
             └─ index, readme    the list of machines for readers on GitHub; the README's pictures
"""
