"""Who has a row before a game, whose records are written, and what the two context tables have in common."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from nbaproc.reference import build
from nbaproc.tables.player_game_summary import TABLE as PGS
from nbaproc.tables.upcoming_player_game_context import TABLE as UPGC
from nbaproc.tables.upcoming_team_game_context import TABLE as UTGC
from tests.tables.made_up import raw_row, utc

D = date(2024, 1, 20)
TABLES = {table.name: table for table in (UTGC, UPGC)}
GAMEBOOK, ROSTERS, INJURIES = "nbac_gamebook_player_stats", "espn_team_rosters", "nbac_injury_report"


def schedule_row(number, home, away, day=D, **changes):
    values = {"game_id": f"00223{number:05d}", "game_date": day, "home_team_tricode": home, "away_team_tricode": away}
    values |= {"game_date_est": utc(day.year, day.month, day.day, 19, 30), "game_status": 3}
    return raw_row("nbac_schedule", **(values | {"home_team_score": 110, "away_team_score": 100} | changes))


def summary(lookup, team, day, points=20, **changes):
    values = {"game_date": day, "season_year": 2023, "player_lookup": lookup, "player_full_name": lookup}
    values |= {"team_abbr": team, "is_dnp": False, "points": points, "minutes_played": 30.0, "usage_rate": 20.0}
    return values | changes


def gamebook(lookup, team, pair=("BOS", "NYK"), status="active", **changes):
    values = {"game_date": D, "player_lookup": lookup, "team_abbr": team, "player_status": status}
    return raw_row(GAMEBOOK, **(values | {"away_team_abbr": pair[0], "home_team_abbr": pair[1]} | changes))


def world(**tables):
    raw = {"nbac_schedule": [schedule_row(1, "NYK", "BOS"), schedule_row(2, "LAL", "DEN", game_status=2)]}
    before = D - timedelta(days=4)
    raw["player_game_summary"] = [
        *(summary("nyker", "NYK", before), summary("laker", "LAL", before), summary("nugget", "DEN", before)),
        *(summary("celtic", "BOS", before), summary("late", "BOS", before, 0, minutes_played=0.0)),
    ]
    for name, rows in tables.items():
        raw[name] = [*raw.get(name, []), *rows]
    return raw


def drivers(raw, dates=(D,)):
    rows = build({UPGC.name: UPGC}, raw, dates).rows[UPGC.name]
    return {row["player_lookup"]: (row["team_abbr"], row["driver_source"]) for row in rows}


def records(raw):
    found = build({UPGC.name: UPGC}, raw, [D]).records[UPGC.name]
    return [(r["failure_category"], r["entity_id"]) for r in found if r["failure_category"] != "REGISTRY_MISS"]


def test_the_driver_is_chosen_per_game_and_team():
    raw = world(
        **{GAMEBOOK: [gamebook("listed", "NYK"), gamebook("hurt", "NYK", status="Inactive ")]},
        **{ROSTERS: [raw_row(ROSTERS, roster_date=D, scrape_hour=6, team_abbr="LAL", player_lookup="On Roster")]},
    )
    assert drivers(raw) == {
        "listed": ("NYK", "gamebook"),
        "hurt": ("NYK", "gamebook"),
        "celtic": ("BOS", "recent"),
        "onroster": ("LAL", "roster"),
        "nugget": ("DEN", "recent"),
    }


def test_a_roster_serves_for_ninety_days():
    def roster(day):
        return {ROSTERS: [raw_row(ROSTERS, roster_date=day, scrape_hour=6, team_abbr="LAL", player_lookup="onroster")]}

    assert drivers(world(**roster(D - timedelta(days=90))))["onroster"] == ("LAL", "roster")
    assert "onroster" not in drivers(world(**roster(D - timedelta(days=91))))
    assert "onroster" not in drivers(world(**roster(D + timedelta(days=1))))


def test_whoever_played_on_a_date_that_is_over_has_a_row():
    rows = [summary("debutant", "NYK", D, 0, minutes_played=0.0), summary("benched", "NYK", D, None, is_dnp=True)]
    rows.append(summary("early", "LAL", D))
    found = drivers(world(player_game_summary=rows))
    assert found["debutant"] == found["benched"] == ("NYK", "boxscore")
    assert "early" not in found, "the game of the Lakers is not over"


def test_a_player_of_two_teams_belongs_to_the_one_he_played_for():
    raw = world(
        nbac_schedule=[schedule_row(3, "MIA", "CHI")],
        player_game_summary=[summary("laker", "MIA", D)],
    )
    assert drivers(raw)["laker"] == ("MIA", "boxscore")
    assert records(raw) == [("DUPLICATE_PLAYER", "laker")]


def test_inactive_for_one_team_and_active_for_another():
    raw = world(
        **{
            GAMEBOOK: [
                gamebook("traded", "LAL", ("DEN", "LAL"), "inactive"),
                gamebook("traded", "NYK"),
            ]
        }
    )
    assert drivers(raw)["traded"] == ("NYK", "gamebook")
    assert records(raw) == [("DUPLICATE_PLAYER", "traded")]


def test_rows_that_name_nobody_become_records():
    raw = world(
        **{
            GAMEBOOK: [
                gamebook("bane", "NYK", status="inactive", name_resolution_status="not_found"),
                gamebook("elsewhere", "MIA", ("MIA", "CHI")),
                gamebook("lost", None),
                gamebook("guest", "MIA"),
                gamebook("guest", "NYK", status="hurt"),
                gamebook("celtic", "MIA"),
                gamebook("nyker", " "),
            ]
        }
    )
    assert records(raw) == [
        ("UNRESOLVED_NAME", "bane"),
        ("NO_SCHEDULE_MATCH", "elsewhere"),
        ("TEAM_GAME_MISMATCH", "guest"),
        ("NO_TEAM", "lost"),
    ]
    assert drivers(raw)["nyker"] == ("NYK", "gamebook"), "the team of his newest game"


def test_stars_out_are_counted_without_oneself():
    days = [D - timedelta(days=2 * i) for i in range(1, 13)]
    history = [summary(star, "NYK", day) for star in ("stara", "starb", "starc") for day in days]
    reports = [
        raw_row(INJURIES, report_date=D, report_hour=9, game_date=D, team="NY", player_lookup=star, injury_status="Out")
        for star in ("stara", "starb")
    ]
    raw = world(**{"player_game_summary": history, INJURIES: reports})
    rows = build({UPGC.name: UPGC}, raw, [D]).rows[UPGC.name]
    out = {row["player_lookup"]: row["star_teammates_out"] for row in rows}
    assert (out["starc"], out["stara"], out["celtic"]) == (2, 1, 0)
    assert {row["star_teammates_out"] for row in build({UPGC.name: UPGC}, world(), [D]).rows[UPGC.name]} == {None}


def test_each_table_alone_is_the_same():
    raw, dates = world(), [D - timedelta(days=1), D]
    both = build(TABLES, raw, dates)
    for name, table in TABLES.items():
        alone = build({name: table}, raw, dates)
        assert alone.rows[name] == both.rows[name]
        assert list(alone.rows[name][0]) == table.names
    assert [row["team_abbr"] for row in both.rows[UTGC.name]] == ["BOS", "DEN", "LAL", "NYK"]
    assert {row["game_date"] for row in both.rows[UPGC.name]} == {D}


def test_no_call_mixes_stages():
    with pytest.raises(ValueError, match="two stages"):
        build({PGS.name: PGS, UTGC.name: UTGC}, {}, [])


def test_rows_of_the_date_and_later_change_nothing_but_who_has_a_row():
    raw = world(nbac_schedule=[schedule_row(3, "MIA", "CHI", D - timedelta(days=2))])
    later = [summary("nyker", "NYK", D, 50), summary("nyker", "NYK", D + timedelta(days=1), 60)]
    more = {**raw, "player_game_summary": raw["player_game_summary"] + later}
    assert build(TABLES, raw, [D]).rows == build(TABLES, more, [D]).rows
