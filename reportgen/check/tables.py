"""What can be wrong with a table."""

from __future__ import annotations

from collections.abc import Iterator

from reportgen.check.reading import Found, Piece, cells, first_line


def uneven_rows(piece: Piece) -> Iterator[Found]:
    """Find rows with more or fewer cells than their table has columns.

    Cells too many are not shown at all, and cells too few are shown empty.
    """
    head = columns = 0
    for token in piece.tokens:
        if token.type == "table_open":
            head = first_line(token)
            columns = len(cells(piece.lines[head]))
        if token.type != "tr_open" or first_line(token) == head:
            continue
        starts = cells(piece.lines[first_line(token)])
        if len(starts) == columns:
            continue
        count = f"{len(starts)} cell{'s' * (len(starts) != 1)}"
        message = f"this row has {count}, its table {columns}"
        line, column = piece.row(token)
        if len(starts) > columns:
            hint = r"is a pipe meant? write it as \|"
            yield Found((line, starts[columns] + 1), message, hint)
        else:
            hint = "add the missing cells, or a blank line if the table ends above"
            yield Found((line, column), message, hint)


def tables_shown_as_text(piece: Piece) -> Iterator[Found]:
    """Find tables that are none, since something around their second line is wrong."""
    for token in piece.tokens:
        if token.type != "inline" or "|" not in token.content:
            continue
        offset = 0
        for line in token.content.split("\n"):
            if "|" in line and "-" in line and not line.strip("|:- \t"):
                yield Found(
                    piece.spot(token, offset),
                    "this table is shown as text",
                    "write as many cells above this line as in it, "
                    "and a blank line before the table",
                )
            offset += len(line) + 1
