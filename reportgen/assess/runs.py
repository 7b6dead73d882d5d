"""Says whether a test run may be called green, and if not, every reason why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from reportgen.model import Collector, Run
from reportgen.report import Finding, count, first_of

_MEANING: Mapping[int, str] = {
    # https://docs.pytest.org/en/stable/reference/exit-codes.html
    1: "tests failed",
    2: "the run was interrupted",
    3: "an internal error of pytest",
    4: "pytest was called wrongly",
    5: "no test was collected",
}

_ONLY_FAILED = frozenset(
    {"--lf", "--last-failed", "--sw", "--stepwise", "--sw-skip", "--stepwise-skip"}
)

_NOT_BAD = ("passed", "skipped", "xfailed", "xpassed")

# Findings about some of a run's tests.  Every other finding is about the run as
# a whole: it puts all that rests on it in doubt.
_LOCAL = frozenset({"failed-tests", "failed-collector", "unknown-outcome", "no-tests"})


def judge_run(run: Run, stale: str = "") -> tuple[Finding, ...]:
    """Return every reason why `run` is not green; none means that it is.

    Each of these has been seen to hide a failure in real files.  `stale` says why
    the evidence is older than the work, if it is.
    """
    if run.problem is not None:
        return (Finding(code=run.problem.code, reason=run.problem.message),)
    findings = (
        *_exit_codes(run),
        *_nothing_ran(run),
        *_lost(run),
        *_partial(run),
        *_failed(run),
        *_disagreement(run),
    )
    if stale:
        return (*findings, Finding(code="stale-evidence", reason=stale))
    return findings


def doubts(run: Run, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings that put everything in `run` in doubt.

    A test that failed elsewhere explains exit code 1 and says nothing of the
    others; an exit code that nothing explains may hide anything, and one of 0 where
    a module could not be collected is not what pytest said.
    """
    explained = run.exitcode == 1 and (run.tally.bad or run.failed_collectors)
    harmless = {*_LOCAL, "exit-code"} if explained else _LOCAL
    if run.exitcode == 0:
        harmless = harmless - {"failed-collector"}
    return tuple(finding for finding in findings if finding.code not in harmless)


def _exit_codes(run: Run) -> Iterator[Finding]:
    process = run.stamp.exitcode if run.stamp else None
    if run.exitcode is None and (run.exitcode_known or process is not None):
        if process is None:
            yield Finding(code="exit-code", reason="the exit code is not known")
        elif process != 0:
            yield Finding(code="exit-code", reason=_exit(process))
    if run.exitcode == 1 and not run.tally.bad and not run.failed_collectors:
        reason = "exit code 1, though no test of the file failed"
        yield Finding(code="exit-code", reason=reason)
    elif run.exitcode:
        yield Finding(code="exit-code", reason=_exit(run.exitcode))
    if None not in {run.exitcode, process} and run.exitcode != process:
        reason = f"the file says exit code {run.exitcode}, the process said {process}"
        yield Finding(code="exit-code-differs", reason=reason)


def _exit(code: int) -> str:
    meaning = _MEANING.get(code)
    return f"exit code {code}: {meaning}" if meaning else f"exit code {code}"


def _nothing_ran(run: Run) -> Iterator[Finding]:
    if run.tally.total == 0:
        collected = f"{count(run.lost, 'test')} collected, " if run.lost else ""
        yield Finding(code="no-tests", reason=f"{collected}none run")
    elif not run.detailed:
        reason = "the file has counts, but no tests that could be counted again"
        yield Finding(code="no-detail", reason=reason)


def _lost(run: Run) -> Iterator[Finding]:
    if run.lost and run.tally.total:
        reason = f"{count(run.lost, 'test')} lost: collected, but without a result"
        yield Finding(code="lost-tests", reason=reason)
    if run.tally.unfinished:
        reason = f"{count(run.tally.unfinished, 'test')} did not finish"
        yield Finding(code="unfinished-tests", reason=reason)


def _partial(run: Run) -> Iterator[Finding]:
    # What passed before and is left out may have been broken since.
    words = run.stamp.argv if run.stamp else ()
    option = next((word for word in words if word in _ONLY_FAILED), None)
    if option is not None:
        reason = f"run with `{option}`: only tests that failed before"
        yield Finding(code="partial-run", reason=reason)


def _failed(run: Run) -> Iterator[Finding]:
    if run.failed_collectors:
        reason = f"not collected: {names_of(run.failed_collectors)}"
        yield Finding(code="failed-collector", reason=reason)
    if run.tally.bad:
        reason = f"{run.tally.bad:,} of {count(run.tally.total, 'test')} failed"
        yield Finding(code="failed-tests", reason=reason)
    if run.tally.unknown:
        words = ", ".join(repr(word) for word in run.words) or "no word"
        reason = f"{count(run.tally.unknown, 'test')} with an unknown outcome: {words}"
        yield Finding(code="unknown-outcome", reason=reason)


def _disagreement(run: Run) -> Iterator[Finding]:
    stated, there = run.stated, run.tally
    if not run.detailed or not stated:
        return
    bad = stated.get("failed", there.failed) + stated.get("error", there.error)
    if stated.get("total", there.total) != there.total:
        total = count(stated["total"], "test")
        reason = f"the summary states {total}, the file holds {there.total:,}"
    elif bad > there.bad:
        reason = f"the summary states {bad:,} failed, the file holds {there.bad:,}"
    elif other := [w for w in _NOT_BAD if stated.get(w, there[w]) != there[w]]:
        word = other[0]
        reason = (
            f"the summary states {stated[word]:,} {word}, "
            f"the file holds {there[word]:,}"
        )
    else:
        return
    yield Finding(code="count-mismatch", reason=reason)


def names_of(collectors: Sequence[Collector]) -> str:
    """Return the first names of `collectors`, and how many more there are."""
    return first_of([collector.nodeid or "the session" for collector in collectors])
