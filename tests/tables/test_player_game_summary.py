"""The player summary: ratios, usage, reasons of those who did not play, outcomes, and the two worked rows."""

from __future__ import annotations

import math
from datetime import date

import pytest

from nbaproc.reference.canonical import row_text
from tests.tables.made_up import (
    DAY,
    PLAYER_TABLES,
    TABLES,
    Outcome,
    Raw,
    Row,
    made_up_game,
    of,
    pick,
    player_row,
    raw_row,
    schedule_row,
    team_row,
    utc,
)

GAMEBOOK, PLAYER_BOX, BDL = PLAYER_TABLES
TOGS, TDGS, PGS = TABLES
ODDS, BDB = "odds_api_player_points_props", "bigdataball_play_by_play"


def players(outcome: Outcome) -> dict[str, Row]:
    return {str(row["player_lookup"]): row for row in outcome.rows[PGS]}


def with_players(lines: list[Row], **team: object) -> Raw:
    """The made-up game with further players x0, x1, ... of Boston in the game book."""
    raw = made_up_game(GAMEBOOK)
    raw["nbac_team_boxscore"] = [team_row("BOS", **team), team_row("NYK")]
    raw[GAMEBOOK] += [player_row(GAMEBOOK, "BOS", 0, player_lookup=f"x{n}", **line) for n, line in enumerate(lines)]
    return raw


def line(fga: int | None, fta: int | None, tov: int | None, minutes: str | None) -> Row:
    return {"field_goals_attempted": fga, "free_throws_attempted": fta, "turnovers": tov, "minutes": minutes}


# Ratios.


def test_true_shooting_and_effective_field_goals(run):
    """Both need a field-goal attempt; a made three that is not known counts as none."""
    cases = [
        (31, 12, 22, 2, 6, 0.629, 0.591),
        (0, 0, 3, 0, 0, 0.0, 0.0),
        (2, 0, 0, 0, 2, None, None),
        (2, 1, 2, None, 0, 0.5, 0.5),
        (2, 1, 2, 0, None, None, 0.5),
        (2, 1, None, 0, 0, None, None),
        (None, 1, 2, 0, 0, None, 0.5),
        (2, None, 2, 0, 0, 0.5, None),
    ]
    names = ("points", "field_goals_made", "field_goals_attempted", "three_pointers_made", "free_throws_attempted")
    rows = players(run(with_players([dict(zip(names, case, strict=False)) for case in cases])))
    assert [pick(rows[f"x{n}"], "ts_pct", "efg_pct") for n in range(len(cases))] == [case[5:] for case in cases]


def test_a_computed_zero_is_zero_and_has_no_sign(run):
    row = players(run(with_players([{"points": 0, "field_goals_made": 0, "field_goals_attempted": 3}])))["x0"]
    assert [math.copysign(1, row[name]) for name in ("ts_pct", "efg_pct")] == [1, 1]


@pytest.mark.parametrize(
    ("minutes", "cases"),
    [
        (
            "240:00",
            [
                (line(22, 6, 3, "34:30"), 35.1, False),
                (line(0, 0, 0, "10:00"), 0.0, False),
                (line(3, 0, 1, "1:30"), None, True),
                (line(1, 0, 0, "0:01"), None, True),
                (line(2, 0, 0, "0:00"), None, False),
                (line(2, None, 1, "10:00"), 13.1, False),
                (line(None, 0, 1, "10:00"), None, False),
                (line(2, 0, None, "10:00"), None, False),
                (line(2, 0, 0, None), None, False),
            ],
        ),
        ("265:00", [(line(22, 9, 5, "45:28"), 32.9, False)]),
    ],
    ids=["regulation", "one overtime"],
)
def test_usage_rate(run, minutes, cases):
    """Team 86 FGA, 24 FTA, 13 turnovers; above 100 it is not believed, and the row stays."""
    team = {"fg_attempted": 86, "ft_attempted": 24, "turnovers": 13, "minutes": minutes}
    rows = players(run(with_players([given for given, *_ in cases], **team)))
    assert [rows[f"x{n}"]["usage_rate"] for n in range(len(cases))] == [rate for _, rate, _ in cases]
    found = ["usage_rate_out_of_range" in rows[f"x{n}"]["quality_issues"] for n in range(len(cases))]
    assert found == [too_high for *_, too_high in cases]


@pytest.mark.parametrize("team", [{"fg_attempted": None}, {"ft_attempted": None}, {"turnovers": None}])
def test_usage_needs_the_plays_of_the_team(run, team):
    raw = with_players([], **team)
    raw["nbac_team_boxscore"] = [row | {"points": row["points"] or 1} for row in raw["nbac_team_boxscore"]]
    if "fg_attempted" in team:
        raw["nbac_team_boxscore"] = []
        for row in raw[GAMEBOOK]:
            row["field_goals_attempted"] = None
    rows = run(raw).rows[PGS]
    assert {row["usage_rate"] for row in rows if row["team_abbr"] == "BOS"} == {None}


def test_usage_of_exactly_100_is_kept(run):
    """U of the team 100 · 100 plays; a player with all of them in the whole game has 100.0."""
    team = {"fg_attempted": 100, "ft_attempted": 0, "turnovers": 0}
    rows = players(
        run(with_players([line(100, 0, 0, "48:00"), line(100, 0, 0, "47:57"), line(0, 0, 0, "1:00")], **team))
    )
    assert [rows[f"x{n}"]["usage_rate"] for n in range(3)] == [100.0, None, 0.0]


# Reasons and outcomes.

REASONS = {
    "DNP - Coach's Decision": "coach_decision",
    "DNP - Injury/Illness - Left Knee; Soreness": "injury",
    "DND - Rest": "rest",
    "League Suspension": "coach_decision",
    "NWT - Not With Team": "coach_decision",
    "NWT - Personal Reasons": "personal",
    "G League - Two-Way": "other",
    "Right Adductor; Tightness": "other",
    "Trade Pending": "other",
    "Comeback from rest": "injury",
    "LOAD MANAGEMENT": "rest",
    "Paternity leave; birth": "personal",
    "Disciplinary": "coach_decision",
    "  ": None,
    None: None,
}


def test_the_group_of_a_printed_reason(run):
    """The first group with a word in the text, in any case; the text itself is kept as printed, trimmed."""
    rows = players(run(with_players([{"player_status": "dnp", "dnp_reason": reason} for reason in REASONS])))
    assert [rows[f"x{n}"]["dnp_reason_category"] for n in range(len(REASONS))] == list(REASONS.values())
    assert [rows[f"x{n}"]["dnp_reason"] for n in range(len(REASONS))] == [
        (text or "").strip() or None for text in REASONS
    ]


def test_only_a_row_the_source_itself_calls_dnp_has_a_reason(run):
    nothing = dict.fromkeys(
        (name for name, value in player_row(GAMEBOOK, "BOS", 0).items() if isinstance(value, int)), 0
    )
    lines = [
        nothing | {"minutes": "00:00", "dnp_reason": "DND - Rest"},
        {"dnp_reason": "DND - Rest"},
        {"player_status": "dnp", "dnp_reason": "DND - Rest"},
    ]
    rows = players(run(with_players(lines)))
    assert [pick(rows[f"x{n}"], "is_dnp", "dnp_reason") for n in range(3)] == [
        (True, None),
        (False, None),
        (True, "DND - Rest"),
    ]


def test_the_outcome_of_a_line(run):
    """Only of somebody who played: minutes that show, or points."""
    cases = [
        ({"points": 31}, 24.5, "OVER", 6.5),
        ({"points": 31}, 31.0, "PUSH", 0.0),
        ({"points": 0, "minutes": "12:00"}, 10.5, "UNDER", -10.5),
        ({"player_status": "dnp"}, 8.5, None, None),
        ({"points": 0, "minutes": "0:00"}, 8.5, None, None),
        ({"points": 0, "minutes": "0:02"}, 8.5, None, None),
        ({"points": 0, "minutes": "0:03"}, 8.5, "UNDER", -8.5),
        ({"points": 1, "minutes": None}, 8.5, "UNDER", -7.5),
        ({"points": None}, 8.5, None, None),
        ({"points": 31}, None, None, None),
    ]
    raw = with_players([given | {"player_name": f"X{n}"} for n, (given, *_) in enumerate(cases)])
    place = {"game_date": DAY, "home_team_abbr": "NYK", "away_team_abbr": "BOS", "bookmaker": "x"}
    raw[ODDS] = [
        raw_row(ODDS, player_name=f"X{n}", points_line=value, snapshot_timestamp=utc(2021, 11, 15, 12), **place)
        for n, (_, value, *_) in enumerate(cases)
    ]
    rows = players(run(raw))
    found = [pick(rows[f"x{n}"], "points_line", "over_under_result", "margin") for n in range(len(cases))]
    assert found == [case[1:] for case in cases]


# The worked rows: a player who does not exist, at Golden State on Christmas Day.

TEXT = (
    r"and1_count=1|assisted_fg_makes=5|assists=10|blocks=1|defensive_rebounds=4|dnp_reason=\N|dnp_reason_category=\N|"
    r"efg_pct=591|fg_attempts=22|fg_makes=12|ft_attempts=6|ft_makes=5|game_date=2024-12-25|game_id=20241225_LAL_GSW|"
    r"has_complete_shot_zones=true|home_game=false|is_active=true|is_dnp=false|line_movement=\N|margin=650|"
    r"mid_range_attempts=5|mid_range_blocks=0|mid_range_makes=3|minutes_played=345|offensive_rebounds=0|"
    r"opening_line=\N|opponent_team_abbr=GSW|over_under_result=OVER|paint_attempts=11|paint_blocks=1|paint_makes=7|"
    r"personal_fouls=2|player_full_name=Demo Player|player_lookup=demoplayer|player_status=active|plus_minus=7|"
    r"points=31|points_line=245|points_line_source=draftkings|season_year=2024|starter_flag=true|steals=2|"
    r"team_abbr=LAL|three_attempts_pbp=6|three_makes_pbp=2|three_pt_attempts=6|three_pt_blocks=0|three_pt_makes=2|"
    r"ts_pct=629|turnovers=3|unassisted_fg_makes=7|universal_player_id=demoplayer_001|usage_rate=351|win_flag=true"
)
CHRISTMAS = date(2024, 12, 25)


def christmas(demo: Row, shots: list[Row], lines: list[float]) -> Raw:
    """Los Angeles at Golden State: the demo player, nine mates, ten opponents, and the shots of one feed."""
    place = {"game_date": CHRISTMAS, "game_id": "20241225_LAL_GSW", "home_team_abbr": "GSW", "away_team_abbr": "LAL"}
    mates = [player_row(GAMEBOOK, team, n, **place) for team in ("LAL", "GSW") for n in range(9)]
    me = player_row(GAMEBOOK, "LAL", 9, player_name="Demo Player", player_lookup="demoplayer", **place) | demo
    totals = {"fg_attempted": 86, "ft_attempted": 24, "turnovers": 13, "game_date": CHRISTMAS, "is_home": None}
    ids = {"game_id": "20241225_LAL_GSW", "nba_game_id": None}
    seen = {"snapshot_timestamp": utc(2024, 12, 25, 12), "bookmaker": "DraftKings", "player_name": "Demo Player"}
    sides = {"game_date": CHRISTMAS, "home_team_abbr": "GSW", "away_team_abbr": "LAL"}
    return {
        "nbac_schedule": [
            schedule_row(
                game_date=CHRISTMAS,
                game_id="0022400408",
                game_date_est=utc(2024, 12, 25, 20),
                away_team_tricode="LAL",
                home_team_tricode="GSW",
                away_team_score=110,
                home_team_score=100,
            )
        ],
        GAMEBOOK: [*mates, me],
        "nbac_team_boxscore": [
            team_row("LAL", points=110, **(totals | ids)),
            team_row("GSW", points=100, **(totals | ids)),
        ],
        BDB: shots,
        ODDS: [
            raw_row(ODDS, points_line=line, **(seen | sides | {"snapshot_timestamp": utc(2024, 12, 25, 12 + n)}))
            for n, line in enumerate(lines)
        ],
        "nba_players_registry": [
            raw_row(
                "nba_players_registry",
                player_lookup="demoplayer",
                universal_player_id="demoplayer_001",
                season="2024-25",
                team_abbr="LAL",
            )
        ],
    }


def christmas_shots() -> list[Row]:
    """86 attempts a team: 22 by the demo player, of which 12 are made, 5 of these with an assist."""
    place = {"game_date": CHRISTMAS, "game_id": "20241225_LAL_GSW", "event_type": "shot", "period": 1}
    kinds = [("layup", 2.0)] * 11 + [("jump shot", 15.0)] * 5 + [("3pt jump shot", 25.0)] * 6
    made = [True] * 7 + [False] * 4 + [True] * 3 + [False] * 2 + [True] * 2 + [False] * 4
    shots = []
    for (subtype, distance), went_in in zip(kinds, made, strict=True):
        shot = {"event_subtype": subtype, "shot_distance": distance, "shot_made": went_in, "player_1_team_abbr": "LAL"}
        shots.append(raw_row(BDB, player_1_name="Demo Player", **place, **shot))
    for shot in [shot for shot in shots if shot["shot_made"]][:5]:
        shot["player_2_role"] = "assist"
    for team, count in (("LAL", 64), ("GSW", 86)):
        miss = {"event_subtype": "layup", "shot_distance": 1.0, "shot_made": False, "player_1_team_abbr": team}
        shots += [raw_row(BDB, player_1_name=f"{team.title()} Alpha", **place, **miss) for _ in range(count)]
    shots[-1] |= {"player_2_role": "block", "player_2_name": "Demo Player"}
    throw = {"event_type": "free throw", "event_subtype": "free throw 1/1", "player_1_name": "Demo Player"}
    return [*shots, raw_row(BDB, **(place | throw), player_1_team_abbr="LAL")]


def test_the_worked_row(run):
    """The text of the specification; only that a line of this feed always has an opening."""
    demo: Row = {"minutes": "34:30", "points": 31, "assists": 10, "offensive_rebounds": 0, "defensive_rebounds": 4}
    demo |= {"steals": 2, "blocks": 1, "turnovers": 3, "personal_fouls": 2, "plus_minus": 7}
    demo |= {"field_goals_made": 12, "field_goals_attempted": 22, "three_pointers_made": 2}
    demo |= {"three_pointers_attempted": 6, "free_throws_made": 5, "free_throws_attempted": 6}
    outcome = run(christmas(demo, christmas_shots(), [24.5]), CHRISTMAS)
    row = of(outcome.rows[PGS], "player_lookup", "demoplayer")
    opened = TEXT.replace(r"line_movement=\N", "line_movement=0").replace(r"opening_line=\N", "opening_line=245")
    assert row_text(row, TABLES[PGS].hashed) == opened
    assert outcome.counts == {}


def test_the_worked_row_of_somebody_who_did_not_play(run):
    demo: Row = {"player_status": "dnp", "dnp_reason": "DNP - Coach's Decision"}
    outcome = run(christmas(demo, christmas_shots(), [8.0, 8.5]), CHRISTMAS)
    row = of(outcome.rows[PGS], "player_lookup", "demoplayer")
    assert pick(row, "points_line", "opening_line", "line_movement", "over_under_result") == (8.5, 8.0, 0.5, None)
    assert pick(row, "dnp_reason_category", "win_flag", "points", "margin") == ("coach_decision", True, None, None)
    assert row["data_hash"] == "4823ffae7d3b4bcd"
