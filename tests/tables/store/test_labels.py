"""ml_labels: one row for every row of the player summary, copied (feature store 13), and read by no feature."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given

from nbaproc.canonical import row_hashes
from nbaproc.run.engines import POLARS, REFERENCE, StageRun, compute
from nbaproc.tables import FEATURES, GAMES, declarations, with_inputs
from tests.tables.compare import PGS, Raw, differences, records, rows
from tests.tables.leagues import League, examples, leagues
from tests.tables.made_up import DAY, frames, made_up_game, of, pick
from tests.tables.store.world import LABELS_TABLE
from tests.tables.upcoming.world import Row

VALUES = ("y_played", "y_points", "y_minutes", "y_rebounds", "y_assists", "y_threes", "y_usage_rate")
KEYS = ("game_date", "season_year", "player_lookup", "game_id", "team_abbr")
BOOK, BOX = "nbac_gamebook_player_stats", "nbac_player_boxscores"


def run(engine: str, raw: Raw, *dates: date) -> StageRun:
    """Compute the labels and what they are made of; an engine that fails fails the test."""
    stage = compute(engine, [LABELS_TABLE], raw, dates)
    for name, table in stage.tables.items():
        assert table.frame is not None, f"{engine} {name}: {table.error}{table.blocked_by}"
    return stage


def labels_of(engine: str, table: str, mate: Row | None = None, **changes: object) -> tuple[Row, Row]:
    """The labels and the summary of a player of the made-up game, with something changed in a source.

    What he lacks of his team's points and minutes a team-mate has more.
    """
    raw = made_up_game(table)
    of(raw[table], "player_lookup", "bosalpha").update(changes)
    of(raw[table], "player_lookup", "bosbravo").update(mate or {})
    stage = run(engine, frames(raw), DAY)
    found = (rows(stage, name).to_dicts() for name in (LABELS_TABLE, PGS))
    one, other = (of(frame, "player_lookup", "bosalpha") for frame in found)
    return one, other


# What a row says.


def test_labels_of_a_player_who_played(engine: str) -> None:
    row, summary = labels_of(engine, BOOK, minutes="33:12", points=11, three_pointers_made=1)
    assert pick(row, *KEYS) == (DAY, 2021, "bosalpha", "20211115_BOS_NYK", "BOS")
    assert pick(row, *VALUES[:-1]) == (True, 11, summary["minutes_played"], 4, 2, 1)
    assert row["y_minutes"] == 33.2
    assert row["y_usage_rate"] == summary["usage_rate"]
    assert row["y_usage_rate"] is not None


def test_labels_of_a_player_who_sat_out(engine: str) -> None:
    row, summary = labels_of(engine, BOOK, player_status="dnp", minutes=None, points=None)
    assert summary["is_dnp"] is True
    assert pick(row, *VALUES) == (False, None, None, None, None, None, None)


@pytest.mark.parametrize(
    ("minutes", "points", "played"),
    [("0", 0, False), ("0", 2, True), ("1", 0, True), (None, 0, False), (None, 3, True)],
)
def test_who_took_part(engine: str, minutes: str | None, points: int, played: bool) -> None:
    """Minutes or points above 0; the summary keeps his row whatever he did."""
    mate: Row = {"points": 22 - points, "minutes": str(48 - int(minutes or 0))}
    row, summary = labels_of(engine, BOX, mate, minutes=minutes, points=points)
    assert pick(row, "y_played", "y_points", "y_minutes") == (played, points, summary["minutes_played"])


@pytest.mark.parametrize("unknown", ["offensive_rebounds", "defensive_rebounds"])
def test_rebounds_are_unknown_if_either_part_is(engine: str, unknown: str) -> None:
    row, summary = labels_of(engine, BOOK, **{unknown: None})
    assert summary[unknown] is None
    assert row["y_rebounds"] is None


# Every row, on both engines.


@given(leagues())
@examples(4)
def test_labels_are_the_rows_of_the_summary_in_any_league(league: League) -> None:
    one, other = (run(engine, league.raw, *league.dates) for engine in (POLARS, REFERENCE))
    table = declarations()[LABELS_TABLE]
    for name in (LABELS_TABLE, PGS):
        assert not differences(rows(one, name), rows(other, name), declarations()[name].key)
    labels, summary = (rows(one, name) for name in (LABELS_TABLE, PGS))
    assert labels["data_hash"].equals(row_hashes(labels, table.hashed))
    assert [records(stage, LABELS_TABLE).height for stage in (one, other)] == [0, 0]
    assert [*map(expected, summary.to_dicts())] == labels.drop("data_hash").to_dicts()


def expected(row: Row) -> Row:
    """The labels that a row of the summary gives."""
    points, parts = row["points"], (row["offensive_rebounds"], row["defensive_rebounds"])
    active = not row["is_dnp"] and points is not None
    return {
        **{key: row[key] for key in KEYS},
        "y_played": active and ((row["minutes_played"] or 0) > 0 or points > 0),
        "y_points": points,
        "y_minutes": row["minutes_played"],
        "y_rebounds": None if None in parts else sum(parts),
        "y_assists": row["assists"],
        "y_threes": row["three_pt_makes"],
        "y_usage_rate": row["usage_rate"],
    }


@given(leagues(most=4))
@examples(2)
def test_each_date_of_the_labels_is_what_it_is_beside_the_others(league: League) -> None:
    whole = rows(run(POLARS, league.raw, *league.dates), LABELS_TABLE)
    for day in league.dates:
        assert rows(run(POLARS, league.raw, day), LABELS_TABLE).equals(whole.filter(game_date=day))


# Where they stand.


def test_no_table_of_features_reads_the_labels() -> None:
    """Neither as an input, nor as history, nor to know who has a row, nor as something of the same stage."""
    features = {name: table for name, table in declarations().items() if table.stage == FEATURES}
    assert "ml_feature_store_v2" in features
    for name, table in features.items():
        read = {*table.inputs, *table.reads, *table.members, *(history for history, _ in table.history)}
        assert LABELS_TABLE not in read, name
        assert LABELS_TABLE not in with_inputs([name])
    readers = [name for name, table in declarations().items() if LABELS_TABLE in table.inputs]
    assert readers == []


def test_labels_are_made_of_the_summary_alone_on_every_date() -> None:
    table = declarations()[LABELS_TABLE]
    assert (table.stage, table.inputs, table.reads, table.history, table.early) == (GAMES, (PGS,), (), (), False)
    assert table.key == ("game_date", "player_lookup")
