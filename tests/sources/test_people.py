from datetime import date
from itertools import permutations
from pathlib import Path

import polars as pl
import pytest

from nbaproc.lake import Lake
from nbaproc.raw.contract import RAW_TABLES
from nbaproc.sources.fixtures import FIXTURES
from nbaproc.sources.ingest import Report, ingest_nba_api
from nbaproc.sources.people import PLAYER_LISTS
from tests.sources.downloads import NOVEMBER, OPENER, files, league_schedule, person, player_log, raw, write
from tests.sources.feeds import fixture_list

REGISTRY, ROSTERS = "nba_players_registry", "espn_team_rosters"
ABEL, BORIS = person("BKN", 0), person("BKN", 1)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def births(*people: tuple[int, str, str]) -> pl.DataFrame:
    return pl.DataFrame(people, schema=["player_id", "full_name", "birthdate"], orient="row")


def info(*people: tuple[int, str, str]) -> pl.DataFrame:
    frame = pl.DataFrame(people, schema=["person_id", "display_first_last", "birthdate"], orient="row")
    return frame.with_columns(first_name=pl.lit("x"), last_name=pl.lit("y"))


def index(*people: tuple[int, str, str, str, str]) -> pl.DataFrame:
    names = ["PERSON_ID", "PLAYER_FIRST_NAME", "PLAYER_LAST_NAME", "TEAM_ABBREVIATION", "TO_YEAR"]
    return pl.DataFrame(people, schema=names, orient="row")


def born(lake: Lake) -> dict[int, date | None]:
    return dict(raw(lake, REGISTRY).select("nba_player_id", "birth_date").iter_rows())


def test_birth_dates_come_by_person_id(lake: Lake, tmp_path: Path) -> None:
    ingest_nba_api(lake, [write(player_log(OPENER), tmp_path / "log.csv")])
    lists = births((ABEL[0], "Somebody Else", "1990-02-28"), (77, "Nobody Here", "1950-01-01"))
    ingest_nba_api(lake, [write(lists, tmp_path / "births.csv")])
    assert born(lake)[ABEL[0]] == date(1990, 2, 28)
    assert born(lake)[BORIS[0]] is None
    assert raw(lake, REGISTRY).height == 16


def test_of_two_lists_the_more_trusted_one_wins_in_any_order(tmp_path: Path) -> None:
    paths = [
        write(player_log(OPENER), tmp_path / "log.csv"),
        write(births((ABEL[0], "Abel Bknson", "1990-02-28")), tmp_path / "births.csv"),
        write(
            info((ABEL[0], "Abel Bknson", "1900-01-01 00:00:00"), (BORIS[0], "Boris Bknson", "1991-05-05T00:00:00")),
            tmp_path / "info.csv",
        ),
        write(index((77, "Nobody", "Here Jr.", "BKN", "2021")), tmp_path / "index.csv"),
    ]
    found = []
    for place, order in enumerate(list(permutations(paths))[::5]):
        lake = Lake(tmp_path / str(place))
        for path in order:
            ingest_nba_api(lake, [path])
        assert (born(lake)[ABEL[0]], born(lake)[BORIS[0]]) == (date(1990, 2, 28), date(1991, 5, 5))
        found.append(files(lake.root))
    assert all(one == found[0] for one in found)


def test_a_list_with_team_and_season_registers_who_has_not_played(lake: Lake, tmp_path: Path) -> None:
    write(player_log(OPENER), tmp_path / "in" / "log.csv")
    write(index((5, "Abel", "Bknson", "phx", "2021"), (ABEL[0], "Abe", "B.", "LAL", "2021")), tmp_path / "in" / "i.csv")
    ingest_nba_api(lake, [tmp_path / "in"])
    rows = raw(lake, REGISTRY).filter(player_lookup="abelbknson").sort("team_abbr")
    assert rows.select("team_abbr", "season", "universal_player_id").rows() == [
        ("BKN", "2021-22", "abelbknson_001"),
        ("LAL", "2021-22", "abelbknson_001"),
        ("PHX", "2021-22", "abelbknson_002"),
    ]


@pytest.mark.parametrize(
    ("frame", "count"),
    [
        (births((ABEL[0], "Abel Bknson", "soon")), "bad_date"),
        (births((ABEL[0], "", "1990-02-28"), (BORIS[0], "Boris", "1990-02-28")), "missing_value"),
        (index((5, "A", "B", "SEA", "2021"), (6, "C", "D", "LAL", "2021")), "unknown_team"),
    ],
)
def test_what_is_wrong_with_a_list_is_counted(frame: pl.DataFrame, count: str, lake: Lake, tmp_path: Path) -> None:
    report = ingest_nba_api(lake, [write(frame, tmp_path / "list.csv")])
    assert report.tally.counts == {(count, PLAYER_LISTS.name): 1}


def test_a_later_list_restates_a_birth_date(lake: Lake, tmp_path: Path) -> None:
    ingest_nba_api(lake, [write(player_log(OPENER), tmp_path / "log.csv")])
    for day in ("1990-02-28", "1990-03-01"):
        report = ingest_nba_api(lake, [write(births((ABEL[0], "Abel Bknson", day)), tmp_path / "births.csv")])
    assert report.tables[PLAYER_LISTS.name].restated == 1
    assert born(lake)[ABEL[0]] == date(1990, 3, 1)


def test_a_registry_is_no_source(lake: Lake, tmp_path: Path) -> None:
    ingest_nba_api(lake, [write(player_log(OPENER), tmp_path / "in" / "log.csv")])
    write(raw(lake, REGISTRY), tmp_path / "in" / "registry.parquet")
    [left] = ingest_nba_api(lake, [tmp_path / "in"]).left
    assert left.reason.startswith("player registry: it is made of box scores and player lists")


# Fixtures.


def test_a_fixture_list_gives_tip_off_and_arena_where_the_schedule_has_none(lake: Lake, tmp_path: Path) -> None:
    bare = league_schedule(OPENER, NOVEMBER).with_columns(ettime=pl.lit(None, dtype=pl.String), an=pl.lit(""))
    fixtures = write(fixture_list(OPENER, clock="23:30"), tmp_path / "fixtures.csv")
    schedule = write(bare, tmp_path / "schedule.csv")
    other = Lake(tmp_path / "other")
    ingest_nba_api(lake, [fixtures, schedule])
    for path in (schedule, fixtures):
        ingest_nba_api(other, [path])
    rows = raw(lake, "nbac_schedule").sort("game_date")
    assert [str(value) for value in rows["game_date_est"]] == ["2021-10-19 19:30:00+00:00", "None"]
    assert rows["arena_name"].to_list() == ["MIL Hall", None]
    assert files(lake.root) == files(other.root)


def test_what_the_schedule_says_itself_stays(lake: Lake, tmp_path: Path) -> None:
    write(fixture_list(OPENER, clock="22:00"), tmp_path / "in" / "fixtures.csv")
    write(league_schedule(OPENER), tmp_path / "in" / "schedule.csv")
    ingest_nba_api(lake, [tmp_path / "in"])
    assert str(raw(lake, "nbac_schedule")["game_date_est"][0]) == "2021-10-19 19:30:00+00:00"


def test_fixtures_of_no_game_and_of_no_team_are_counted(lake: Lake, tmp_path: Path) -> None:
    stranger = fixture_list(NOVEMBER).with_columns(pl.lit("Seattle SuperSonics").alias("Home Team"))
    write(pl.concat([fixture_list(OPENER), stranger]), tmp_path / "in" / "fixtures.csv")
    write(league_schedule(NOVEMBER), tmp_path / "in" / "schedule.csv")
    report = ingest_nba_api(lake, [tmp_path / "in"])
    assert report.tally.counts == {("no_game", FIXTURES.name): 1, ("unknown_team", FIXTURES.name): 1}


# Rosters and aliases, in the shape of the raw tables.


def roster(*rows: tuple[str, str]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {"roster_date": "2021-10-18", "scrape_hour": 6, "team_abbr": team, "player_lookup": name, "age": 25}
            | {"birth_date": "1996-01-02", "player_full_name": "not read"}
            for team, name in rows
        ]
    )


def test_rosters_are_a_set_and_their_names_are_checked(lake: Lake, tmp_path: Path) -> None:
    ingest_nba_api(lake, [write(player_log(OPENER), tmp_path / "log.csv")])
    paths = [
        write(roster(("BKN", "abelbknson"), ("MIL", "ablemilson")), tmp_path / "a.csv"),
        write(roster(("BKN", "abelbknson"), ("SEA", "abelbknson")), tmp_path / "b.parquet"),
    ]
    report = ingest_nba_api(lake, paths)
    assert raw(lake, ROSTERS).select("team_abbr", "player_lookup", "birth_date").rows() == [
        ("BKN", "abelbknson", date(1996, 1, 2)),
        ("MIL", "ablemilson", date(1996, 1, 2)),
    ]
    assert {name for name, of in report.tally.counts if of == ROSTERS} == {
        *("unknown_team", "duplicate_rows", "unmatched_name")
    }
    assert [(u.team, u.name, u.closest[0]) for u in report.unmatched] == [("MIL", "ablemilson", "Abel Milson (MIL)")]


def test_aliases_are_one_row_each(lake: Lake, tmp_path: Path) -> None:
    names = {"alias_lookup": ["nicolasclaxton"] * 2, "nba_canonical_lookup": ["nicclaxton"] * 2}
    for active in (["true", "true"], ["true", "false"]):
        ingest_nba_api(lake, [write(pl.DataFrame(names | {"is_active": active}), tmp_path / "aliases.csv")])
    assert lake.read_whole(RAW_TABLES["player_aliases"]).rows() == [("nicolasclaxton", "nicclaxton", False)]


# The real files.


def test_real_birth_dates(real_ingest: tuple[Lake, Report]) -> None:
    registry = raw(real_ingest[0], REGISTRY)
    earlier = registry.filter(pl.col("season") < "2025")
    assert (earlier.height, earlier["birth_date"].null_count()) == (2611, 0)
    assert registry.filter(universal_player_id="stephencurry_001")["birth_date"].unique().to_list() == [
        date(1988, 3, 14)
    ]
    assert registry.filter(season="2025-26").height == 798


def test_real_tip_offs_of_the_season_without_any(real_ingest: tuple[Lake, Report]) -> None:
    lake, report = real_ingest
    season = raw(lake, "nbac_schedule").filter(pl.col("game_id").str.starts_with("00225"))
    assert (season.height, season["game_date_est"].null_count()) == (1230, 39)
    assert report.tally.counts["no_game", FIXTURES.name] == 9
