"""Checks out another revision beside the project, for as long as it is needed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from reportgen.collect.signals import handled
from reportgen.model import NOWHERE, Diagnostic, RecordError
from reportgen.plumbing import git_environment


@contextmanager
def checked_out(revision: str, root: Path) -> Iterator[Path]:
    """Give the folder that `root` is in a checkout of `revision`, and remove it after.

    The project's own working tree is not touched.  Raises RecordError where there is
    no such revision.
    """
    top = Path(os.path.realpath(_git(root, "rev-parse", "--show-toplevel")))
    name = f"{revision}^{{commit}}"
    commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", name)
    folder = Path(os.path.realpath(tempfile.mkdtemp(prefix="reportgen-")))
    tree = folder / (top.name or "project")
    try:
        # Nothing runs that the record does not name: no hooks either.
        hooks = ("-c", f"core.hooksPath={os.devnull}")
        _git(root, *hooks, "worktree", "add", "--quiet", "--detach", str(tree), commit)
        yield tree / root.relative_to(top)
    finally:
        # No impatient Ctrl-C leaves a checkout behind.
        with handled(signal.SIGINT, signal.SIG_IGN):
            shutil.rmtree(folder, ignore_errors=True)
            with suppress(RecordError):
                _git(root, "worktree", "prune")


def _git(folder: Path, *words: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603  # fixed words, and no shell
            ["git", *words],  # noqa: S607  # the user's own git
            cwd=folder,
            env=git_environment(),
            capture_output=True,
            check=True,
            text=True,
        )
    except FileNotFoundError:
        message, hint = "there is no git", "install it, or leave --before out"
        raise RecordError([Diagnostic(NOWHERE, "git-failed", message, hint)]) from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.strip().removeprefix("fatal: ").partition("\n")[0]
        message = f"git: {said or 'there is no such revision'}"
        hint = "name a commit, branch or tag of this repository"
        raise RecordError([Diagnostic(NOWHERE, "git-failed", message, hint)]) from None
    return done.stdout.strip("\n")
