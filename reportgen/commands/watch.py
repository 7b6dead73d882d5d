"""`reportgen build --watch`: builds again whenever something in the project changes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reportgen.commands import options
from reportgen.console import say, tell
from reportgen.load.config import Config
from reportgen.model import NOWHERE, Diagnostic, ExitCode, ReportgenError

if TYPE_CHECKING:
    import watchfiles

_PATIENCE = 300  # milliseconds in which changes belong together
_BEAT = 200  # milliseconds until the next look
_SHOWN = 3


def build_on_change(config: Config) -> int:
    """Build what the command line asks for, and again after each change, until Ctrl-C.

    What is wrong is said, and the last good report stays.
    """
    context = click.get_current_context()
    if context.params["output"] == "-":
        raise options.usage("--watch writes files: give --output PATH, or leave it out")
    folders = {config.root.resolve(), (config.root / config.data).resolve()}
    changes = _changes([each for each in folders if each.is_dir()], config)
    code = None
    with suppress(KeyboardInterrupt):
        for paths in changes:
            if code is None:  # now that no change can be missed
                code = _build(context)
                say("watching for changes; end with Ctrl-C")
            elif paths:
                more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
                shown = ", ".join(options.relative(path) for path in paths[:_SHOWN])
                say(f"changed: {shown}{more}")
                code = _build(context)
    return code or ExitCode.OK


def _build(context: click.Context) -> int:
    words = {**context.params, "watch": False}
    try:
        return int(context.invoke(context.command, **words))
    except ReportgenError as error:
        tell(error.diagnostics)
        return ExitCode.UNUSABLE


def _changes(folders: list[Path], config: Config) -> Iterator[list[Path]]:
    """Yield what changes in `folders`, and nothing again and again while nothing does.

    Reports are nothing to wait for.  What came and went beside other changes, as when
    an editor writes, is not named.
    """
    try:
        import watchfiles  # noqa: PLC0415  # an extra, for those who watch
    except ImportError:
        message = "--watch needs the package watchfiles, and it is not installed"
        hint = "run `python -m pip install watchfiles`"
        finding = Diagnostic(NOWHERE, "no-watchfiles", message, hint)
        raise ReportgenError([finding]) from None
    watched = watchfiles.watch(
        *folders,
        watch_filter=_filter(watchfiles.DefaultFilter, config),
        debounce=_PATIENCE,
        yield_on_timeout=True,
        rust_timeout=_BEAT,
    )
    for changes in watched:
        added = {path for how, path in changes if how is watchfiles.Change.added}
        passing = {path for path in added if not os.path.lexists(path)}
        paths = {path for _, path in changes}
        yield sorted(map(Path, paths - passing or paths))


def _filter(
    usual: type[watchfiles.DefaultFilter], config: Config
) -> watchfiles.DefaultFilter:
    """Return the `usual` filter that also leaves out what we write ourselves."""
    return usual(
        ignore_dirs=[*usual.ignore_dirs, ".reportgen"],
        ignore_entity_patterns=[*usual.ignore_entity_patterns, r"^\..*\.reportgen-"],
        ignore_paths=[(config.root / config.output).resolve()],
    )
