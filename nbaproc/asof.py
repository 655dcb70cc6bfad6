"""What was known before a date: the only place that knows how history is attached to the rows of a date.

Every function looks strictly before the date it is given. A history frame has one row per key and date.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl


def in_order(history: pl.DataFrame, by: Sequence[str], *, date: str = "game_date") -> pl.DataFrame:
    """Return a history sorted by its key and date; what is in that order already is not sorted again.

    Args:
        history: One row per key and date.
        by: Columns of the key.
        date: Column of the date.

    >>> games = pl.DataFrame({"team": ["BOS", "BOS", "DEN"], "game_date": [3, 5, 4]})
    >>> in_order(games, ["team"]) is games, in_order(games.reverse(), ["team"]).equals(games)
    (True, True)
    """
    after = pl.lit(True)
    for name in reversed([*by, date]):
        value, before = pl.col(name), pl.col(name).shift(1)
        after = (value > before) | ((value == before) & after)
    # The first row has none before it; a NULL is in no order.
    sorted_already = history.height < 2 or history.select(after.slice(1).fill_null(False).all()).item()
    return history if sorted_already else history.sort(*by, date)


def beside(rows: pl.DataFrame, *found: pl.Series) -> pl.DataFrame:
    """Add columns that were made elsewhere, in the order of the rows.

    The frame is made of one piece: Polars 2.1 panics in texts of columns that are cut in different places.

    >>> halves = pl.concat([pl.DataFrame({"team": ["BOS"]}), pl.DataFrame({"team": ["DEN"]})], rechunk=False)
    >>> beside(halves, pl.Series("games", [3, 5])).n_chunks("all")
    [1, 1]
    """
    return rows.hstack(list(found)).rechunk()


def last_before(
    rows: pl.DataFrame,
    history: pl.DataFrame,
    by: Sequence[str],
    *,
    at: pl.Expr | pl.Series | None = None,
    date: str = "game_date",
) -> pl.DataFrame:
    """Attach to every row the last history row of its key strictly before its date.

    Args:
        rows: Rows with `date` and the columns of `by`.
        history: Rows with `date`, the columns of `by` and whatever is to be attached.
        by: Columns that must be equal.
        at: The date to look before, if it is not that of the row.
        date: Column of the date in both frames.

    Returns:
        The rows in their order with the other columns of the history and its date as `last_date`; all NULL where
        nothing lies before.

    >>> from datetime import date
    >>> day = lambda d: date(2024, 1, d)
    >>> games = pl.DataFrame({"game_date": [day(3), day(5)], "team": ["BOS", "BOS"], "points": [101, 99]})
    >>> rows = pl.DataFrame({"game_date": [day(3), day(5), day(9)], "team": ["BOS", "BOS", "BOS"]})
    >>> last_before(rows, games, ["team"])["points"].to_list()
    [None, 101, 99]
    """
    # For no rows nothing has to be looked up, only its columns are wanted.
    known = history if rows.height else history.clear()
    past = known.lazy().rename({date: "last_date"}).sort("last_date")
    asked = rows.lazy().with_row_index("_nth").with_columns(_at=pl.col(date) if at is None else at).sort("_at")
    found = asked.join_asof(
        past,
        left_on="_at",
        right_on="last_date",
        by=list(by),
        strategy="backward",
        allow_exact_matches=False,
        coalesce=False,
        check_sortedness=False,
    )
    # As written: planning these few steps anew would cost more than they do.
    return found.sort("_nth").drop("_nth", "_at").collect(optimizations=pl.QueryOptFlags.none())


def running_totals(
    history: pl.DataFrame, by: Sequence[str], totals: Mapping[str, pl.Expr], *, date: str = "game_date"
) -> pl.DataFrame:
    """Return the history with integers summed up from the first row of the key to each row, for `total_between`.

    Args:
        history: One row per key and date.
        by: Columns of the key.
        totals: Name of each total -> the integer that is summed; NULL counts as 0.
        date: Column of the date.
    """
    needed = history.select(*by, date, **{name: value.cast(pl.Int64).fill_null(0) for name, value in totals.items()})
    summed = in_order(needed, by, date=date).with_columns(pl.col(*totals).cum_sum().over(by))
    # Looking dates up wants them in this order, and a frame that is known to have it is not sorted again.
    return summed.sort(date)


def total_before(
    rows: pl.DataFrame,
    totals: pl.DataFrame,
    by: Sequence[str],
    *,
    at: pl.Expr | pl.Series | None = None,
    date: str = "game_date",
) -> pl.DataFrame:
    """Return what was summed up strictly before each row's date; 0 where nothing lies before.

    Args:
        rows: Rows with `date` and the columns of `by`.
        totals: `running_totals`.
        by: Columns that must be equal.
        at: The date to look before, if it is not that of the row.
        date: Column of the date.

    Returns:
        The totals alone, one row per row.
    """
    asked = rows.select(*by, _at=pl.col(date) if at is None else at)
    found = last_before(asked, totals.rename({date: "_at"}), by, date="_at")
    return found.select(pl.exclude("_at", "last_date", *by).fill_null(0))


def total_between(
    rows: pl.DataFrame,
    totals: pl.DataFrame,
    by: Sequence[str],
    *windows: tuple[pl.Expr, Mapping[str, str]],
    end: pl.Expr | None = None,
    date: str = "game_date",
) -> pl.DataFrame:
    """Add what was summed up from the start of a window, included, to the row's date, excluded; 0 for nothing.

    Args:
        rows: Rows with `date` and the columns of `by`.
        totals: `running_totals`.
        by: Columns that must be equal.
        windows: First date that counts, and name of each column to add -> the total it is made of.
        end: First date that counts no more, if it is not that of the row: for the schedule, which is known ahead.
        date: Column of the date.

    >>> from datetime import date
    >>> day = lambda d: date(2024, 1, d)
    >>> games = pl.DataFrame({"game_date": [day(3), day(5), day(9)], "team": ["BOS"] * 3})
    >>> sums = running_totals(games, ["team"], {"n": pl.lit(1)})
    >>> row = pl.DataFrame({"game_date": [day(9)], "team": ["BOS"]})
    >>> total_between(row, sums, ["team"], (pl.col("game_date") - pl.duration(days=5), {"games": "n"}))["games"].item()
    1
    """
    # History is looked through once, for the ends and all the starts.
    moments = [pl.col(date) if end is None else end, *(start for start, _ in windows)]
    asked = pl.concat([rows.select(*by, _at=moment) for moment in moments])
    found = total_before(asked, totals.rename({date: "_at"}), by, date="_at")
    upto, height = found.head(rows.height), rows.height
    columns = []
    for nth, (_, names) in enumerate(windows, 1):
        since = found.slice(nth * height, height)
        columns += [(upto[total] - since[total]).alias(name) for name, total in names.items()]
    return rows.with_columns(columns)


def pairs_before(
    rows: pl.DataFrame, history: pl.DataFrame, by: Sequence[str], days: int, *, date: str = "game_date"
) -> pl.DataFrame:
    """Pair every row with each history row of its key in the `days` days before its date, newest first.

    Args:
        rows: Rows with `row`, a number, `date` and the columns of `by`.
        history: Rows with `date` and the columns of `by`.
        by: Columns that must be equal.
        days: How far back.
        date: Column of the date.

    Returns:
        `row`, `age` in days (1 is yesterday) and the history's other columns, sorted by row and age.
    """
    past = history.rename({date: "_past"})
    paired = (
        rows.select("row", date, *by)
        .join(past, on=list(by))
        .with_columns(age=(pl.col(date) - pl.col("_past")).dt.total_days())
    )
    return paired.filter(pl.col("age").is_between(1, days)).drop(date, "_past", *by).sort("row", "age")


class Timeline:
    """History in the order of its keys and dates, for windows of which each row has a size of its own.

    Every window ends with the last history row strictly before a date. Sums are differences of running totals, so that
    they cost the same whatever the size.
    """

    def __init__(self, history: pl.DataFrame, by: Sequence[str], *, date: str = "game_date") -> None:
        """Take the history.

        Args:
            history: One row per key and date.
            by: Columns of the key.
            date: Column of the date.
        """
        self.by = list(by)
        self.date = date
        self.ordered = in_order(history, by, date=date)
        nth = pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over(by)
        self._places = self.ordered.select(*by, date, nth=nth, place=pl.int_range(pl.len(), dtype=pl.Int64))

    def before(self, rows: pl.DataFrame, at: pl.Expr | None = None) -> pl.DataFrame:
        """Return how many history rows of its key lie strictly before each row's date, and where the last one is.

        Args:
            rows: Rows with the date and the columns of the key.
            at: The date to look before, if it is not that of the row.

        Returns:
            `nth`, the number, 0 without any; `place`, for the other methods, NULL without any; and `last_date`.
        """
        asked = rows.select(*self.by, _at=pl.col(self.date) if at is None else at)
        found = last_before(asked, self._places.rename({self.date: "_at"}), self.by, date="_at")
        return found.select(pl.col("nth").fill_null(0), "place", "last_date")

    def since(self, rows: pl.DataFrame, start: pl.Expr, nth: pl.Series) -> pl.Series:
        """Return how many history rows of its key lie from `start`, included, to each row's date, excluded.

        Args:
            rows: Rows with the date and the columns of the key.
            start: First date that counts.
            nth: `nth` of `before` for the rows' own dates.
        """
        return nth - self.before(rows, start)["nth"]

    def sums(self, values: Mapping[str, pl.Expr], place: pl.Series, size: pl.Series) -> pl.DataFrame:
        """Return sums of integers over windows, and how many values are known.

        Args:
            values: Name -> integer, of the history's columns. A NULL keeps its place in the window.
            place: `place` of `before`.
            size: Rows of each window.

        Returns:
            `<name>_sum` and `<name>_n` of every window; 0 where it has no row, or none that is known.

        >>> from datetime import date
        >>> days = [date(2024, 1, day) for day in (3, 5, 9)]
        >>> games = pl.DataFrame({"game_date": days, "team": "BOS", "points": [9, None, 5]})
        >>> line = Timeline(games, ["team"])
        >>> row = pl.DataFrame({"game_date": [date(2024, 1, 9)], "team": ["BOS"]})
        >>> line.sums({"points": pl.col("points")}, line.before(row)["place"], pl.Series([2])).row(0)
        (9, 1)
        """
        known = self.ordered.select(**{name: value.cast(pl.Int64) for name, value in values.items()})
        running = known.select(
            pl.all().fill_null(0).cum_sum().name.suffix("_sum"),
            pl.all().is_not_null().cast(pl.Int64).cum_sum().name.suffix("_n"),
        )
        # Before the first row of all, every total is 0.
        at = pl.DataFrame({"last": place.fill_null(-1), "size": size})
        at = at.select("last", before=pl.col("last") - pl.col("size"))
        at = at.select(pl.when(place >= 0).then(place) for place in (pl.col("last"), pl.col("before")))
        last, before = (running.select(pl.all().gather(at[name]).fill_null(0)) for name in at.columns)
        return last - before

    def value(self, name: str, place: pl.Series, size: pl.Series, back: int) -> pl.Series:
        """Return a column of the history row that lies `back` rows before the last one of each window.

        Args:
            name: The column.
            place: `place` of `before`.
            size: Rows of each window; a row outside gives NULL.
            back: 0 for the last row.
        """
        at = pl.select(pl.when(size > back).then(place - back)).to_series()
        return self.ordered[name].gather(at)

    def texts(self, name: str, place: pl.Series, size: pl.Series, rows: int) -> pl.Series:
        """Return the texts of a column over windows as one, the newest first, joined by `|`.

        Args:
            name: The column.
            place: `place` of `before`.
            size: Rows of each window.
            rows: Rows that the longest window has.
        """
        parts = [self.value(name, place, size, back).alias(str(back)) for back in range(rows)]
        return pl.DataFrame(parts).select(pl.concat_str(pl.all(), separator="|", ignore_nulls=True)).to_series()
