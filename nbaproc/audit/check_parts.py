"""Parts of the validation queries that follow from the declarations: `python -m nbaproc.audit.check_parts` writes them.

They lie in `sql/checks/generated/`; `--check` compares the folder with the declarations.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from nbaproc.calendar import OPENERS
from nbaproc.columns import Table
from nbaproc.failures import PROCESSING_FAILURES
from nbaproc.raw.teams import KINDS, OTHER_CODES, TEAMS
from nbaproc.run.contamination import CRITICAL, Critical
from nbaproc.tables import declarations
from nbaproc.views import HEADER

#: Where the files lie in a checkout.
FOLDER = Path("sql/checks/generated")


def parts() -> dict[str, str]:
    """Return the file name and the text of every generated part."""
    tables = list(declarations().values())
    codes = [(code, code) for code in TEAMS] + list(OTHER_CODES.items())
    found = {
        "team_codes": ("Team codes as sources write them.", _values(("code", "team"), codes)),
        "prefixes": ("Prefixes of game ids in scope.", _values(("prefix", "kind"), KINDS.items())),
        "usual_openers": (
            "First days of seasons, for schedules that lack them.",
            _values(("season_year", "opener"), OPENERS.items()),
        ),
        "tables": ("The output tables.", _values(*_of_tables(tables))),
        "rows_of_dates": (
            "Rows and distinct keys of every table and date.",
            _union(_rows_of_dates(table) for table in (*tables, PROCESSING_FAILURES)),
        ),
        "game_ids": (
            "Game ids of every table and date.",
            _union(_game_ids(table) for table in tables if "game_id" in table.names),
        ),
        "entities": ("Who has rows in every table and on every date.", _union(_entities(table) for table in tables)),
    }
    for table in tables:
        if table.name in CRITICAL:
            says = f"Rows of {table.code}, and whether their critical columns say anything."
            found[f"valid_{table.code.lower()}"] = (says, _valid(table, CRITICAL[table.name]))
    header = HEADER.rstrip("\n")
    return {f"{name}.sql": f"{header}\n-- {says}\n{text}\n" for name, (says, text) in found.items()}


def phase(table: Table) -> str:
    """Return the phase that coverage counts a table to: `phase3`, `phase4`, or `labels`."""
    if table.dataset == "nba_analytics":
        return "phase3"
    return "phase4" if table.early else "labels"


def code(table: Table) -> str:
    """Return the short code of a table, its name where it has none."""
    return table.code or table.name


def _of_tables(tables: Iterable[Table]) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    names = ("code", "table_name", "stage", "phase", "early", "has_game_id")
    return names, [(code(t), t.name, t.stage, phase(t), t.early, "game_id" in t.names) for t in tables]


def _rows_of_dates(table: Table) -> str:
    rest = [name for name in table.key if name != table.date]
    key = rest[0] if len(rest) == 1 else "CONCAT({})".format(", '|', ".join(rest))
    columns = f"COUNT(*) AS n_rows, COUNT(DISTINCT {key}) AS n_keys"
    return f"{_select(table, columns)}\nGROUP BY {table.date}"


def _game_ids(table: Table) -> str:
    return f"{_select(table, 'game_id')}\nGROUP BY {table.date}, game_id"


def _entities(table: Table) -> str:
    (side,) = [name for name in table.key if name != table.date]
    rows = _select(table, f"{side} AS entity")
    # Records may stand for whole games, and of the players of a game only the game is looked for, see `scopes`.
    if table.covers or table.code == "UPGC":
        rows += f"\nUNION ALL\n{_select(table, 'game_id AS entity', distinct=True)}"
    return rows


def _select(table: Table, columns: str, *, distinct: bool = False) -> str:
    word = "SELECT DISTINCT" if distinct else "SELECT"
    return (
        f"{word} '{code(table)}' AS code, '{table.name}' AS table_name, {table.date} AS day, {columns}\n"
        f"FROM `{table.dataset}.{table.name}`\n{_asked(table)}"
    )


def _asked(table: Table) -> str:
    return f"WHERE {table.date} BETWEEN @start AND @end AND {table.date} IN UNNEST(@dates)"


def _valid(table: Table, critical: Critical) -> str:
    tests = [f"{name} > 0" if critical.above else f"{name} IS NOT NULL" for name in critical.columns]
    tests += [f"{critical.counted} > 0"] if critical.counted else []
    test = " AND ".join(tests)
    return f"SELECT *, COALESCE({test}, FALSE) AS valid\nFROM `{table.dataset}.{table.name}`\n{_asked(table)}"


def _union(selects: Iterable[str]) -> str:
    return "\nUNION ALL\n".join(selects)


def _values(names: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    lines = []
    for row in rows:
        named = zip(row, names, strict=True)
        lines.append("SELECT " + ", ".join(f"{_literal(value)} AS {name}" for value, name in named))
    return _union(lines)


def _literal(value: object) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int):
        return str(value)
    return f"'{value}'" if isinstance(value, str) else f"DATE '{value}'"


def drift(folder: Path) -> list[str]:
    """Return the files of a folder that are missing, surplus or differ from the declarations."""
    wanted = parts()
    found = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.sql")}
    return sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))


def main(arguments: list[str]) -> int:
    """Write or check the folder; returns the exit code."""
    folder = Path(next((a for a in arguments if not a.startswith("--")), FOLDER))
    differing = drift(folder)
    if "--check" in arguments:
        for name in differing:
            print(f"{folder / name}: differs from the declarations; run `make ddl`", file=sys.stderr)
        return 4 if differing else 0
    folder.mkdir(parents=True, exist_ok=True)
    wanted = parts()
    for name in differing:
        (folder / name).unlink(missing_ok=True)
        if name in wanted:
            (folder / name).write_text(wanted[name], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
