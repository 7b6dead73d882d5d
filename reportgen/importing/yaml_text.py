"""Writes a record as YAML that people like to go on with."""

from __future__ import annotations

from collections.abc import Mapping

import yaml
from yaml.emitter import ScalarAnalysis

_WIDTH = 100


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as blocks, and indents lists."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002  # its form
        super().increase_indent(flow, indentless=False)

    def analyze_scalar(self, scalar: str) -> ScalarAnalysis:
        # A block may hold tabs, if not at its beginning: PyYAML would quote it all.
        is_block = "\n" in scalar and scalar[0] != "\t"
        analysis = super().analyze_scalar(
            scalar.replace("\t", "x") if is_block else scalar
        )
        analysis.scalar = scalar
        return analysis


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def to_yaml(record: Mapping[str, object]) -> str:
    """Return `record` as YAML, its fields apart from each other."""
    return "\n".join(
        yaml.dump(
            {name: value},
            Dumper=_Dumper,
            width=_WIDTH,
            allow_unicode=True,
            sort_keys=False,
            default_flow_style=False,
        )
        for name, value in record.items()
    )
