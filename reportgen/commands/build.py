"""`reportgen build`: a report of each record from its evidence."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from reportgen.base import gone_since
from reportgen.commands import options
from reportgen.console import put, say, tell
from reportgen.model import ExitCode, Severity

if TYPE_CHECKING:
    from reportgen.changes import Earlier
    from reportgen.pipeline import Built
    from reportgen.render.shape import Shape

_LEAST_SHARE = 8_000  # bytes: what matters of nearly every record fits in


@click.command("build")
@options.names_argument
@options.all_option
@options.data_option
@options.template_option
@options.base_option
@options.shape_options
@click.option(
    "--since",
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="Tell what changed since this output of `check --format json`.",
)
@click.option(
    "--attestation",
    "attested",
    is_flag=True,
    help="Also write REPORT.intoto.json, a statement that other tools can sign.",
)
@click.option(
    "-o", "--output", metavar="PATH", help="Where to write; - is standard output."
)
@click.option("--watch", is_flag=True, help="Build again whenever something changes.")
def command(
    names: tuple[str, ...],
    *,
    every: bool,
    data: str | None,
    template: str,
    base: str | None,
    since: Path | None,
    attested: bool,
    output: str | None,
    watch: bool,
    **shape: Any,  # noqa: ANN401  # the options of `shape_options`
) -> int:
    """Make a report of each record from its evidence.

    \b
    Examples:
      reportgen build issue-1197
      reportgen build --all
      reportgen build issue-1197 --template issue-update -o - |
        gh issue comment 1197 -F -
      reportgen build issue-1197 --fit github-comment -o comment.md
    """
    if watch:
        from reportgen.commands.watch import build_on_change  # noqa: PLC0415  # seldom

        return build_on_change(options.configuration(data))
    plain = base is None and since is None and output is None and not attested
    if every and not names and plain:
        from reportgen.commands.every import build_every  # noqa: PLC0415  # it keeps much

        return build_every(data, template, options.shape(**shape))
    config = options.configuration(data)
    template = options.template_of(config, template)
    # Whoever asks for help does not wait until all of this is imported.
    from reportgen import pipeline, records  # noqa: PLC0415
    from reportgen.commands.leftovers import old_parts  # noqa: PLC0415  # likewise

    sources = records.read(options.wanted(names, every=every), config)
    if output not in {None, "-"} and len(sources) > 1:
        raise options.usage("--output is for one report")
    if output == "-" and attested:
        raise options.usage("--attestation is written beside a file")
    gone = gone_since(base, config) if every and base is not None else ()
    worst = ExitCode.CLAIMS_EXCEED_EVIDENCE if gone else ExitCode.OK
    tell(gone)
    wanted = options.shape(**shape)
    printed = 0
    for at, source in enumerate(sources):
        target = records.output_path(source.name, template, config)
        if output is not None and output != "-":
            target = Path.cwd() / output
        built = pipeline.build(
            source,
            config,
            now=time.time(),
            template=template,
            output=target,
            base=base,
            shape=_sharing(wanted, template, printed, len(sources) - at)
            if output == "-" and len(sources) > 1
            else wanted,
            earlier=_earlier(since, source.name) if since else None,
        )
        found = [f for f in built.findings if f.severity is not Severity.NOTE]
        if output == "-":
            if len(built.parts) > 1:
                raise options.usage("--split makes several files: give --output PATH")
            put(built.text)
            printed += len(built.text.encode())
        else:
            _announce(built, target, changed=pipeline.save(built, target))
            if attested:
                statement = pipeline.attest(built, target, config)
                say(f"wrote {options.relative(statement)}")
            found += old_parts(built, target, config.root)
        tell(found)
        worst = max(worst, built.exit_code)
    return worst


def _sharing(shape: Shape, template: str, printed: int, left: int) -> Shape:
    """Return `shape` for the next of `left` reports, after `printed` bytes of others.

    A step of a job has one summary, and one that is too long is dropped: all of
    them share it.
    """
    from reportgen.render import budget  # noqa: PLC0415  # nor does this

    whole = budget.BUDGETS["job-summary"]
    if whole.bytes is None or (shape.fit or budget.OWN.get(template)) != whole:
        return shape
    share = max(_LEAST_SHARE, (whole.bytes - printed) // left)
    return msgspec.structs.replace(shape, fit=budget.budget(f"{share}bytes"))


def _earlier(path: Path, name: str) -> Earlier:
    from reportgen.load.earlier import load_earlier  # noqa: PLC0415  # few compare

    return load_earlier(path, name)


def _announce(built: Built, path: Path, *, changed: bool) -> None:
    word = "wrote" if changed else "unchanged:"
    names = ", ".join(map(options.relative, built.at(path)))
    say(f"{word} {names}: {built.report.judgement}")
