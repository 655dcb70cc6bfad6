"""Reading downloaded files column by column, with errors that name the file, the column and the row."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from nbaproc.errors import InputError

#: Endings that say what a file is meant to be; any other name is as good if the content is a table.
CSV_ENDINGS, PARQUET_ENDING = (".csv", ".csv.gz"), ".parquet"
#: First bytes of Parquet and of gzip.
PARQUET_MARK, GZIP_MARK = b"PAR1", b"\x1f\x8b"
#: Texts that stand for "no value" in downloads, in lower case.
NO_VALUE = ("", "nan", "none", "null", "<na>", "inf", "-inf")


def is_tabular(path: Path) -> bool:
    """Return whether a file is Parquet, or text with commas in its first line, whatever its name.

    Raises:
        InputError: The file cannot be read.
    """
    named = path.name.lower().endswith((*CSV_ENDINGS, PARQUET_ENDING))
    return named or _is_parquet(path) or _is_comma_text(path)


def _is_parquet(path: Path) -> bool:
    """Return whether a file is Parquet, or means to be and is nothing else."""
    if head(path).startswith(PARQUET_MARK):
        return True
    return path.name.lower().endswith(PARQUET_ENDING) and not _is_comma_text(path)


def _is_comma_text(path: Path) -> bool:
    first = head(path).partition(b"\n")[0].lstrip()
    return b"," in first and b"\0" not in first and not first.startswith((b"{", b"[", b"<"))


def head(path: Path) -> bytes:
    """Return the first bytes of a file, unpacked."""
    try:
        with path.open("rb") as file:
            packed = file.read(2) == GZIP_MARK
        with gzip.open(path) if packed else path.open("rb") as file:
            return file.read(4096)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{path}: cannot be read ({error}); download it again") from error


def read_header(path: Path) -> list[str]:
    """Return the column names of a CSV or Parquet file.

    Raises:
        InputError: The file cannot be read.
    """
    return read_table(path, header_only=True).columns


def read_table(path: Path, *, header_only: bool = False) -> pl.DataFrame:
    """Return a CSV (every column as text) or Parquet file as it is.

    Raises:
        InputError: The file cannot be read.
    """
    try:
        if _is_parquet(path):
            if header_only:
                schema = pl.scan_parquet(path, glob=False, hive_partitioning=False).collect_schema()
                return pl.DataFrame(schema=schema)
            return pl.read_parquet(path, glob=False, hive_partitioning=False)
        return pl.read_csv(path, infer_schema=False, n_rows=0 if header_only else None, glob=False)
    except pl.exceptions.NoDataError:
        raise InputError(f"{path}: is empty; download it again") from None
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise InputError(f"{path}: cannot be read ({first}); download it again") from error


def _no_games() -> pl.DataFrame:
    return pl.DataFrame(schema={"game_date": pl.Date, "pair": pl.String})


@dataclass(frozen=True)
class Given:
    """What a command knows besides the file itself.

    Attributes:
        report_hour: Eastern hour of injury reports that do not name one.
        games: Returns `game_date` and `pair` of every game in the lake and in the schedules read so far.
    """

    report_hour: int | None = None
    games: Callable[[], pl.DataFrame] = _no_games


@dataclass(frozen=True)
class Columns:
    """Typed access to the columns of one file.

    Attributes:
        path: The file, for messages.
        frame: Its rows.
        given: What the command knows besides.
    """

    path: Path
    frame: pl.DataFrame
    given: Given = field(default_factory=Given)

    def only(self, *names: str) -> list[str]:
        """Return those of some columns that the file has."""
        return [name for name in names if name in self.frame.columns]

    def text(self, name: str) -> pl.Series:
        """Return a column as text without white space around it; empty, NaN and infinity are NULL.

        Raises:
            InputError: The type of the column has no text.
        """
        values = self.frame[name]
        if values.dtype == pl.Null:
            return values.cast(pl.String)
        if values.dtype.is_float():
            values = values.set(~values.is_finite().fill_null(True), None)
        if not isinstance(values.dtype, pl.String):
            try:
                values = values.cast(pl.String)
            except pl.exceptions.PolarsError:
                where = f"{self.path}: column {name}"
                raise InputError(f"{where}: {values.dtype} is no text; mend the file or leave it out") from None
        clean = values.str.strip_chars()
        empty = clean.str.to_lowercase().is_in(list(NO_VALUE))
        return clean.set(empty.fill_null(True), None)

    def integer(self, name: str) -> pl.Series:
        """Return a column as whole numbers; `12.0` is one, `12.5` and words are not.

        Raises:
            InputError: A value is no whole number.
        """
        values = self.frame[name]
        if values.dtype.is_signed_integer():
            return values.cast(pl.Int64)
        numbers = self._numbers(name)
        whole = numbers.round(0).cast(pl.Int64, strict=False)
        self._refuse(name, (whole.cast(pl.Float64) != numbers).fill_null(numbers.is_not_null()), "a whole number")
        return whole

    def flag(self, name: str) -> pl.Series:
        """Return a column as truth values: booleans, 0 and 1, or the words true and false.

        Raises:
            InputError: A value is none of these.
        """
        values = self.frame[name]
        if values.dtype == pl.Boolean:
            return values
        words = self.text(name).str.to_lowercase()
        meaning = {"true": True, "1": True, "1.0": True, "false": False, "0": False, "0.0": False}
        flags = words.replace_strict(meaning, default=None, return_dtype=pl.Boolean)
        self._refuse(name, flags.is_null() & words.is_not_null(), "true or false")
        return flags

    def number(self, name: str) -> pl.Series:
        """Return a column as numbers; NaN and infinity are NULL.

        Raises:
            InputError: A value is no number.
        """
        return self._numbers(name)

    def day(self, name: str) -> pl.Series:
        """Return a column as dates: `2021-10-20`, `20211020`, `10-20-2021`, `10/20/2021`; a time part is cut off.

        What is none of these is NULL.
        """
        values = self.frame[name]
        if values.dtype == pl.Date:
            return values
        if isinstance(values.dtype, pl.Datetime):
            return values.dt.date()
        texts = pl.DataFrame({"text": self.text(name)}).with_columns(
            pl.col("text").str.extract(r"^([0-9/-]+)(?:\.0|[T ].*)?$")
        )
        formats = ("%Y-%m-%d", "%Y%m%d", "%m-%d-%Y", "%m/%d/%Y")
        read = [pl.col("text").str.to_date(form, strict=False, exact=True) for form in formats]
        return texts.select(pl.coalesce(read)).to_series()

    def game_id(self, name: str) -> pl.Series:
        """Return a column of game ids; whole numbers are padded to ten digits."""
        ids = self.text(name).str.replace(r"^([0-9]+)\.0$", "${1}")
        short = ids.str.contains(r"^[0-9]{1,9}$").fill_null(False)
        return ids.zip_with(~short, ids.str.zfill(10))

    def _numbers(self, name: str) -> pl.Series:
        values = self.frame[name]
        if values.dtype.is_numeric() or values.dtype == pl.Null:
            numbers = values.cast(pl.Float64)
        else:
            texts = self.text(name)
            numbers = texts.cast(pl.Float64, strict=False)
            self._refuse(name, numbers.is_null() & texts.is_not_null(), "a number")
        return numbers.set(~numbers.is_finite().fill_null(True), None)

    def _refuse(self, name: str, bad: pl.Series, wanted: str) -> None:
        if bad.any():
            row = bad.arg_true()[0]
            value = self.frame[name][row]
            where = f"{self.path}: column {name}, data row {row + 1}"
            raise InputError(f"{where}: {value!r} is not {wanted}; mend the file or leave it out")
