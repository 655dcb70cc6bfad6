"""The team tables: possessions, pace, ratings, overtime, and what one team's row says of the other's."""

from __future__ import annotations

import pytest

from tests.tables.made_up import DAY, TABLES, Outcome, Raw, Row, of, pick, schedule_row, team_row

TOGS, TDGS, PGS = TABLES
CODES = ("ATL", "BOS", "BKN", "CHA", "CHI", "CLE", "DAL", "DEN", "DET", "GSW", "HOU", "IND", "LAC", "LAL", "MEM", "MIA")


def games(*sides: tuple[Row, Row]) -> Raw:
    """Games of one date, each given by the box scores of its two teams."""
    raw: Raw = {"nbac_schedule": [], "nbac_team_boxscore": []}
    for n, pair in enumerate(sides):
        codes = CODES[2 * n : 2 * n + 2]
        game_id = f"00221002{n:02d}"
        places = {"away_team_tricode": codes[0], "home_team_tricode": codes[1]}
        raw["nbac_schedule"].append(
            schedule_row(game_id=game_id, away_team_score=None, **places) | {"away_team_score": 1}
        )
        for code, box in zip(codes, pair, strict=True):
            row = team_row("BOS", team_abbr=code, game_id=None, nba_game_id=game_id, **box)
            raw["nbac_team_boxscore"].append(row)
    return raw


def own(outcome: Outcome, place: int) -> Row:
    return of(outcome.rows[TOGS], "team_abbr", CODES[place])


def against(outcome: Outcome, place: int) -> Row:
    return of(outcome.rows[TDGS], "defending_team_abbr", CODES[place])


def box(points: int | None, fga: int, fta: int | None, tov: int | None, oreb: int | None, **more: object) -> Row:
    values = {"points": points, "fg_attempted": fga, "ft_attempted": fta, "turnovers": tov, "offensive_rebounds": oreb}
    return values | more


def test_where_the_two_possession_counts_part(run):
    """New York at Philadelphia, one overtime: TOGS divides by possessions at one decimal, TDGS by the exact ones."""
    minutes = {"minutes": "265:00"}
    outcome = run(games((box(125, 86, 24, 13, 15, **minutes), box(119, 92, 14, 12, 11, **minutes))))
    names = ("possessions", "pace", "offensive_rating", "ts_pct", "overtime_periods")
    assert pick(own(outcome, 0), *names) == (94, 85.7, 132.14, 0.647, 1)
    assert pick(own(outcome, 1), *names) == (99, 89.8, 119.96, 0.606, 1)
    names = ("defensive_rating", "opponent_pace", "opponent_ts_pct")
    assert pick(against(outcome, 1), *names) == (132.19, 85.6, 0.647)
    assert pick(against(outcome, 0), *names) == (120.01, 89.8, 0.606)


def test_possessions_are_cut_not_rounded(run):
    """C = 9,494 hundredths are 94.9 at one decimal and 94 possessions; 9,495 cannot occur."""
    outcome = run(games((box(100, 90, 20, 6, 9) | {"ft_attempted": 1}, box(100, 90, 0, 5, 0))))
    assert pick(own(outcome, 0), "possessions", "pace") == (87, 87.4)
    assert pick(own(outcome, 1), "possessions", "pace") == (95, 95.0)


@pytest.mark.parametrize(
    "given",
    [
        box(100, 1, 0, 0, 1),
        box(100, 1, 0, 0, 400),
        box(100, 90, None, 10, 5),
        box(100, 90, 20, None, 5),
        box(100, 90, 20, 10, None),
    ],
    ids=["none", "negative", "free throws unknown", "turnovers unknown", "offensive rebounds unknown"],
)
def test_no_pace_without_possessions(run, given):
    """Neither for the team nor, in its row, for the opponent; everything else stays."""
    outcome = run(games((given, box(100, 90, 20, 10, 5))))
    assert set(pick(own(outcome, 0), "possessions", "pace", "offensive_rating")) == {None}
    assert set(pick(against(outcome, 1), "defensive_rating", "opponent_pace")) == {None}
    assert None not in pick(own(outcome, 1), "possessions", "pace", "offensive_rating", "points_scored")
    assert None not in pick(against(outcome, 0), "defensive_rating", "opponent_pace", "points_allowed")


def test_a_twentieth_of_a_possession_is_none(run):
    """C = 4 hundredths round to 0.0; 5 cannot occur, 6 are 0.1."""
    four, six = box(2, 12, 1, 0, 12) | {"ft_attempted": 0}, box(2, 1, 24, 0, 11)
    four |= {"fg_attempted": 1, "ft_attempted": 1, "offensive_rebounds": 1}
    six |= {"fg_attempted": 5, "ft_attempted": 14, "offensive_rebounds": 11, "turnovers": 0}
    outcome = run(games((four, box(100, 90, 20, 10, 5)), (six, box(100, 90, 20, 10, 5))))
    assert pick(own(outcome, 0), "possessions", "pace") == (0, 0.4)
    assert pick(own(outcome, 2), "possessions", "pace") == (0, 0.2)


OVERTIMES = {
    "240:00": 0,
    "241:00": 0,
    "236:00": 0,
    "252:00": 0,
    "252:30": 1,
    "265:00": 1,
    "264:58": 1,
    "290:00": 2,
}


def test_overtimes_follow_from_the_minutes(run):
    outcome = run(games(*(({"minutes": text}, {"minutes": text}) for text in OVERTIMES)))
    assert [own(outcome, 2 * n)["overtime_periods"] for n in range(len(OVERTIMES))] == list(OVERTIMES.values())
    assert [against(outcome, 2 * n)["overtime_periods"] for n in range(len(OVERTIMES))] == list(OVERTIMES.values())


def test_three_overtimes_and_the_larger_of_two_teams(run):
    outcome = run(
        games(
            ({"minutes": "315:00"}, {"minutes": "314:00"}),
            ({"minutes": "240:00"}, {"minutes": "265:00"}),
            ({"minutes": None}, {"minutes": "265:00"}),
            ({"minutes": "DNP"}, {"minutes": " "}),
        )
    )
    assert [own(outcome, 2 * n)["overtime_periods"] for n in range(4)] == [3, 1, 1, 0]
    assert [own(outcome, 2 * n + 1)["overtime_periods"] for n in range(4)] == [3, 1, 1, 0]
    issues = [own(outcome, 2 * n)["quality_issues"] for n in range(4)]
    assert "minutes_total_mismatch" in issues[1]
    assert "overtime_unknown" in issues[3]
    assert not any("overtime_unknown" in found for found in issues[:3])


def test_pace_is_per_48_minutes_of_the_whole_game(run):
    """The same possessions in two overtimes are fewer per 48 minutes."""
    line = box(100, 90, 20, 10, 10)
    outcome = run(games((line, line), (line | {"minutes": "290:00"}, line | {"minutes": "290:00"})))
    assert [own(outcome, n)["pace"] for n in (0, 2)] == [98.8, 81.8]
    assert [own(outcome, n)["offensive_rating"] for n in (0, 2)] == [101.21, 101.21]


def test_who_won(run):
    outcome = run(games(({"points": 110}, {"points": 100}), ({"points": 100}, {"points": 100})))
    assert [pick(own(outcome, n), "margin_of_victory", "win_flag") for n in range(4)] == [
        (10, True),
        (-10, False),
        (0, None),
        (0, None),
    ]
    assert [pick(against(outcome, n), "margin_of_victory", "win_flag") for n in range(2)] == [(10, True), (-10, False)]


def test_a_defending_row_shows_the_opponents_counts_and_its_own_defence(run):
    """Fouls, steals and defensive rebounds are the defender's; all else is the opponent's."""
    mine = {name: 10 + n for n, name in enumerate(STATISTICS)} | {"points": 90}
    theirs = {name: 50 + n for n, name in enumerate(STATISTICS)} | {"points": 95}
    row = against(run(games((mine, theirs))), 0)
    assert {name: row[name] for name in THEIRS} == {name: theirs[given] for name, given in THEIRS.items()}
    assert {name: row[name] for name in OWN} == {name: mine[given] for name, given in OWN.items()}
    assert row["three_pt_points_allowed"] == 3 * theirs["three_pt_made"]


STATISTICS = (
    *("fg_made", "fg_attempted", "three_pt_made", "three_pt_attempted", "ft_made", "ft_attempted"),
    *("offensive_rebounds", "defensive_rebounds", "total_rebounds", "assists", "steals", "blocks", "turnovers"),
    "personal_fouls",
)


THEIRS = {
    "points_allowed": "points",
    "opp_fg_attempts": "fg_attempted",
    "opp_fg_makes": "fg_made",
    "opp_three_pt_attempts": "three_pt_attempted",
    "opp_three_pt_makes": "three_pt_made",
    "opp_ft_attempts": "ft_attempted",
    "opp_ft_makes": "ft_made",
    "opp_rebounds": "total_rebounds",
    "opp_assists": "assists",
    "turnovers_forced": "turnovers",
}
OWN = {"fouls_committed": "personal_fouls", "steals": "steals", "defensive_rebounds": "defensive_rebounds"}


@pytest.mark.parametrize(
    ("given", "rebounds"),
    [
        ({"total_rebounds": 50}, 50),
        ({"total_rebounds": None, "offensive_rebounds": 10, "defensive_rebounds": 30}, 40),
        ({"total_rebounds": None, "offensive_rebounds": None, "defensive_rebounds": 30}, 30),
        ({"total_rebounds": None, "offensive_rebounds": None, "defensive_rebounds": None}, None),
    ],
)
def test_total_rebounds_of_a_team(run, given, rebounds):
    outcome = run(games((given, {})))
    assert own(outcome, 0)["rebounds"] == rebounds
    assert against(outcome, 1)["opp_rebounds"] == rebounds


def test_a_game_has_two_rows_or_none(run):
    """One valid team row makes no row of the other team."""
    outcome = run(games(({"points": 0}, {}), ({}, {})))
    for table in (TOGS, TDGS):
        assert [row["game_id"] for row in outcome.rows[table]] == [f"{DAY:%Y%m%d}_BKN_CHA"] * 2
