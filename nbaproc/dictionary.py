"""The data dictionary: every table and column, from the declarations, for programs (JSON) and people (Markdown, HTML).

All three are made of one plain structure, `describe`; nothing is written down here that a declaration says.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from html import escape
from typing import Any

import nbaproc
from nbaproc.columns import Column, Table
from nbaproc.failures import PROCESSING_FAILURES
from nbaproc.raw.contract import RAW_TABLES
from nbaproc.tables import declarations

#: Heads of the column tables.
HEADS = ("column", "type", "unit", "range", "NULL", "meaning", "source")
#: What the document says before its tables.
TITLE = f"Data dictionary of nbaproc {nbaproc.__version__}"
NOTES = (
    "NULL is “unknown”, and the NULL column says what that means; 0 is a value. Ratios are quotients of integers, "
    "rounded once, half away from zero, at the decimals of their type.",
    "A value outside of an enforced range rejects its row and leaves a failure record; a value that is not usual stays "
    "and is noted, in a record or in the issues of its row. Columns with a # enter data_hash.",
)


def known_tables(raw: bool = False) -> dict[str, Table]:
    """Return the tables there are, by name: the output tables and the failure records, or the raw tables."""
    return RAW_TABLES if raw else declarations() | {PROCESSING_FAILURES.name: PROCESSING_FAILURES}


def describe(table: Table) -> dict[str, Any]:
    """Return everything a declaration says of a table, in plain values.

    >>> describe(PROCESSING_FAILURES)["columns"][0]["name"]
    'table_name'
    """
    return {
        "table": table.name,
        "code": table.code,
        "dataset": table.dataset,
        "says": table.says,
        "key": table.key,
        "date": table.date,
        "stage": table.stage,
        "early": table.early,
        "inputs": table.inputs,
        "reads": table.reads,
        "history": dict(table.history),
        "members": table.members,
        "columns": [_column(table, column) for column in table.columns],
    }


def _column(table: Table, column: Column) -> dict[str, Any]:
    raw = not column.source
    lacking = "the source has no such column, or no value" if column.optional else "the source has no value"
    return asdict(column) | {
        "type": column.type.value,
        "range": column.range,
        "usual": None if column.usual == (None, None) else column.usual,
        "when_null": column.when_null or (lacking if column.null and raw else ""),
        "source": column.source or _source(table, column),
        "fields": [_column(table, field) for field in column.fields],
    }


def _source(table: Table, column: Column) -> str:
    """Return where a column without a source of its own comes from: a raw one is one, others have those of the row."""
    read = (*table.inputs, *table.reads, *(name for name, _ in table.history))
    return ", ".join(read) if table.stage else f"{table.name}.{column.name}"


def as_json(tables: Iterable[Table]) -> str:
    """Return one JSON document: a list of tables."""
    return json.dumps([describe(table) for table in tables], ensure_ascii=False, indent=2) + "\n"


def as_markdown(tables: Iterable[Table]) -> str:
    """Return one Markdown document: a section with a table per table."""
    parts = [f"# {TITLE}", *NOTES]
    described = [describe(table) for table in tables]
    parts.append("\n".join(f"- [{table['table']}](#{table['table']}): {_marked(table['says'])}" for table in described))
    for table in described:
        facts = "\n".join(f"- {name}: {_marked(value)}" for name, value in _facts(table))
        rows = [HEADS, ("---",) * len(HEADS), *([_marked(cell) for cell in row] for row in _rows(table))]
        lines = "\n".join(f"| {' | '.join(row)} |" for row in rows)
        parts += [f"## {table['table']}", f"{_marked(table['says'])}.", facts, lines]
    return "\n\n".join(parts) + "\n"


def _marked(text: str) -> str:
    """Return a text as Markdown that shows it as it is, in a cell of a table too.

    >>> print(_marked("a|b, **c**, d_e, f_"))
    a\\|b, \\*\\*c\\*\\*, d_e, f\\_
    """
    # An underscore between letters marks nothing.
    return re.sub(r"[\\|*`<\[\]~]|(?<![^\W_])_|_(?![^\W_])", r"\\\g<0>", text)


def as_html(tables: Iterable[Table]) -> str:
    """Return one page that needs nothing but itself: contents, a section per table, and a search over all columns."""
    described = [describe(table) for table in tables]
    contents = "\n".join(
        f'<li><a href="#{table["table"]}">{table["table"]}</a> <small>{escape(table["says"])}</small></li>'
        for table in described
    )
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(TITLE)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"<header>\n<h1>{escape(TITLE)}</h1>\n{''.join(f'<p>{escape(note)}</p>' for note in NOTES)}\n"
        f'<p><input type="search" id="search" placeholder="Search columns" aria-label="Search columns"> '
        f'<span id="found" role="status"></span></p>\n</header>\n'
        f"<nav>\n<ul>\n{contents}\n</ul>\n</nav>\n<main>\n{''.join(map(_section, described))}</main>\n"
        f"<script>{SCRIPT}</script>\n</body>\n</html>\n"
    )


def _section(table: dict[str, Any]) -> str:
    name = table["table"]
    facts = "".join(f"<dt>{escape(fact)}</dt><dd>{escape(value)}</dd>" for fact, value in _facts(table))
    heads = "".join(f"<th>{head}</th>" for head in HEADS)
    rows = "".join(_html_row(name, row) for row in _rows(table))
    return (
        f'<section id="{name}">\n<h2>{name}</h2>\n<p>{escape(table["says"])}.</p>\n<dl>{facts}</dl>\n'
        f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</section>\n"
    )


def _html_row(table: str, row: Sequence[str]) -> str:
    address = f"{table}.{row[0].split()[0]}"
    cells = "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
    return f'<tr id="{address}"><th><a href="#{address}">{escape(row[0])}</a></th>{cells}</tr>\n'


def _facts(table: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what there is to say of a table as a whole: names and values."""
    stage = table["stage"] and f"{table['stage']}{', from day 14 of a season on' if table['early'] else ''}"
    found = {
        "name": f"{table['dataset']}.{table['table']}",
        "code": table["code"],
        "key": ", ".join(table["key"]) or "none",
        "date": table["date"] or "none: it is read whole",
        "stage": stage,
        "inputs of the same date": ", ".join(table["inputs"]),
        "who has a row, by": ", ".join(table["members"]),
        "results before the date": ", ".join(table["history"]),
        "raw tables": ", ".join(table["reads"]),
        "columns": str(len(table["columns"])),
    }
    return [(name, value) for name, value in found.items() if value]


def _rows(table: dict[str, Any]) -> list[list[str]]:
    """Return a row of texts per column, and one per field of a struct below it."""
    rows = []
    for column in table["columns"]:
        rows.append(_row(column, column["name"]))
        rows += [_row(field, f"{column['name']}.{field['name']}") for field in column["fields"]]
    return rows


def _row(column: dict[str, Any], name: str) -> list[str]:
    digits, values = column["digits"], column["values"]
    says = [column["says"], f"one of {', '.join(values)}" if values else ""]
    return [
        f"{name} #" if column["hashed"] else name,
        column["type"] if digits is None else f"{column['type']}, {digits} decimal{'' if digits == 1 else 's'}",
        column["unit"],
        column["range"],
        column["when_null"] if column["null"] else "never",
        "; ".join(text for text in says if text),
        column["source"],
    ]


#: The formats, by name.
FORMATS: dict[str, Callable[[Iterable[Table]], str]] = {"md": as_markdown, "json": as_json, "html": as_html}

STYLE = """
:root { color-scheme: light dark; --line: #d0d4da; --soft: #f4f5f7; --mute: #5b6470; --link: #0b57d0 }
@media (prefers-color-scheme: dark) { :root { --line: #3a3f46; --soft: #1e2126; --mute: #a0a8b4; --link: #8ab4f8 } }
body { font: 15px/1.45 system-ui, sans-serif; margin: 0 auto; max-width: 100rem; padding: 1rem 1.5rem }
a { color: var(--link); text-decoration: none }
a:hover { text-decoration: underline }
small, dt, #found { color: var(--mute) }
input { font: inherit; padding: .4rem .6rem; width: min(30rem, 70%) }
dl { display: grid; gap: .1rem .8rem; grid-template-columns: max-content 1fr }
dd { margin: 0 }
section { margin-top: 2.5rem; overflow-x: auto }
table { border-collapse: collapse; width: 100% }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .6rem; text-align: left; vertical-align: top }
thead th { background: var(--soft); position: sticky; top: 0 }
tbody th { font: 13px/1.6 ui-monospace, monospace; white-space: nowrap }
tr:target { background: var(--soft) }
"""

SCRIPT = """
const box = document.getElementById("search"), found = document.getElementById("found");
const rows = [...document.querySelectorAll("tbody tr")];
const texts = rows.map(row => (row.id + " " + row.textContent).toLowerCase());
box.addEventListener("input", () => {
  const words = box.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let shown = 0;
  rows.forEach((row, i) => {
    row.hidden = !words.every(word => texts[i].includes(word));
    shown += !row.hidden;
  });
  document.querySelectorAll("section").forEach(part => {
    part.hidden = !part.querySelector("tbody tr:not([hidden])");
  });
  found.textContent = words.length ? shown + " of " + rows.length + " columns" : "";
});
"""
