"""What became of every row: each dropped row counted once, and what the reader's own filters would drop."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import polars as pl
import pytest

from nbaproc.calendar import season_text
from nbaproc.training.dataset import join
from nbaproc.training.filters import DROPS, OUTSIDE, WOULD_DROP, WRITTEN, count, fate
from nbaproc.training.parts import WHOLE, Part, read_split
from tests.training.made import HELD, PLAYED, PLAYERS, SEASONS, UNPLAYED, label_rows, store_rows

STORE = store_rows([*HELD, UNPLAYED])
LABELS = label_rows()
#: A score that a row has: it is good enough.
EXACT = STORE["feature_quality_score"].sort()[60]
ALL = [Part(WHOLE, PLAYED[0], UNPLAYED, UNPLAYED)]
SPLITS = [
    ALL,
    read_split("2021-22/2022-23/2023-24", PLAYED),
    read_split("2021-10-19..2022-01-31/2022-02-01..2022-06-30", PLAYED, gap=3),
    read_split("2021-11-03..2023-01-31/2023-02-01..2024-06-30", PLAYED, gap=1),
]


@pytest.mark.parametrize("parts", SPLITS, ids=lambda parts: f"{len(parts)} from {parts[0].first}")
@pytest.mark.parametrize("quality", [None, 0.0, 55.5, EXACT], ids=["none", "0", "between", "a score"])
def test_counts_are_those_of_a_loop_over_the_rows(parts: list[Part], quality: float | None) -> None:
    labels = {(row["game_date"], row["player_lookup"]): row for row in LABELS.to_dicts()}
    wanted: Counter[tuple[str, str, str]] = Counter()
    for row in STORE.to_dicts():
        day = row["game_date"]
        part = next((p for p in parts if p.first <= day <= p.last), None)
        label = labels.pop((day, row["player_lookup"]), None)
        place = (part.name if part else OUTSIDE, season_text(row["season_year"]))
        score = row["feature_quality_score"]
        wanted[(*place, "feature_rows")] += 1
        if part is None:
            wanted[(*place, "outside_split")] += 1
        elif day > part.kept:
            wanted[(*place, "gap")] += 1
        elif label is None:
            wanted[(*place, "no_label")] += 1
        elif quality is not None and score < quality:
            wanted[(*place, "min_quality")] += 1
        else:
            wanted[(*place, "written")] += 1
            wanted[(*place, "y_played")] += not label["y_played"]
            wanted[(*place, "is_training_ready")] += not row["is_training_ready"]
            wanted[(*place, "training_ready")] += label["y_played"] and row["is_training_ready"]
            wanted[(*place, "would be below")] += score < (70 if quality is None else quality)
    for (day, _), label in labels.items():
        part = next((p for p in parts if p.first <= day <= p.last), None)
        place = (part.name if part else OUTSIDE, season_text(label["season_year"]))
        wanted[(*place, "played_without_features")] += label["y_played"]

    found = count(STORE, LABELS, parts, quality)
    assert {entry[:2] for entry in wanted} >= {(entry["part"], entry["season"]) for entry in found}
    total = 0
    for entry in found:
        place = (entry["part"], entry["season"])
        got = {name: entry[name] for name in ("feature_rows", "written", "training_ready", "played_without_features")}
        got |= entry["dropped"]
        got |= {"would be below" if name == "min_quality" else name: n for name, n in entry["would_drop"].items()}
        assert got == {name: wanted[(*place, name)] for name in got}
        assert entry["feature_rows"] == entry["written"] + sum(entry["dropped"].values())
        assert (list(entry["dropped"]), list(entry["would_drop"])) == (list(DROPS), list(WOULD_DROP))
        total += entry["feature_rows"]
    assert total == STORE.height


@pytest.mark.parametrize("parts", SPLITS, ids=lambda parts: f"{len(parts)} from {parts[0].first}")
def test_what_is_counted_as_written_is_what_is_written(parts: list[Part]) -> None:
    rows = join(STORE, LABELS)
    rows = rows.filter(fate(parts, 40.0, pl.lit(True)) == WRITTEN)
    assert rows.height == sum(entry["written"] for entry in count(STORE, LABELS, parts, 40.0))
    assert 0 < rows.height < len(HELD) * len(PLAYERS)


def test_counts_come_by_part_and_season_in_order() -> None:
    found = count(STORE, LABELS, SPLITS[2], None)
    places = [(entry["part"], entry["season"]) for entry in found]
    assert places == [("train", "2021-22"), ("test", "2021-22"), (OUTSIDE, "2022-23"), (OUTSIDE, "2023-24")]
    # 31 January lies in the gap of three days before the test part.
    assert found[0]["dropped"]["gap"] == len(PLAYERS)
    assert SEASONS[2021][3] > SPLITS[2][0].kept >= SEASONS[2021][3] - timedelta(days=3)
