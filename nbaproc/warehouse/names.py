"""Names in SQL: the files say `data_set.table`, a statement that runs has project and prefix too."""

from __future__ import annotations

import re

from nbaproc.warehouse.configuration import Configuration

#: Every data set of the project begins like this; other names in back quotes are columns.
_NAME = re.compile(r"`(nba_[a-z0-9_]+)(?:\.([A-Za-z0-9_]+))?`")
#: Words that GoogleSQL keeps for itself: a column of that name stands in back quotes.
_RESERVED = """
all and any array as asc assert_rows_modified at between by case cast collate contains create cross cube current
default define desc distinct else end enum escape except exclude exists extract false fetch following for from full
group grouping groups hash having if ignore in inner intersect interval into is join lateral left like limit lookup
merge natural new no not null nulls of on or order outer over partition preceding proto qualify range recursive
respect right rollup rows select set some struct tablesample then to treat true unbounded union unnest using when
where window with within
"""
RESERVED = frozenset(_RESERVED.split())


def qualify(text: str, configuration: Configuration) -> str:
    """Return SQL whose names in back quotes, `data_set.table` or `data_set`, are qualified by the configuration.

    >>> qualify("SELECT 1 FROM `nba_raw.nbac_schedule`", Configuration("my-project", dataset_prefix="test_"))
    'SELECT 1 FROM `my-project.test_nba_raw.nbac_schedule`'
    """

    def name(match: re.Match[str]) -> str:
        dataset, table = match.groups()
        return f"`{configuration.table(dataset, table) if table else configuration.dataset(dataset)}`"

    return _NAME.sub(name, text)


def quoted(column: str) -> str:
    """Return the name of a column as SQL can have it.

    >>> quoted("rows"), quoted("points")
    ('`rows`', 'points')
    """
    return f"`{column}`" if column.lower() in RESERVED else column
