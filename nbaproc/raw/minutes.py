"""Playing time as text -> seconds."""

from __future__ import annotations

import polars as pl

from nbaproc.exact import quotient

#: Texts that stand for "unknown" in the sources, in lower case.
NULL_TEXTS = ("", "-", "null", "none", "nan", "<na>")


def seconds(text: pl.Expr) -> pl.Expr:
    """Return the seconds of `MM:SS`, `MM` or decimal minutes; NULL where the text is none of these.

    Seconds of `MM:SS` end at 59; decimals after the sixth are cut; the first part has at most nine digits.

    >>> frame = pl.DataFrame({"text": ["40:11", "32", "32.5", "0.05", "00:00", "12:75", "DNP"]})
    >>> frame.select(seconds(pl.col("text"))).to_series().to_list()
    [2411, 1920, 1950, 3, 0, None, None]
    """
    clean = text.str.strip_chars()
    clock = clean.str.extract_groups(r"^([0-9]{1,9}):0*([0-9]{1,2})$")
    minutes = clock.struct.field("1").cast(pl.Int64)
    rest = clock.struct.field("2").cast(pl.Int64)
    number = clean.str.extract_groups(r"^([0-9]{1,9})(?:\.([0-9]+))?$")
    whole = number.struct.field("1").cast(pl.Int64)
    millionths = number.struct.field("2").fill_null("").str.head(6).str.pad_end(6, "0").cast(pl.Int64)
    decimal = quotient(60 * (whole * 1_000_000 + millionths), pl.lit(1_000_000), 0)
    return pl.coalesce(pl.when(rest <= 59).then(60 * minutes + rest), decimal)


def is_unreadable(text: pl.Expr) -> pl.Expr:
    """Return whether a text is given but is no playing time (`12:75`, `DNP`)."""
    given = ~text.str.strip_chars().str.to_lowercase().is_in(NULL_TEXTS)
    return given & seconds(text).is_null()
