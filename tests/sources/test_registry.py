from datetime import date
from itertools import permutations
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbaproc.lake import Lake
from nbaproc.parquet import read_facts
from nbaproc.raw.contract import NBA_PLAYERS_REGISTRY
from nbaproc.sources.ingest import Report, ingest_nba_api
from nbaproc.sources.registry import build_registry
from tests.sources.downloads import NOVEMBER, OPENER, PLAYOFF, Game, files, player_log, raw, write

OLD = Game("0022000010", date(2020, 12, 23), "BKN", "MIL")


def boxes(*rows: tuple[int, str, str, date]) -> pl.DataFrame:
    """Return box-score rows of person id, name, team and date."""
    columns = ["nba_player_id", "player_full_name", "team_abbr", "game_date"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def people(frame: pl.DataFrame) -> dict[int, str]:
    return dict(frame.select("nba_player_id", "universal_player_id").iter_rows())


def test_one_row_per_person_season_and_team() -> None:
    frame = build_registry(
        boxes(
            (1, "Ann One", "BOS", date(2021, 10, 20)),
            (1, "Ann One", "BOS", date(2021, 10, 22)),
            (1, "Ann One", "LAL", date(2022, 2, 22)),
            (1, "Ann One", "LAL", date(2022, 10, 22)),
        )
    )
    assert frame.columns == NBA_PLAYERS_REGISTRY.names
    assert frame.select("player_lookup", "universal_player_id", "season", "team_abbr").rows() == [
        ("annone", "annone_001", "2021-22", "BOS"),
        ("annone", "annone_001", "2021-22", "LAL"),
        ("annone", "annone_001", "2022-23", "LAL"),
    ]


def test_october_2020_belongs_to_the_season_before() -> None:
    rows = boxes((1, "Ann One", "LAL", date(2020, 10, 11)), (1, "Ann One", "LAL", date(2020, 12, 22)))
    assert build_registry(rows)["season"].to_list() == ["2019-20", "2020-21"]


def test_two_people_with_one_lookup_are_numbered_by_their_first_game() -> None:
    rows = boxes(
        (7, "Jaylin Williams", "OKC", date(2022, 10, 20)),
        (9, "Jaylin  Williams", "BOS", date(2021, 10, 20)),
        (5, "Jáylin Williams", "DEN", date(2023, 10, 20)),
    )
    assert people(build_registry(rows)) == {
        9: "jaylinwilliams_001",
        7: "jaylinwilliams_002",
        5: "jaylinwilliams_003",
    }


def test_two_people_who_start_on_one_day_are_numbered_by_their_person_id() -> None:
    day = date(2021, 10, 20)
    assert people(build_registry(boxes((9, "Ann One", "BOS", day), (3, "Ann One", "LAL", day)))) == {
        3: "annone_001",
        9: "annone_002",
    }


def test_a_person_keeps_the_id_of_his_first_name() -> None:
    rows = boxes((1, "Enes Kanter", "BOS", date(2021, 10, 20)), (1, "Enes Freedom", "BOS", date(2021, 12, 1)))
    frame = build_registry(rows)
    assert frame.select("player_lookup", "universal_player_id").rows() == [("enesfreedom", "eneskanter_001")]


def test_other_codes_of_a_team_are_one_team() -> None:
    rows = boxes((1, "Ann One", "PHO", date(2021, 10, 20)), (1, "Ann One", " phx", date(2021, 10, 22)))
    assert build_registry(rows)["team_abbr"].to_list() == ["PHX"]


@pytest.mark.parametrize("row", [(None, "Ann One", "BOS"), (1, "...", "BOS"), (1, "Ann One", None), (1, "Ann One", "")])
def test_a_row_without_person_name_or_team_registers_nobody(row: tuple[int | None, str, str | None]) -> None:
    frame = build_registry(
        boxes((2, "Bob Two", "LAL", date(2021, 10, 20)), (*row, date(2021, 10, 20)))  # type: ignore[arg-type]
    )
    assert frame["nba_player_id"].to_list() == [2]


DAYS = st.dates(date(2021, 9, 1), date(2022, 12, 1))
NAMES = ("Ann One", "Ánn One", "Bob Two Jr.", "Bob Two")
ROWS = st.tuples(
    st.integers(1, 4),
    st.sampled_from(NAMES),
    st.sampled_from(["BOS", "LAL"]),
    st.dates(date(2021, 9, 1), date(2022, 12, 1)),
)


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(ROWS, min_size=1, max_size=8), data=st.data())
def test_the_order_of_rows_changes_nothing(rows: list[tuple[int, str, str, date]], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(rows))
    assert build_registry(boxes(*rows)).equals(build_registry(boxes(*shuffled)))


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(ROWS, min_size=1, max_size=8))
def test_an_id_belongs_to_one_person(rows: list[tuple[int, str, str, date]]) -> None:
    frame = build_registry(boxes(*rows))
    ids = frame.select("nba_player_id", "universal_player_id").unique()
    assert ids["nba_player_id"].is_unique().all()
    assert ids["universal_player_id"].is_unique().all()
    assert set(ids["nba_player_id"]) == {row[0] for row in rows}


def test_the_order_of_ingests_never_changes_an_id(tmp_path: Path) -> None:
    twin = pl.col("PLAYER_NAME").replace({"Abel Dalson": "Abel Bknson", "Boris Milson": "Abel Bknson"})
    paths = [
        write(player_log(game).with_columns(twin), tmp_path / f"{game.id}.csv")
        for game in (OPENER, NOVEMBER, PLAYOFF, OLD)
    ]
    found = []
    for place, order in enumerate(list(permutations(paths))[::5]):
        lake = Lake(tmp_path / str(place))
        for path in order:
            ingest_nba_api(lake, [path])
        found.append(files(lake.root))
    assert len(found) == 5
    assert all(one == found[0] for one in found)


def test_an_earlier_season_that_arrives_later_renumbers_by_first_game(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    ingest_nba_api(lake, [write(player_log(PLAYOFF), tmp_path / "new.csv")])
    twin = pl.when(pl.col("PLAYER_NAME") == "Abel Milson").then(pl.lit("Abel Dalson")).otherwise("PLAYER_NAME")
    ingest_nba_api(lake, [write(player_log(OLD).with_columns(PLAYER_NAME=twin), tmp_path / "old.csv")])
    registry = raw(lake, NBA_PLAYERS_REGISTRY.name).filter(player_lookup="abeldalson").sort("season")
    assert registry.select("season", "team_abbr", "universal_player_id").rows() == [
        ("2020-21", "MIL", "abeldalson_001"),
        ("2021-22", "DAL", "abeldalson_002"),
    ]


def test_people_are_new_once_and_unchanged_after_that(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    first = ingest_nba_api(lake, [write(player_log(OPENER), tmp_path / "a.csv")])
    again = ingest_nba_api(lake, [write(player_log(OPENER, PLAYOFF), tmp_path / "b.csv")])
    assert (first.tables[NBA_PLAYERS_REGISTRY.name].new, first.tables[NBA_PLAYERS_REGISTRY.name].files) == (16, 1)
    assert (again.tables[NBA_PLAYERS_REGISTRY.name].new, again.tables[NBA_PLAYERS_REGISTRY.name].unchanged) == (16, 16)


def test_the_footer_says_how_many_rows_there_are(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    ingest_nba_api(lake, [write(player_log(OPENER), tmp_path / "a.csv")])
    facts = read_facts(lake.folder(NBA_PLAYERS_REGISTRY) / "nba_players_registry.parquet")
    assert (facts["table"], facts["rows"]) == ("nba_players_registry", 16)


def test_real_people_have_one_id_each(real_ingest: tuple[Lake, Report]) -> None:
    registry = raw(real_ingest[0], NBA_PLAYERS_REGISTRY.name)
    ids = registry.select("nba_player_id", "universal_player_id").unique()
    assert registry.height == 3409
    assert not registry.select("nba_player_id", "season", "team_abbr").is_duplicated().any()
    assert ids["nba_player_id"].is_unique().all()
    assert ids["universal_player_id"].is_unique().all()
