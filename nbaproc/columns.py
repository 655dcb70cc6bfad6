"""The one declaration of every table and column.

A `Column` says what a value is: its type, whether it may be NULL and what that means, its unit and range, how many
decimals it carries, what it means, where it comes from and whether it enters the row hash. A `Table` is an ordered list
of columns with a key. From these two come the Polars schema (`boundary`), the GoogleSQL (`ddl`), the data dictionary
(`dictionary`), the checks at the boundary, the checks of ranges and the row hash of both engines. This module needs
nothing but the standard library, so that the reference engine can read the declarations too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

#: Lowest and highest value; None is open.
Range = tuple[float | None, float | None]


class Type(Enum):
    """The types a column may have, by their GoogleSQL names; there are no others."""

    STRING = "STRING"
    INT64 = "INT64"
    FLOAT64 = "FLOAT64"
    BOOL = "BOOL"
    DATE = "DATE"
    TIMESTAMP = "TIMESTAMP"
    STRINGS = "ARRAY<STRING>"
    DATES = "ARRAY<DATE>"
    INTS = "ARRAY<INT64>"
    STRUCT = "STRUCT"

    @property
    def is_list(self) -> bool:
        """Whether the type is an array; arrays are never NULL, an empty one stands for nothing."""
        return self in (Type.STRINGS, Type.DATES, Type.INTS)

    @property
    def sql(self) -> str:
        """The GoogleSQL type of a column: a struct is JSON text in the warehouse."""
        return Type.STRING.value if self is Type.STRUCT else self.value


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes:
        name: The name in the lake and in the warehouse.
        type: The type, see `Type`.
        says: What the value is, in words or as a formula.
        null: Whether NULL ("unknown") is allowed.
        digits: Decimals a FLOAT64 is rounded to, half away from zero.
        unit: Unit of the value, empty where it has none.
        hashed: Whether the value enters `data_hash`.
        values: The closed list of values of an enumerated STRING, empty where it is open.
        optional: Raw tables only: the whole column may be missing from the source and is then NULL.
        fields: The fields of a STRUCT, in order; a struct is never NULL and never hashed.
        low: Lowest value of a number that makes sense, None where there is none.
        high: Highest such value.
        hard: Whether a value outside of `low` and `high` rejects its row.
        usual: Narrower range, outside of which a value is so odd that a record notes it; its row is kept.
        when_null: What NULL means; empty where it means no more than that the source does not have it.
        source: What the value is taken or computed from: tables (`table.column`) or columns of the same row.
    """

    name: str
    type: Type
    says: str
    null: bool = True
    digits: int | None = None
    unit: str = ""
    hashed: bool = False
    values: tuple[str, ...] = ()
    optional: bool = False
    fields: tuple[Column, ...] = ()
    low: float | None = None
    high: float | None = None
    hard: bool = False
    usual: Range = (None, None)
    when_null: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        """Refuse a declaration that contradicts itself."""
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", self.name):
            raise ValueError(f"column {self.name!r}: not a column name")
        if (self.digits is not None) != (self.type is Type.FLOAT64):
            raise ValueError(f"column {self.name}: digits belong to FLOAT64 columns, and every FLOAT64 column has them")
        if self.values and self.type not in (Type.STRING, Type.STRINGS):
            raise ValueError(f"column {self.name}: only strings have a list of values")
        if self.type.is_list and self.null:
            raise ValueError(f"column {self.name}: a list is never NULL, an empty one stands for nothing")
        if bool(self.fields) != (self.type is Type.STRUCT) or (self.fields and (self.null or self.hashed)):
            raise ValueError(f"column {self.name}: a struct has fields, is never NULL and never hashed")
        limits = (self.low, self.high)
        if (limits, self.usual) != ((None, None), (None, None)) and self.type not in (Type.INT64, Type.FLOAT64):
            raise ValueError(f"column {self.name}: only numbers have a range")
        if any(low is not None and high is not None and low > high for low, high in (limits, self.usual)):
            raise ValueError(f"column {self.name}: a range ends below its start")
        if self.hard and limits == (None, None):
            raise ValueError(f"column {self.name}: its range rejects rows and is open")
        if self.when_null and not self.null:
            raise ValueError(f"column {self.name}: says what NULL means and is never NULL")

    @property
    def range(self) -> str:
        """The range in words, empty where it is open.

        >>> Column("pace", Type.FLOAT64, "pace", digits=1, low=0, hard=True, usual=(70, 140)).range
        '≥ 0 (enforced), usually 70…140'
        """
        limits, usual = _words(self.low, self.high), _words(*self.usual)
        parts = (f"{limits} (enforced)" if self.hard else limits, f"usually {usual}" if usual else "")
        return ", ".join(part for part in parts if part)


def _words(low: float | None, high: float | None) -> str:
    first, last = ("" if value is None else f"{value}".replace("-", "−") for value in (low, high))
    if first and last:
        return f"{first}…{last}" if first != last else first
    return f"≥ {first}" if first else last and f"≤ {last}"


@dataclass(frozen=True, slots=True)
class Table:
    """One table: a name, what a row is, a key and columns in order.

    Attributes:
        name: The name in the lake and in the warehouse.
        dataset: The data set, which is also the folder in the lake.
        says: What one row is.
        key: Columns that identify a row; rows are sorted by them. Raw tables may go without, or have NULLs in them.
        date: The partition column; NULL for the small reference tables that are read whole.
        columns: The columns in order.
        code: Short code of an output table (PGS, TOGS, ...), empty for raw tables.
        stage: `games` or `features` for an output table, empty for raw tables.
        inputs: Output tables of the same stage whose rows of the same date the table is computed from.
        reads: Raw tables the table is computed from.
        history: Output tables of the games stage whose rows strictly before the date the table is computed from, each
            with the columns that are read.
        look_back: Days before a date that are read of `history`, beyond the start of its season if need be.
        members: Those of them whose rows of the date itself say who has a row, and nothing else.
        covers: `final` where every final game of a date has rows or a record, `all` where every game has, empty where
            a game may have neither.
        early: Whether the first two weeks of a season have no rows.
    """

    name: str
    dataset: str
    says: str
    key: tuple[str, ...]
    date: str | None
    columns: tuple[Column, ...]
    code: str = ""
    stage: str = ""
    inputs: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    history: tuple[tuple[str, tuple[str, ...]], ...] = ()
    look_back: int = 31
    members: tuple[str, ...] = ()
    covers: str = ""
    early: bool = False

    def __post_init__(self) -> None:
        """Refuse a table without a key, with doubled columns, or with a key that may be NULL."""
        names = self.names
        doubled = sorted({n for n in names if names.count(n) > 1})
        if doubled:
            raise ValueError(f"table {self.name}: columns declared twice: {', '.join(doubled)}")
        if self.stage and not self.key:
            raise ValueError(f"table {self.name}: an output table needs a key")
        for name in (*self.key, *([self.date] if self.date else [])):
            if name not in names:
                raise ValueError(f"table {self.name}: key or date column {name} is not declared")
            if self[name].null and (self.stage or name == self.date):
                raise ValueError(f"table {self.name}: key or date column {name} may not be NULL")

    def __getitem__(self, name: str) -> Column:
        """Return the column of that name.

        Raises:
            KeyError: The table has no such column.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"table {self.name} has no column {name}")

    @property
    def names(self) -> list[str]:
        """Column names in declared order."""
        return [c.name for c in self.columns]

    @property
    def of_games(self) -> bool:
        """Whether a game has two rows, one of each team."""
        return bool(self.covers) and self.key[1].endswith("team_abbr")

    @property
    def hashed(self) -> list[Column]:
        """Columns that enter `data_hash`, in the byte order of their names, which is the order of the hash."""
        return sorted((c for c in self.columns if c.hashed), key=lambda c: c.name.encode())

    @property
    def required(self) -> list[str]:
        """Columns that may not be NULL."""
        return [c.name for c in self.columns if not c.null]
