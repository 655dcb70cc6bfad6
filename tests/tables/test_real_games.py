"""The worked games: real ones, from downloads and from the league's play-by-play, on both engines."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import polars as pl
import pytest

from nbaproc.reference.canonical import row_text
from nbaproc.run.engines import ENGINES
from tests.reference.reference_raw import of_dates, public_season, real_data
from tests.tables.made_up import PLAYER_TABLES, TABLES, Outcome, Raw, Row, frames, outcome_of, raw_row, schedule_row

PLAYER_BOX = PLAYER_TABLES[1]
PBP = "nbac_play_by_play"
TOGS, TDGS, PGS = TABLES
BOSTON_AT_NEW_YORK = date(2021, 10, 20)

BOSTON_TEXT = (
    "assists=34|blocks=9|defensive_rebounds=41|fg_attempts=117|fg_makes=48|ft_attempts=23|ft_makes=17|"
    "game_date=2021-10-20|game_id=20211020_BOS_NYK|home_game=false|margin_of_victory=-4|nba_game_id=0022100005|"
    "offensive_rating=10300|offensive_rebounds=15|opponent_team_abbr=NYK|overtime_periods=2|pace=1077|"
    "personal_fouls=24|points_in_paint_scored=40|points_scored=134|possessions=130|rebounds=56|season_year=2021|"
    "steals=13|team_abbr=BOS|team_mid_range_attempts=23|team_mid_range_makes=7|team_paint_attempts=37|"
    "team_paint_makes=20|three_pt_attempts=57|three_pt_makes=21|ts_pct=527|turnovers=18|win_flag=false"
)


@pytest.fixture(scope="module", params=ENGINES)
def downloads(request: pytest.FixtureRequest) -> Outcome:
    """Three dates of the downloads of 2021-22: the worked game, the reference date, the last date with shots."""
    dates = [BOSTON_AT_NEW_YORK, date(2021, 11, 15), date(2022, 1, 6)]
    return outcome_of(request.param, frames(of_dates(public_season(2021), dates)), dates)


def of_game(outcome: Outcome, table: str, game_id: str) -> list[Row]:
    return [row for row in outcome.rows[table] if row["game_id"] == game_id]


def test_boston_at_new_york_in_the_team_tables(downloads):
    boston, new_york = of_game(downloads, TOGS, "20211020_BOS_NYK")
    names = ("possessions", "pace", "offensive_rating", "ts_pct", "overtime_periods", "data_hash")
    assert [boston[name] for name in names] == [130, 107.7, 103.0, 0.527, 2, "bb4404b5b72c402b"]
    assert [new_york[name] for name in names] == [126, 105.0, 108.75, 0.59, 2, "698c0a96c9b10af5"]
    assert row_text(boston, TABLES[TOGS].hashed) == BOSTON_TEXT
    boston, new_york = of_game(downloads, TDGS, "20211020_BOS_NYK")
    names = ("defensive_rating", "opponent_pace", "opponent_ts_pct", "data_hash")
    assert [boston[name] for name in names] == [108.76, 105.0, 0.59, "ae61502d2f1158cd"]
    assert [new_york[name] for name in names] == [102.98, 107.7, 0.527, "ec533203804a3a31"]


@pytest.mark.parametrize(
    ("player", "usage", "ts", "efg", "zones", "data_hash"),
    [
        ("jaylenbrown", 32.6, 0.686, 0.667, (9, 7, 14), "1bd924d15eda41e0"),
        ("evanfournier", 25.6, 0.64, 0.64, (9, 3, 13), "a504f3890239eb53"),
        ("juliusrandle", 35.3, 0.573, 0.5, (10, 9, 8), "8276fc41516be77e"),
        ("quentingrimes", None, None, None, (0, 0, 0), "741ef02c4f8738e5"),
    ],
)
def test_boston_at_new_york_in_the_player_table(downloads, player, usage, ts, efg, zones, data_hash):
    (row,) = (row for row in of_game(downloads, PGS, "20211020_BOS_NYK") if row["player_lookup"] == player)
    assert (row["usage_rate"], row["ts_pct"], row["efg_pct"]) == (usage, ts, efg)
    assert (row["paint_attempts"], row["mid_range_attempts"], row["three_attempts_pbp"]) == zones
    assert row["has_complete_shot_zones"] is True
    assert row["data_hash"] == data_hash


def test_a_player_with_less_than_half_a_minute_appeared(downloads):
    (row,) = (r for r in of_game(downloads, PGS, "20211020_BOS_NYK") if r["player_lookup"] == "quentingrimes")
    assert (row["is_dnp"], row["minutes_played"], row["points"], row["plus_minus"]) == (False, 0.0, 0, -2)


def test_the_reference_date(downloads):
    day = date(2021, 11, 15)
    rows = {name: [row for row in downloads.rows[name] if row["game_date"] == day] for name in TABLES}
    assert [len(rows[name]) for name in TABLES] == [22, 22, 241]
    assert sum(row["points"] for row in rows[PGS]) == 2340


def test_a_shot_chart_that_ends_inside_a_game_is_refused(downloads):
    sources = {row["nba_game_id"]: row["shot_zones_source"] for row in downloads.rows[TOGS]}
    assert sources["0022100581"] is None
    assert sources["0022100005"] == "nbac_shot_chart"


def test_without_a_registry_nobody_has_an_id(downloads):
    assert {row["universal_player_id"] for row in downloads.rows[PGS]} == {None}
    assert {record["failure_category"] for record in downloads.records[PGS]} == {"REGISTRY_MISS"}
    assert downloads.counts == {}


def players(outcome: Outcome) -> dict[str, Row]:
    return {str(row["player_lookup"]): row for row in outcome.rows[PGS]}


def play_by_play(game_id: str, day: date) -> list[Row]:
    frame = pl.read_parquet(real_data() / "public" / f"nba_cdn_playbyplay_{game_id}.parquet")
    return frame.with_columns(pl.lit(day).alias("game_date")).to_dicts()


def box_scores(day: date, actions: Iterable[Row], minutes: int) -> list[Row]:
    """Box-score rows of everybody who acts in a play-by-play, with the points and attempts found there."""
    box: dict[object, Row] = {}
    for action in actions:
        if not action["personId"] or not action["teamTricode"]:
            continue
        row = box.setdefault(
            action["personId"],
            raw_row(
                PLAYER_BOX,
                game_id=action["gameId"],
                game_date=day,
                nba_player_id=action["personId"],
                player_full_name=action["playerNameI"],
                team_abbr=action["teamTricode"],
                points=0,
                field_goals_attempted=0,
                field_goals_made=0,
            ),
        )
        made = action["shotResult"] == "Made"
        kind = str(action["actionType"])
        if kind in ("2pt", "3pt"):
            row["field_goals_attempted"] += 1
            row["field_goals_made"] += made
            row["points"] += int(kind[0]) * made
        elif kind == "freethrow":
            row["points"] += made
    for team in {row["team_abbr"] for row in box.values()}:
        of_team = [row for row in box.values() if row["team_abbr"] == team]
        for number, row in enumerate(of_team):
            row["minutes"] = str(minutes // len(of_team) + (number < minutes % len(of_team)))
    return list(box.values())


def real_game(engine: str, game_id: str, day: date, away: Row, home: Row, minutes: int) -> Outcome:
    actions = play_by_play(game_id, day)
    teams = [
        raw_row("nbac_team_boxscore", game_id=game_id, game_date=day, minutes=f"{minutes}:00", **team)
        for team in (away, home)
    ]
    schedule = schedule_row(
        game_id=game_id,
        game_date=day,
        game_date_est=None,
        away_team_tricode=away["team_abbr"],
        home_team_tricode=home["team_abbr"],
        away_team_score=away["points"],
        home_team_score=home["points"],
    )
    raw: Raw = {"nbac_schedule": [schedule], "nbac_team_boxscore": teams}
    raw[PBP] = [{name: action.get(name) for name in raw_row(PBP)} for action in actions]
    raw[PLAYER_BOX] = box_scores(day, actions, minutes)
    return outcome_of(engine, frames(raw), [day])


@pytest.fixture(scope="module", params=ENGINES)
def new_york_at_philadelphia(request: pytest.FixtureRequest) -> Outcome:
    def team(code, points, fga, fta, tov, oreb):
        shooting = {"fg_attempted": fga, "ft_attempted": fta, "turnovers": tov, "offensive_rebounds": oreb}
        return {"team_abbr": code, "points": points, **shooting}

    away, home = team("NYK", 125, 86, 24, 13, 15), team("PHI", 119, 92, 14, 12, 11)
    return real_game(request.param, "0022400561", date(2025, 1, 15), away, home, 265)


@pytest.mark.parametrize(
    ("name", "zones", "creation", "and_ones", "blocks"),
    [
        ("tmaxey", (9, 19, 2, 4, 2, 9), (6, 7), 1, (1, 0, 0)),
        ("jbrunson", (4, 6, 7, 10, 3, 6), (4, 10), 0, (0, 0, 0)),
        ("mbridges", (4, 6, 0, 3, 5, 10), (8, 1), 0, (0, 0, 0)),
        ("pachiuwa", (4, 6, 0, 0, 0, 0), (2, 2), 0, (3, 0, 0)),
    ],
)
def test_play_by_play_of_players(new_york_at_philadelphia, name, zones, creation, and_ones, blocks):
    row = players(new_york_at_philadelphia)[name]
    columns = ("paint_makes", "paint_attempts", "mid_range_makes", "mid_range_attempts", "three_makes_pbp")
    assert tuple(row[column] for column in (*columns, "three_attempts_pbp")) == zones
    assert (row["assisted_fg_makes"], row["unassisted_fg_makes"]) == creation
    assert row["and1_count"] == and_ones
    assert (row["paint_blocks"], row["mid_range_blocks"], row["three_pt_blocks"]) == blocks
    assert row["has_complete_shot_zones"] is True


@pytest.mark.parametrize(
    ("team", "paint", "mid", "three", "creation", "blocks"),
    [
        ("NYK", (23, 31), (7, 18), (16, 37), (28, 18), (3, 0, 0)),
        ("PHI", (26, 43), (7, 14), (13, 35), (27, 19), (2, 0, 0)),
    ],
)
def test_play_by_play_of_teams(new_york_at_philadelphia, team, paint, mid, three, creation, blocks):
    outcome = new_york_at_philadelphia
    (offense,) = (row for row in outcome.rows[TOGS] if row["team_abbr"] == team)
    (defense,) = (row for row in outcome.rows[TDGS] if row["defending_team_abbr"] == team)
    assert (offense["team_paint_makes"], offense["team_paint_attempts"]) == paint
    assert (offense["team_mid_range_makes"], offense["team_mid_range_attempts"]) == mid
    assert (defense["blocks_paint"], defense["blocks_mid_range"], defense["blocks_three_pt"]) == blocks
    of_team = [row for row in outcome.rows[PGS] if row["team_abbr"] == team]
    sums = {name: sum(row[name] for row in of_team) for name in of_team[0] if str(name).endswith(("_pbp", "fg_makes"))}
    assert (sums["three_makes_pbp"], sums["three_attempts_pbp"]) == three
    assert (sums["assisted_fg_makes"], sums["unassisted_fg_makes"]) == creation
    assert outcome.counts == {}


def test_the_same_game_in_the_team_tables(new_york_at_philadelphia):
    new_york, philadelphia = new_york_at_philadelphia.rows[TOGS]
    names = ("possessions", "pace", "offensive_rating", "ts_pct", "overtime_periods")
    assert [new_york[name] for name in names] == [94, 85.7, 132.14, 0.647, 1]
    assert [philadelphia[name] for name in names] == [99, 89.8, 119.96, 0.606, 1]
    against = new_york_at_philadelphia.rows[TDGS]
    assert [(row["defensive_rating"], row["opponent_pace"]) for row in against] == [(120.01, 89.8), (132.19, 85.6)]


def test_technical_free_throws_are_no_and_ones(engine):
    day = date(2025, 1, 6)
    actions = play_by_play("0022400500", day)
    points: dict[object, int] = {"MIN": 0, "LAC": 0}
    for row in box_scores(day, actions, 240):
        points[row["team_abbr"]] += row["points"]
    away = {"team_abbr": "LAC", "points": points["LAC"], "fg_attempted": 89}
    home = {"team_abbr": "MIN", "points": points["MIN"], "fg_attempted": 92}
    outcome = real_game(engine, "0022400500", day, away, home, 240)
    clippers, wolves = outcome.rows[TOGS]
    assert (wolves["team_paint_attempts"], wolves["team_mid_range_attempts"]) == (40, 13)
    assert (clippers["team_paint_attempts"], clippers["team_mid_range_attempts"]) == (34, 20)
    threes = {
        team: sum(r["three_attempts_pbp"] for r in outcome.rows[PGS] if r["team_abbr"] == team) for team in points
    }
    assert threes == {"MIN": 39, "LAC": 35}
    single = [a for a in actions if a["actionType"] == "freethrow" and a["subType"] == "1 of 1"]
    assert len(single) == 11
    assert sum(row["and1_count"] for row in outcome.rows[PGS]) == 9
