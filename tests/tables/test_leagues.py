"""The generated leagues are worth their name: what goes wrong in them happens in games that are computed."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from nbaproc.run.engines import REFERENCE
from nbaproc.tables import declarations
from tests.tables.compare import NAMES, PGS, TDGS, TOGS, records, rows, run
from tests.tables.leagues import Plan, make_league
from tests.tables.mishaps import MISHAPS

LEAGUES = 180
#: Mishaps after which a game is rightly not computed, or not under its own teams.
FATAL = {"not_final", "one_id_final_on_two_dates", "odd_codes_in_the_schedule", "game_not_in_the_schedule"}


class Statistics:
    """What was seen in many leagues.

    Attributes:
        games: Games of the leagues; with_teams and with_players of them have rows.
        befallen: How often a mishap changed a game, by name; computed: how often that game has rows.
        seen: Values, issues, records and counts: in how many leagues each occurred.
    """

    def __init__(self) -> None:
        self.games = self.with_teams = self.with_players = 0
        self.befallen: Counter[str] = Counter()
        self.computed: Counter[str] = Counter()
        self.seen: Counter[object] = Counter()


@pytest.fixture(scope="module")
def statistics() -> Statistics:
    """A few leagues with each mishap alone among others, drawn with a fixed seed."""
    found, rng = Statistics(), Random(20211115)
    names = list(MISHAPS)
    for number in range(LEAGUES):
        mishaps = (names[number % len(names)], *(rng.choice(names) for _ in range(rng.randint(0, 8))))
        plan = Plan(rng.getrandbits(32), rng.randint(2, 8), rng.randint(1, 4), rng.randint(1, 4), mishaps)
        league = make_league(plan)
        stage = run(REFERENCE, league.raw, league.dates)
        played = {str(row) for row in rows(stage, TOGS)["game_id"]}
        listed = {str(row) for row in rows(stage, PGS)["game_id"]}
        found.games += len(league.world.matches)
        found.with_teams += sum(match.game_id in played for match in league.world.matches)
        found.with_players += sum(match.game_id in listed for match in league.world.matches)
        for name, matches in league.world.touched.items():
            found.befallen[name] += len(matches)
            found.computed[name] += sum(match.game_id in played for match in matches)
        found.seen.update(set(stage.tally.counts))
        found.seen.update({name for name, _ in stage.tally.counts})
        for name in NAMES:
            frame, noted = rows(stage, name), records(stage, name)
            found.seen.update({(name, issue) for issue in frame["quality_issues"].explode().drop_nulls()})
            found.seen.update({(name, *kind) for kind in noted.select("failure_category", "detail").rows()})
            found.seen.update({(name, column) for column in frame.columns if frame[column].null_count() < frame.height})
            for column in ("primary_source_used", "shot_zones_source", "overtime_periods", "over_under_result"):
                if column in frame.columns:
                    found.seen.update({(name, column, value) for value in frame[column].unique()})
    return found


def test_most_games_are_computed(statistics: Statistics) -> None:
    assert statistics.games > 2 * LEAGUES
    assert statistics.with_teams > 0.8 * statistics.games
    assert statistics.with_players > 0.7 * statistics.games


@pytest.mark.parametrize("name", MISHAPS)
def test_the_mishap_happens_in_games_that_are_computed(statistics: Statistics, name: str) -> None:
    assert statistics.befallen[name] >= 3
    if name not in FATAL:
        assert statistics.computed[name] >= 0.4 * statistics.befallen[name]


PLAYER_SOURCES = ("nbac_gamebook", "nbac_boxscores", "bdl_boxscores")
BOX_TABLES = ("nbac_gamebook_player_stats", "nbac_player_boxscores", "bdl_player_boxscores", "nbac_team_boxscore")
FEEDS = ("bigdataball_play_by_play", "nbac_play_by_play", "nbac_shot_chart")
PROPS = ("odds_api_player_points_props", "bettingpros_player_points_props")


@pytest.mark.parametrize(
    ("what", "leagues"),
    [
        *(((PGS, "primary_source_used", source), 20) for source in PLAYER_SOURCES),
        *(((TOGS, "primary_source_used", s), 40) for s in ("nbac_team_boxscore", "reconstructed_team_from_players")),
        *(((TOGS, "shot_zones_source", s), 30) for s in ("bigdataball_pbp", "nbac_pbp", "nbac_shot_chart", None)),
        *(((TOGS, "overtime_periods", k), 10) for k in (0, 1, 2, 3, 6)),
        *(((PGS, "over_under_result", result), 5) for result in ("OVER", "UNDER", "PUSH", None)),
        *(((PGS, "NO_PLAYER_SOURCE", ""), 10), ((TOGS, "NO_TEAM_SOURCE", ""), 10), ((TDGS, "NO_TEAM_SOURCE", ""), 10)),
        *(((PGS, "SOURCE_REJECTED", source), 8) for source in PLAYER_SOURCES),
        *(
            ((PGS, kind, ""), 3)
            for kind in ("TEAM_UNRESOLVED", "TEAM_NOT_IN_GAME", "VALIDATION_FAILED", "DUPLICATE_KEY")
        ),
        *(((TOGS, kind, ""), 3) for kind in ("MISSING_DATA", "DUPLICATE_KEY")),
        ((PGS, "REGISTRY_MISS", ""), 50),
    ],
    ids=str,
)
def test_sources_outcomes_and_records_occur(statistics: Statistics, what: object, leagues: int) -> None:
    assert statistics.seen[what] >= leagues


@pytest.mark.parametrize(
    ("name", "issues"),
    [
        (PGS, "backup_source_used missing_plus_minus missing_shot_zones shot_zone_total_mismatch"),
        (PGS, "usage_rate_out_of_range ambiguous_lookup game_not_in_schedule"),
        (TOGS, "reconstructed shot_zones_unavailable points_calculation_mismatch unrealistic_team_score"),
        (
            TDGS,
            "impossible_shooting minutes_total_mismatch points_total_mismatch overtime_unknown game_not_in_schedule",
        ),
    ],
)
def test_every_issue_occurs(statistics: Statistics, name: str, issues: str) -> None:
    assert all(statistics.seen[name, issue] >= 2 for issue in issues.split())


@pytest.mark.parametrize(
    "what",
    [
        *(("duplicate_rows", table) for table in (*BOX_TABLES, *FEEDS, "nbac_schedule")),
        *(("date_mismatch", table) for table in BOX_TABLES),
        *(("home_away_corrected", table) for table in (*BOX_TABLES, "bigdataball_play_by_play", PROPS[0])),
        *(("unknown_team", table) for table in (*BOX_TABLES, *FEEDS, "nbac_schedule")),
        *(("unmatched_name", feed) for feed in ("bigdataball_pbp", "nbac_pbp", "nbac_shot_chart", *PROPS)),
        *(("prop_after_tip", feed) for feed in PROPS),
        *(("excluded_game", prefix) for prefix in ("001", "003", "006", "102", "label")),
        *("bad_minutes", "box_not_final", "dropped_row", "game_not_final", "no_game", "team_not_in_game"),
        *("prop_without_line", "prop_without_book", "prop_without_time", "tip_mismatch"),
    ],
    ids=str,
)
def test_every_count_occurs(statistics: Statistics, what: object) -> None:
    assert statistics.seen[what] >= 1


def test_every_column_has_values_somewhere(statistics: Statistics) -> None:
    """NULL in every league would prove nothing about a column."""
    for name in NAMES:
        table = declarations()[name]
        assert not [column for column in table.names if not statistics.seen[name, column]]
