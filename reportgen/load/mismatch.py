"""Says that something of one shape stands where another is needed."""

from __future__ import annotations

from reportgen.load.shapes import Choice, Files, Leaf, ListOf, Part, Shape
from reportgen.load.yaml_text import ListNode, MapNode, Node, ScalarNode
from reportgen.model import Diagnostic


def mismatch(node: Node, shape: Shape) -> Diagnostic:
    """Return what is needed where `node` stands, and how to write it."""
    match node:
        case ScalarNode():
            given = "a text"
        case ListNode():
            given = "a list"
        case _:
            given = "a mapping"
    wanted, hint = _wanted(shape)
    if isinstance(node, MapNode) and _takes_text(shape):
        hint = "quote a text that holds ': '"
    message = f"{wanted} needed here, and this is {given}"
    return Diagnostic(node.place, "wrong-type", message, hint)


def _wanted(shape: Shape) -> tuple[str, str]:
    match shape:
        case Leaf() | Choice(leaf=Leaf()):
            return "a text is", "write it as one value"
        case ListOf():
            return "a list is", "begin each entry with '- '"
        case Part():
            return "fields are", f"begin with `{shape.key}:`"
        case Choice():
            keys = ", ".join(part.key for part in shape.parts)
            return "a field is", f"begin with one of {keys}"
        case Files():
            return "a path is", "write a path, a list of paths, or paths by shard"
        case _:
            return "names are", "write a line `name: …` for each"


def _takes_text(shape: Shape) -> bool:
    if isinstance(shape, Choice):
        return shape.leaf is not None
    return isinstance(shape.item if isinstance(shape, ListOf) else shape, Leaf)
