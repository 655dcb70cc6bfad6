"""Player names: the lookup every source is compared by.

Lookup columns of different sources are not comparable, so lookups are made anew from names. They are made on the
distinct names of a frame and joined back.
"""

from __future__ import annotations

import polars as pl

SUFFIXES = ("jr", "sr", "ii", "iii", "iv", "v")


def _words(name: pl.Expr) -> pl.Expr:
    plain = name.str.replace(r"^[\s0-9]+", "").str.normalize("NFKD").str.replace_all(r"\p{Mn}", "").str.to_lowercase()
    for letter, latin in {"đ": "d", "ø": "o", "ł": "l", "ı": "i", "ß": "ss"}.items():
        plain = plain.str.replace_all(letter, latin, literal=True)
    words = plain.str.replace_all(r"\s+", " ").str.replace_all(r"[^a-z0-9 ]", "").str.split(" ")
    return words.list.eval(pl.element().filter(pl.element() != ""))


def first_given(*names: pl.Expr) -> pl.Expr:
    """Return the first of some texts that is not blank, as it is; the empty text where all are blank or NULL.

    >>> pl.select(first_given(pl.lit(" "), pl.lit("lukadoncic"))).item()
    'lukadoncic'
    """
    return pl.coalesce(*(pl.when(name.str.strip_chars() != "").then(name) for name in names), pl.lit(""))


def add_lookups(frame: pl.DataFrame, name: str, lookup: str, key: str | None = None) -> pl.DataFrame:
    """Add the lookup of a name column, and if wanted the key without its suffix.

    The lookup is the name without accents, punctuation and white space, in lower case; `junior` and `senior` become
    `jr` and `sr`, and suffixes stay. The key drops a suffix, for matching only. NULL names give NULL.

    Args:
        frame: Any frame.
        name: Its column of names.
        lookup: Name of the column to add.
        key: Name of the second column to add.

    >>> names = ["Tim Hardaway Jr.", "Luka Dončić", "12 D'Angelo Russell", "Kelly Oubre Junior"]
    >>> people = pl.DataFrame({"name": names})
    >>> add_lookups(people, "name", "lookup", "key").select("lookup", "key").rows()[0]
    ('timhardawayjr', 'timhardaway')
    >>> add_lookups(people, "name", "lookup")["lookup"].to_list()[1:]
    ['lukadoncic', 'dangelorussell', 'kellyoubrejr']
    """
    distinct = frame.select(pl.col(name).unique()).drop_nulls().with_columns(words=_words(pl.col(name)))
    last = pl.col("words").list.last().replace({"junior": "jr", "senior": "sr"})
    front = pl.col("words").list.head(pl.col("words").list.len().cast(pl.Int64) - 1).list.join("")
    many = pl.col("words").list.len() > 1
    made = distinct.with_columns(last=last.fill_null(""), front=pl.when(many).then(front).otherwise(pl.lit("")))
    made = made.with_columns((pl.col("front") + pl.col("last")).alias(lookup))
    if key is not None:
        without = pl.when(many & pl.col("last").is_in(SUFFIXES)).then(pl.col("front")).otherwise(pl.col(lookup))
        made = made.with_columns(without.alias(key))
    return frame.join(made.drop("words", "last", "front"), on=name, how="left", maintain_order="left")
