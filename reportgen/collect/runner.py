"""Runs a command of the record where it belongs, and says why one could not be run."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

import msgspec

from reportgen import __version__
from reportgen.collect.jobs import Command
from reportgen.collect.output import last_line, last_lines, masked
from reportgen.collect.process import Ended, run
from reportgen.collect.site import Site
from reportgen.model import PYTEST, Diagnostic, Json, Source, Value
from reportgen.stamp import ASKED, IGNORED, SHARD, take_stamp

Watch = Callable[[str, float, str], None]  # evidence, seconds, last line of output

_PYTHONS = frozenset({"python", "python3"})


class Attempt(Value, frozen=True, kw_only=True):
    """How a command ended, with the stamp of its beginning; or why it did not.

    `began` tells whether anything ran at all.
    """

    stamp: Json
    ended: Ended
    began: bool = True
    problem: Diagnostic | None = None


class Runner(Value, frozen=True, kw_only=True):
    """Runs commands at `site`, each for `timeout` seconds at most, and tells `watch`.

    The files at `ignored`, evidence themselves, never make a stamp dirty.
    """

    site: Site
    timeout: float
    watch: Watch
    ignored: tuple[str, ...] = ()

    def attempt(
        self,
        source: Source,
        command: Command,
        words: Sequence[str] = (),
        *,
        shard: str = "",
        stdout: IO[bytes] | None = None,
    ) -> Attempt:
        """Run `command`, in `words` if they are other than its own."""
        name = str(source.name)
        cwd = self.site.cwd(source)
        stamp = {**take_stamp(cwd, self.ignored), "argv": [*command.words]}
        ended = Ended()
        began, problem = True, None
        try:
            ended = run(
                _program(words or command.words),
                cwd=cwd,
                environment=self._environment(shard),
                timeout=self.timeout,
                watch=lambda seconds, end: self.watch(name, seconds, last_line(end)),
                stdout=stdout,
            )
            if ended.exitcode is None:
                message = f"{name}: the command took longer than {self.timeout:g} s"
                hint = "give it more with --timeout, or see where it hangs"
                problem = ("command-timeout", message, hint)
        except (OSError, ValueError) as error:
            began, problem = False, self._obstacle(command, cwd, name, error)
        killed = ended.exitcode is None or ended.exitcode < 0
        output = last_lines(masked(ended.output, unfinished=killed))
        return Attempt(
            stamp={
                **stamp,
                "exitcode": ended.exitcode,
                "shard": shard,
                "versions": {"reportgen": __version__},
            },
            ended=msgspec.structs.replace(ended, output=output),
            began=began,
            problem=problem and Diagnostic(command.text.place, *problem),
        )

    def _environment(self, shard: str) -> Mapping[str, str]:
        environment = {
            **os.environ,
            ASKED: "1",
            IGNORED: "\n".join(self.ignored),
            "PATH": os.pathsep.join(_path()),
        }
        # The command says which tests run, and not the shell that begins it.
        environment.pop("PYTEST_ADDOPTS", None)
        if shard:
            environment[SHARD] = shard
        if self.site.elsewhere:
            # A project that is installed in place would be tested as it is now.
            folders = [str(self.site.base), str(self.site.base / "src")]
            known = os.environ.get("PYTHONPATH")
            environment["PYTHONPATH"] = os.pathsep.join(
                [*folders, *filter(None, [known])]
            )
        return environment

    def _obstacle(
        self, command: Command, cwd: Path, name: str, error: OSError | ValueError
    ) -> tuple[str, str, str]:
        where = " in that revision" if self.site.elsewhere else ""
        if not cwd.is_dir():
            shown = cwd.relative_to(self.site.base).as_posix()
            message = f"{name}: there is no folder {shown!r}{where}"
            return "command-failed", message, "correct `cwd:`"
        program = command.words[0]
        if isinstance(error, FileNotFoundError):
            message = f"{name}: there is no program {program!r}{where}"
            return "command-failed", message, "install it, or correct the command"
        why = getattr(error, "strerror", None) or error
        return "command-failed", f"{name}: {program!r} cannot be run: {why}", ""


def _path() -> Sequence[str]:
    """Return where programs are looked for: first in reportgen's own environment.

    Called by its path, it runs where nobody activated anything, and the pytest beside
    it is meant: that one has the plugins.  Another environment that is active wins.
    """
    known = os.environ.get("PATH", os.defpath)
    virtual = sys.prefix != sys.base_prefix
    if virtual and os.environ.get("VIRTUAL_ENV", sys.prefix) == sys.prefix:
        return (str(Path(sys.executable).parent), known)
    return (known,)


def _program(words: Sequence[str]) -> tuple[str, ...]:
    """Return `words` with our own Python where theirs would be missing."""
    first, *rest = words
    if shutil.which(first, path=os.pathsep.join(_path())) is None:
        if first in _PYTHONS:
            return (sys.executable, *rest)
        if first in PYTEST:
            return (sys.executable, "-m", "pytest", *rest)
    return tuple(words)
