"""What the browser tests share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from chromium import Browser, NoBrowser, executable, running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium for the tests of a file: `browser("headings.cjs", url)` is what that script returns for that page.

    Without one nothing can be tested, which is a failure: a skipped test looks like a passed one.
    """
    with ExitStack() as stack:
        try:
            started = stack.enter_context(running(executable()))
        except NoBrowser as error:
            pytest.fail(str(error), pytrace=False)
        yield started
