"""The parts of a split as a user writes them."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from nbaproc.errors import UsageError
from nbaproc.training.parts import in_gap, part_of, read_split
from tests.training.made import PLAYED, SEASONS, days_from


def spans(text: str, gap: int = 0) -> list[tuple[str, date, date, date]]:
    return [(part.name, part.first, part.last, part.kept) for part in read_split(text, PLAYED, gap)]


def test_parts_are_named_by_how_many_there_are() -> None:
    assert [part[0] for part in spans("2021-22")] == ["train"]
    assert [part[0] for part in spans("2021-22/2022-23")] == ["train", "test"]
    assert [part[0] for part in spans("2021-22/2022-23/2023-24")] == ["train", "validation", "test"]


def test_a_season_lies_between_its_first_and_its_last_played_date() -> None:
    ends = [(days[0], days[-1]) for days in SEASONS.values()]
    assert [part[1:3] for part in spans("2021-22/2022-23/2023-24")] == ends
    assert [part[1:3] for part in spans(" 2021-22..2022-23 / 2023-24 ")] == [(ends[0][0], ends[1][1]), ends[2]]


def test_dates_are_taken_as_they_are_written() -> None:
    assert spans("2021-12-25..2022-01-31/2022-02-01..2022-02-01") == [
        ("train", date(2021, 12, 25), date(2022, 1, 31), date(2022, 1, 31)),
        ("test", date(2022, 2, 1), date(2022, 2, 1), date(2022, 2, 1)),
    ]


@pytest.mark.parametrize(
    ("gap", "kept"),
    [(0, date(2022, 1, 31)), (1, date(2022, 1, 30)), (7, date(2022, 1, 24))],
)
def test_a_gap_is_cut_off_the_end_of_the_part_before(gap: int, kept: date) -> None:
    text = "2021-10-19..2022-01-31/2022-02-01..2022-03-01/2022-03-02..2022-04-10"
    parts = spans(text, gap)
    assert parts[0][3] == kept
    assert parts[2][3] == date(2022, 4, 10)


def test_days_between_two_parts_count_towards_the_gap() -> None:
    assert spans("2021-10-19..2022-01-31/2022-02-08..2022-03-01", gap=7)[0][3] == date(2022, 1, 31)
    assert spans("2021-10-19..2022-01-31/2022-02-08..2022-03-01", gap=9)[0][3] == date(2022, 1, 29)
    assert spans("2021-22/2022-23", gap=100)[0][3] == date(2022, 6, 16)


def test_a_date_is_in_one_part_or_in_none() -> None:
    parts = read_split("2021-10-19..2021-10-25/2021-10-28..2021-10-30", PLAYED, gap=4)
    days = pl.DataFrame({"game_date": days_from(date(2021, 10, 18), 14)})
    found = days.select(part_of(parts).alias("part"), gap=in_gap(parts))
    assert found["part"].to_list() == [None, *["train"] * 7, None, None, *["test"] * 3, None]
    assert [str(day) for day in days.filter(found["gap"])["game_date"]] == ["2021-10-24", "2021-10-25"]
    assert [day.day for day in days["game_date"] if parts[0].has(day)] == [19, 20, 21, 22, 23]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2021-22/2022-23/2023-24/2024-25", "has 4 parts"),
        ("", "'' is neither seasons nor dates"),
        ("2021-22/", "'' is neither seasons nor dates"),
        ("2021/2022", "'2021' is neither seasons nor dates"),
        ("2021-22,2022-23", "neither seasons nor dates"),
        ("2021-10-19", "'2021-10-19' is neither seasons nor dates"),
        ("2021-10-19..2022-23", "neither seasons nor dates"),
        ("2021-22..2022-23..2023-24", "neither seasons nor dates"),
        ("2021-10-19..2021-02-30", "has a date that is none"),
        ("2021-23", "2021-23 is no season; 2021-22 is one"),
        ("2019-20/2021-22", "no date of 2019-20 was played; seasons with played dates: 2021-22, 2022-23, 2023-24"),
        ("2022-23..2021-22", "ends before it begins"),
        ("2022-04-10..2021-10-19", "ends before it begins"),
        ("2021-22/2021-22", "train (2021-10-19 to 2022-06-16) and test (2021-10-19 to 2022-06-16) overlap"),
        ("2021-22..2022-23/2022-23", "overlap"),
        ("2021-10-19..2022-02-01/2022-02-01..2022-04-10", "overlap"),
        ("2022-23/2021-22", "are out of order"),
        (
            "2021-22/2023-24/2022-23",
            "validation (2023-10-24 to 2024-06-17) and test (2022-10-18 to 2023-06-12) are out",
        ),
    ],
)
def test_what_is_no_split_is_refused_with_what_to_write(text: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_split(text, PLAYED)
    message = str(caught.value)
    assert words in message
    assert "\n" not in message
    assert any(
        remedy in message for remedy in ("write seasons", "is one", "there", "swap", "lies after", "seasons with")
    )


def test_a_gap_that_leaves_nothing_of_a_part_is_refused() -> None:
    with pytest.raises(UsageError, match=r"--gap 30 leaves nothing of validation .*shorten"):
        read_split("2021-10-19..2021-12-31/2022-01-01..2022-01-30/2022-01-31..2022-02-28", PLAYED, gap=30)


def test_a_lake_without_played_dates_says_so() -> None:
    with pytest.raises(UsageError, match="seasons with played dates: none"):
        read_split("2021-22", [])
