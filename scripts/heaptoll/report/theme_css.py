"""The colours of the static charts as CSS variables, so that an allocator looks the same on paper and on the page."""

from __future__ import annotations

from collections.abc import Sequence

from heaptoll.charts.theme import DARK, LIGHT, Theme


def theme_css(allocators: Sequence[str], others: Sequence[str] = (), go: str | None = None) -> str:
    """Variables for light and dark: by the system's choice, or by `data-theme` on the root element. `--allocator-0` is
    the first of `allocators`; `others`, which only other runs have, come after the last; `--allocator-go` is that of
    `go`, a run's lane of Go."""
    light, dark = (_block(theme, allocators, others, go) for theme in (LIGHT, DARK))
    return (
        f":root {{ color-scheme: light dark; {light} }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root:not([data-theme=light]) {{ {dark} }} }}\n"
        f":root[data-theme=light] {{ color-scheme: light; }}\n"
        f":root[data-theme=dark] {{ color-scheme: dark; {dark} }}\n"
        f"@media print {{ :root:root {{ color-scheme: light; {light} }} }}\n"  # twice: it must outweigh the dark ones
    )


def _block(theme: Theme, allocators: Sequence[str], others: Sequence[str], go: str | None) -> str:
    colours = {**theme.colours([*allocators, *others]), **theme.colours(allocators)}
    variables = {
        "background": theme.background,
        "text": theme.text,
        "muted": theme.muted,
        "grid": theme.grid,
        "rule": theme.rule,
        "warning": theme.warning,
        "stack": theme.stack,
        **{f"step-{i}": colour for i, colour in enumerate(theme.steps)},
        **{f"ink-{i}": theme.ink(colour) for i, colour in enumerate(theme.steps)},
        **{f"allocator-{i}": colours[name] for i, name in enumerate([*allocators, *others])},
        **({} if go is None else {"allocator-go": theme.colours([go])[go]}),
    }
    return " ".join(f"--{name}: {colour};" for name, colour in variables.items())
