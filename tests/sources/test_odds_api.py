from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from nbaproc.errors import InputError
from nbaproc.lake import Lake
from nbaproc.sources.ingest import Report, ingest_nba_api, ingest_odds_api
from tests.sources.downloads import LATE, OPENER, files, person, player_log, raw, write, write_json
from tests.sources.feeds import event, points, props_table, snapshot, spreads, totals

PROPS, LINES = "odds_api_player_points_props", "odds_api_game_lines"
ABEL = person("BKN", 0)[1]


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


@pytest.fixture
def take(lake: Lake, tmp_path: Path) -> Callable[[Any], Report]:
    return lambda content: ingest_odds_api(lake, [write_json(content, tmp_path / "response.json.gz")])


# Tables of props.


def test_points_are_stored_and_other_markets_counted(lake: Lake, tmp_path: Path) -> None:
    report = ingest_nba_api(lake, [write(props_table(OPENER), tmp_path / "p.csv")])
    row = raw(lake, PROPS).filter(player_name=ABEL, bookmaker="bovada").row(0, named=True)
    assert report.tally.counts["other_market", "player_rebounds"] == 1
    assert raw(lake, PROPS).height == 8
    assert (row["game_date"], row["away_team_abbr"], row["home_team_abbr"]) == (OPENER.day, "BKN", "MIL")
    assert (row["player_lookup"], row["points_line"], row["bookmaker_last_update"]) == ("abelbknson", 20.5, None)
    assert row["game_start_time"] == datetime(2021, 10, 19, 23, 40, tzinfo=UTC)


def test_the_time_in_the_name_of_the_snapshot_is_eastern(lake: Lake, tmp_path: Path) -> None:
    ingest_nba_api(lake, [write(props_table(OPENER), tmp_path / "p.parquet")])
    assert raw(lake, PROPS)["snapshot_timestamp"].unique().to_list() == [datetime(2021, 10, 19, 21, 0, tzinfo=UTC)]


def test_a_game_after_midnight_utc_is_of_the_eastern_date(lake: Lake, tmp_path: Path) -> None:
    ingest_nba_api(lake, [write(props_table(OPENER, game_time="2021-10-20T02:10:00Z"), tmp_path / "p.csv")])
    assert raw(lake, PROPS)["game_date"].unique().to_list() == [OPENER.day]


def test_alternate_lines_are_kept_and_counted(lake: Lake, tmp_path: Path) -> None:
    rows = pl.concat([props_table(OPENER), props_table(OPENER, line=25.5).filter(pl.col("bookmaker") == "bovada")])
    report = ingest_nba_api(lake, [write(rows, tmp_path / "p.csv")])
    assert report.tally.counts["alternate_lines", PROPS] == 4
    assert report.tally.samples["alternate_lines", PROPS][0] == "2021-10-19 Abel Bknson bovada 25.5"
    assert raw(lake, PROPS).height == 12


@pytest.mark.parametrize(
    ("change", "count"),
    [
        ({"game_time": "2021-10-19T23:40:00"}, "time_without_zone"),
        ({"game_time": "2021-10-19 23:40"}, "time_without_zone"),
        ({"game_time": "tonight"}, "bad_time"),
        ({"line": None}, "prop_without_line"),
        ({"line": 0.0}, "prop_without_line"),
        ({"bookmaker": None}, "prop_without_book"),
        ({"source_file": "today.csv"}, "prop_without_time"),
        ({"game": "Seattle SuperSonics @ Milwaukee Bucks"}, "unknown_team"),
        ({"game": "Milwaukee Bucks"}, "unknown_team"),
        ({"player": None}, "missing_value"),
    ],
)
def test_a_row_that_says_too_little_is_named_and_dropped(
    change: dict[str, Any], count: str, lake: Lake, tmp_path: Path
) -> None:
    rows = pl.concat([props_table(OPENER), props_table(LATE, **change)], how="diagonal_relaxed")
    report = ingest_nba_api(lake, [write(rows, tmp_path / "p.parquet")])
    assert report.tally.counts[count, PROPS] == 8
    assert len(report.tally.samples[count, PROPS]) == 8
    assert raw(lake, PROPS).height == 8


def test_a_parquet_time_without_a_zone_is_no_instant(lake: Lake, tmp_path: Path) -> None:
    bare = props_table(OPENER).with_columns(game_time=pl.datetime(2021, 10, 19, 23, 40))
    with pytest.raises(InputError, match="8 time_without_zone"):
        ingest_nba_api(lake, [write(bare.filter(market="player_points"), tmp_path / "p.parquet")])


def test_overlapping_files_in_any_order_are_one_set(lake: Lake, tmp_path: Path) -> None:
    one, two = (write(props_table(*games), tmp_path / f"{len(games)}.csv") for games in ((OPENER,), (OPENER, LATE)))
    other = Lake(tmp_path / "other")
    ingest_nba_api(lake, [one, two])
    for path in (two, one, two):
        ingest_nba_api(other, [path])
    assert raw(lake, PROPS).height == 16
    assert files(lake.root) == files(other.root)


def test_a_later_file_counts_what_was_there(lake: Lake, tmp_path: Path) -> None:
    ingest_odds_api(lake, [write(props_table(OPENER), tmp_path / "p.csv")])
    stored = ingest_odds_api(lake, [write(props_table(OPENER, LATE), tmp_path / "q.csv")]).tables[PROPS]
    assert (stored.new, stored.unchanged, stored.restated) == (8, 8, 0)


# Responses.


@pytest.mark.parametrize(
    "wrap",
    [
        lambda one: snapshot(one),
        lambda one: snapshot([one]),
        lambda one: [snapshot(one)],
    ],
)
def test_a_historical_response_is_seen_at_its_own_time(
    wrap: Callable[[Any], Any], lake: Lake, take: Callable[[Any], Report]
) -> None:
    take(wrap(event(OPENER, spreads(OPENER), totals(OPENER))))
    rows = raw(lake, LINES)
    assert rows.height == 4
    assert rows["snapshot_timestamp"].unique().to_list() == [datetime(2021, 10, 19, 20, 6, tzinfo=UTC)]
    assert rows["commence_time"].unique().to_list() == [datetime(2021, 10, 19, 23, 40, tzinfo=UTC)]
    assert rows.select("game_date", "home_team_abbr", "away_team_abbr").unique().rows() == [(OPENER.day, "MIL", "BKN")]


@pytest.mark.parametrize("wrap", [lambda one: one, lambda one: [one]])
def test_a_bare_response_is_seen_when_the_market_was_updated(
    wrap: Callable[[Any], Any], lake: Lake, take: Callable[[Any], Report]
) -> None:
    take(wrap(event(OPENER, spreads(OPENER))))
    assert raw(lake, LINES)["snapshot_timestamp"].unique().to_list() == [datetime(2021, 10, 19, 20, 5, tzinfo=UTC)]


def test_a_market_without_an_update_takes_that_of_its_book(lake: Lake, take: Callable[[Any], Report]) -> None:
    take(event(OPENER, spreads(OPENER, last_update=None)))
    assert raw(lake, LINES)["snapshot_timestamp"].unique().to_list() == [datetime(2021, 10, 19, 20, 0, tzinfo=UTC)]


def test_props_and_lines_of_one_response_go_to_their_tables(lake: Lake, take: Callable[[Any], Report]) -> None:
    report = take(
        snapshot(event(OPENER, points(OPENER, (ABEL, 24.5)), spreads(OPENER), {"key": "h2h", "outcomes": [{}]}))
    )
    assert sorted((t.table, t.rows) for t in report.taken) == [(LINES, 2), (PROPS, 1)]
    row = raw(lake, PROPS).row(0, named=True)
    assert (row["player_name"], row["points_line"], row["bookmaker"]) == (ABEL, 24.5, "draftkings")
    assert row["bookmaker_last_update"] == datetime(2021, 10, 19, 20, 5, tzinfo=UTC)
    assert report.tally.counts["other_market", "h2h"] == 1


def test_a_line_without_a_team_is_named_and_dropped(lake: Lake, take: Callable[[Any], Report]) -> None:
    strange = spreads(OPENER)
    strange["outcomes"][0]["name"] = "Seattle SuperSonics"
    report = take(snapshot(event(OPENER, strange, totals(OPENER))))
    assert report.tally.counts == {("line_without_team", LINES): 1}
    assert "Seattle SuperSonics" in report.tally.samples["line_without_team", LINES][0]
    assert raw(lake, LINES).height == 3


@pytest.mark.parametrize("time", ["2021-10-19T20:06:00", "2021-10-19 20:06:00", "2021-10-19"])
def test_a_clock_without_a_zone_is_named(time: str, lake: Lake, take: Callable[[Any], Report]) -> None:
    with pytest.raises(InputError, match=r"without a usable row .*2 time_without_zone"):
        take(snapshot(event(OPENER, spreads(OPENER)), time))
    assert not lake.root.exists()


@pytest.mark.parametrize("time", ["2021-10-19T16:06:00-04:00", "2021-10-19T16:06:00-0400", "2021-10-19 20:06:00 UTC"])
def test_any_zone_is_read(time: str, lake: Lake, take: Callable[[Any], Report]) -> None:
    take(snapshot(event(OPENER, spreads(OPENER)), time))
    assert raw(lake, LINES)["snapshot_timestamp"].unique().to_list() == [datetime(2021, 10, 19, 20, 6, tzinfo=UTC)]


@pytest.mark.parametrize("content", [{}, [], {"data": []}, {"data": {"id": 1}}, [1], {"game": {}}])
def test_json_of_another_kind_is_no_response(content: Any, take: Callable[[Any], Report]) -> None:
    with pytest.raises(InputError, match=r"response\.json\.gz: no response of The Odds API"):
        take(content)


def test_a_broken_response_is_one_line(take: Callable[[Any], Report]) -> None:
    with pytest.raises(InputError, match="bookmakers is no list of objects"):
        take(event(OPENER) | {"bookmakers": {}})


def test_a_table_of_another_kind_is_sent_to_its_command(lake: Lake, tmp_path: Path) -> None:
    path = write(player_log(OPENER), tmp_path / "log.csv")
    with pytest.raises(InputError, match=r"player game log: take it with `nbaproc ingest nba-api`"):
        ingest_odds_api(lake, [path])


# Names.


def test_names_of_nobody_are_listed_with_the_closest(lake: Lake, tmp_path: Path) -> None:
    ingest_nba_api(lake, [write(player_log(OPENER), tmp_path / "log.csv")])
    rows = props_table(OPENER).with_columns(pl.col("player").replace("Abel Bknson", "Able Bknson"))
    report = ingest_odds_api(lake, [write(rows, tmp_path / "p.csv")])
    assert [(u.season, u.name, u.rows, u.closest[0]) for u in report.unmatched] == [
        ("2021-22", "Able Bknson", 2, "Abel Bknson (BKN)")
    ]
    assert report.tally.counts["unmatched_name", PROPS] == 1


@pytest.mark.parametrize("name", ["ABEL BKNSON", "Ábel Bknson", "Abel Bknson Jr."])
def test_accents_and_suffixes_are_no_other_person(name: str, lake: Lake, tmp_path: Path) -> None:
    ingest_nba_api(lake, [write(player_log(OPENER), tmp_path / "log.csv")])
    rows = props_table(OPENER).with_columns(pl.col("player").replace("Abel Bknson", name))
    assert not ingest_odds_api(lake, [write(rows, tmp_path / "p.csv")]).unmatched


def test_an_alias_mends_a_name(lake: Lake, tmp_path: Path) -> None:
    aliases = pl.DataFrame({"alias_lookup": ["ablebknson"], "nba_canonical_lookup": ["abelbknson"]})
    ingest_nba_api(lake, [write(player_log(OPENER), tmp_path / "a.csv"), write(aliases, tmp_path / "b.csv")])
    rows = props_table(OPENER).with_columns(pl.col("player").replace("Abel Bknson", "Able Bknson"))
    assert not ingest_odds_api(lake, [write(rows, tmp_path / "p.csv")]).unmatched


def test_a_season_without_players_is_said_once(lake: Lake, tmp_path: Path) -> None:
    report = ingest_odds_api(lake, [write(props_table(OPENER), tmp_path / "p.csv")])
    assert not report.unmatched
    assert report.tally.counts["names_not_checked", PROPS] == 8
    assert report.tally.samples["names_not_checked", PROPS] == [
        "2021-22: no box score and no player list yet, 4 names not checked"
    ]


# The real files.


def test_real_props_are_stored_and_counted(real_ingest: tuple[Lake, Report]) -> None:
    lake, report = real_ingest
    rows = raw(lake, PROPS)
    assert rows.select("game_date", "player_name").n_unique() == 5105
    assert rows["bookmaker"].n_unique() == 8
    assert report.tally.counts["alternate_lines", PROPS] == 30_208
    other = {market: n for (name, market), n in report.tally.counts.items() if name == "other_market"}
    assert (len(other), sum(other.values())) == (8, 237_251 - 65_548)


def test_real_names_of_nobody(real_ingest: tuple[Lake, Report]) -> None:
    names = {u.name: u.closest for u in real_ingest[1].unmatched if u.table == PROPS}
    assert sorted(names) == [
        "Carlton Carrington",
        "Herb Jones",
        "Nicolas Claxton",
        "Ron Holland",
        "Vincent Williams Jr",
    ]
    assert names["Nicolas Claxton"][0] == "Nic Claxton (BKN)"
    assert names["Carlton Carrington"] == ("Bub Carrington (WAS)",)


def test_real_responses_are_routed_by_their_markets(real_data: Path, lake: Lake) -> None:
    paths = sorted((real_data / "public" / "samples").glob("oddsa_*.json.gz"))
    report = ingest_odds_api(lake, paths)
    assert [(t.table, t.rows) for t in report.taken] == [(LINES, 8)] * 2
    rows = raw(lake, LINES)
    assert rows.height == 8
    atlanta = rows.filter(outcome_name="Atlanta Hawks").sort("bookmaker_key")
    assert atlanta.select("bookmaker_key", "outcome_point").rows() == [("draftkings", 6.5), ("fanduel", 7.5)]
    assert rows["game_date"].unique().to_list() == [datetime(2024, 1, 24, tzinfo=UTC).date()]


def test_real_tables_in_the_warehouse_shape(real_data: Path, lake: Lake) -> None:
    folder = real_data / "bigquery_raw"
    report = ingest_odds_api(lake, [folder / f"{LINES}.parquet", folder / f"{PROPS}.parquet"])
    assert {t.table: t.rows for t in report.taken} == {LINES: 20_160, PROPS: 16_047}
    assert raw(lake, LINES)["processed_at"].null_count() == 0
