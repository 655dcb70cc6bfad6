"""What must hold of both tables whatever the inputs are, checked on the reference engine.

`test_engines_agree` proves that the other engine makes the same of such leagues; `test_poison` holds invariant 5.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from random import Random

import pytest
from hypothesis import given

from nbaproc.reference.schedule import clean_schedule
from nbaproc.run.engines import REFERENCE
from nbaproc.tables import declarations
from tests.tables.declared import assert_as_declared
from tests.tables.leagues import examples
from tests.tables.upcoming.leagues import MISHAPS, STARTS, League, Plan, leagues, make_league
from tests.tables.upcoming.world import (
    GAMEBOOK,
    INJURIES,
    LINES,
    NAMES,
    ODDS,
    PGS,
    PROS,
    ROSTERS,
    SCHEDULE,
    UPGC,
    UTGC,
    Outcome,
    Row,
    compute_world,
)


def made_of(league: League) -> Outcome:
    return compute_world(REFERENCE, league.world, *league.dates)


@given(leagues())
@examples(25)
def test_every_row_is_as_declared(league: League) -> None:
    """Keys, order, hashes, decimals at their digits, no NaN, infinity or minus zero; percentages within 0 and 100."""
    made = made_of(league)
    for name in NAMES:
        table, rows = declarations()[name], made.frame(name).to_dicts()
        assert_as_declared(table, rows)
        shares = [
            n for n in table.names if n.endswith(("completeness_pct", "completeness_percentage", "quality_score"))
        ]
        assert shares
        assert all(0 <= row[name] <= 100 for row in rows for name in shares)


@given(leagues())
@examples(25)
def test_team_rows(league: League) -> None:
    """Two rows a game, complementary; two scales of rest; opposite spreads of one book and snapshot."""
    made = made_of(league)
    games: dict[str, list[Row]] = defaultdict(list)
    for row in made.teams:
        games[row["game_id"]].append(row)
        since, rest = row["days_since_last_game"], row["team_days_rest"]
        assert rest == (None if since is None else since - 1)
        assert row["is_back_to_back"] is row["team_back_to_back"] is (rest == 0)
        assert row["team_win_streak_entering"] * row["team_loss_streak_entering"] == 0
        assert row["games_in_last_7_days"] <= min(6, row["games_in_last_14_days"]) <= 13
        assert row["games_in_last_14_days"] < row["game_number_in_season"]
        assert (row["last_game_result"] is None) is (row["game_number_in_season"] == 1)
    scheduled = clean_schedule(league.frames[SCHEDULE].to_dicts()).by_date
    assert sorted(games) == sorted(game.game_id for day in set(league.dates) for game in scheduled.get(day, []))
    for one, other in games.values():
        assert (one["team_abbr"], one["opponent_team_abbr"]) == (other["opponent_team_abbr"], other["team_abbr"])
        assert one["home_game"] is not other["home_game"]
        assert (one["game_total"], one["total_movement"]) == (other["game_total"], other["total_movement"])


@given(leagues(most=0))
@examples(8)
def test_spreads_of_one_book_and_snapshot_sum_to_nothing(league: League) -> None:
    world, rng = league.world, Random(league.plan.seed)
    world.rows[LINES] = []
    for game in [row for row in world.rows[SCHEDULE] if row["game_date"] in league.dates]:
        away, home, day = game["away_team_tricode"], game["home_team_tricode"], game["game_date"]
        for book in rng.sample(("draftkings", "fanduel", "zzz"), rng.randint(0, 3)):
            for before in rng.sample((2000, 1500, 1000), rng.randint(1, 3)):
                point = rng.randint(-60, 60) / 4
                world.line(home, point, before, book, away, home, day)
                world.line(away, -point, before, book, away, home, day)
    games: dict[str, list[Row]] = defaultdict(list)
    for row in made_of(league).teams:
        games[row["game_id"]].append(row)
    for one, other in games.values():
        assert one["betting_lines_updated_at"] == other["betting_lines_updated_at"]
        assert one["game_spread_source"] == other["game_spread_source"]
        if one["game_spread"] is not None:
            assert one["game_spread"] + other["game_spread"] == 0
            assert one["spread_movement"] + other["spread_movement"] == 0


@given(leagues())
@examples(25)
def test_player_rows(league: League) -> None:
    made = made_of(league)
    sides: dict[tuple[date, str], Row] = {(row["game_date"], row["team_abbr"]): row for row in made.teams}
    quotes: dict[str, set[tuple[object, ...]]] = defaultdict(set)
    for row in made.players:
        own = sides[row["game_date"], row["team_abbr"]]
        other = sides[row["game_date"], row["opponent_team_abbr"]]
        assert (row["game_id"], row["home_game"]) == (own["game_id"], own["home_game"])
        assert row["opponent_days_rest"] == other["days_since_last_game"]
        assert row["games_in_last_7_days"] <= min(6, row["games_in_last_14_days"]) <= 13
        assert row["minutes_in_last_7_days"] <= row["minutes_in_last_14_days"]
        assert row["back_to_back"] is (row["days_rest"] == 1)
        assert row["prop_over_streak"] * row["prop_under_streak"] == 0
        assert row["has_prop_line"] is (row["current_points_line"] is not None)
        assert row["processed_with_issues"] is bool(row["quality_issues"])
        assert row["actual_games_count"] <= 30
        assert row["all_windows_complete"] is all(row[f"{w}_is_complete"] for w in ("l5", "l10", "l7d", "l14d", "l30d"))
        away_home = ("game_spread", "game_spread_source", "game_total", "game_total_source", "opening_spread")
        quotes[row["game_id"]].add(tuple(row[name] for name in away_home))
    assert all(len(found) == 1 for found in quotes.values()), "spread and total are the game's"


@given(leagues())
@examples(25)
def test_everybody_of_a_book_or_a_box_score_is_accounted_for(league: League) -> None:
    """A player of a game book has a row or a record; one of a final game's box score has a row."""
    made, frames = made_of(league), league.frames
    having = {(row["game_date"], row["player_lookup"]) for row in made.players}
    records = made.records_frame().to_dicts()
    noted = {(record["analysis_date"], record["entity_id"]) for record in records}
    assert all(n > 0 for n in made.counts.values())
    for record in records:
        has_row = (record["analysis_date"], record["entity_id"]) in having
        assert has_row is (record["failure_category"] in ("REGISTRY_MISS", "DUPLICATE_PLAYER"))
    lost = Counter((r["analysis_date"], r["entity_id"]) for r in records if r["failure_class"] != "note")
    assert set(lost.values()) <= {1}, "one category only"
    games = clean_schedule(frames[SCHEDULE].to_dicts()).by_date
    final = {(g.game_date, team) for day in set(league.dates) for g in games.get(day, []) if g.final for team in g.pair}
    for row in frames[PGS].to_dicts():
        if (row["game_date"], row["team_abbr"]) in final:
            assert (row["game_date"], row["player_lookup"]) in having
    counted = sum(n for (name, detail), n in made.counts.items() if name != "duplicate_rows" and detail == GAMEBOOK)
    counted += sum(n for (name, _), n in made.counts.items() if name == "excluded_game")
    listed = frames[GAMEBOOK].to_dicts()
    dates = {row["game_date"] for row in made.teams}
    open_ = {
        (row["game_date"], row["player_lookup"].strip())
        for row in listed
        if row["game_date"] in dates and (row["game_date"], row["player_lookup"].strip()) not in having | noted
    }
    assert len(open_) <= counted, "whoever is left was counted"


# The leagues are worth their name.


@pytest.fixture(scope="module")
def seen() -> Counter[object]:
    """What occurred in many leagues: counts, records, values."""
    found: Counter[object] = Counter()
    rng = Random(20240120)
    for n in range(150):
        mishaps = tuple(rng.choice(MISHAPS) for _ in range(rng.randint(0, 12)))
        made = made_of(make_league(Plan(rng.getrandbits(32), n % len(STARTS), rng.randint(2, 6), 16, mishaps)))
        found.update(set(made.counts))
        found.update(set(made.records_frame()["failure_category"]))
        for name in NAMES:
            frame = made.frame(name)
            found.update({(name, c) for c in frame.columns if frame[c].drop_nulls().n_unique() > 1})
            found.update({(name, c, None) for c in frame.columns if frame[c].null_count()})
        found.update({("driver", d) for d in made.frame(UPGC)["driver_source"]})
        found.update({("status", d) for d in made.frame(UPGC)["player_status"]})
        found.update({("tier", name, d) for name in NAMES for d in made.frame(name)["quality_tier"]})
    return found


SOURCES = (GAMEBOOK, ODDS, LINES)


@pytest.mark.parametrize(
    "what",
    [
        *(("unknown_team", table) for table in (*SOURCES, INJURIES, SCHEDULE)),
        *(("duplicate_rows", table) for table in (GAMEBOOK, LINES, SCHEDULE)),
        *(("home_away_corrected", table) for table in SOURCES),
        *(("no_game", table) for table in (ODDS, LINES)),
        *(("unmatched_name", table) for table in (ODDS, PROS, INJURIES)),
        *((f"prop_{name}", table) for table in (ODDS, PROS) for name in ("without_line", "without_book", "after_tip")),
        *((f"prop_{name}", table) for table in (ODDS, PROS) for name in ("without_time",)),
        *((f"line_{name}", LINES) for name in ("without_point", "without_book", "without_time", "after_tip")),
        *((f"line_{name}", LINES) for name in ("without_team", "without_side")),
        *((name, INJURIES) for name in ("empty_name", "team_not_in_game", "unknown_status", "report_without_time")),
        *(("report_after_tip", INJURIES), ("empty_name", GAMEBOOK), ("unknown_time_zone", SCHEDULE)),
        *(("tip_mismatch", ""), ("team_without_players", ""), ("excluded_game", "006")),
        *("NO_SCHEDULE_MATCH", "NO_TEAM", "TEAM_GAME_MISMATCH", "UNRESOLVED_NAME", "VALIDATION_FAILED"),
        *("DUPLICATE_PLAYER", "REGISTRY_MISS"),
        *(("driver", driver) for driver in ("gamebook", "roster", "recent", "boxscore")),
        *(("status", status) for status in ("out", "doubtful", "questionable", "probable", "available", None)),
        *(("tier", UPGC, tier) for tier in ("gold", "silver", "bronze")),
        *(("tier", UTGC, tier) for tier in ("gold", "silver", "bronze", "poor")),
    ],
    ids=str,
)
def test_it_happens_in_the_leagues(seen: Counter[object], what: object) -> None:
    assert seen[what] >= 1


@pytest.mark.parametrize("name", NAMES)
def test_every_column_has_values_and_every_nullable_one_nulls(seen: Counter[object], name: str) -> None:
    table = declarations()[name]
    assert not [column.name for column in table.columns if not seen[name, column.name]]
    assert not [column.name for column in table.columns if column.null and not seen[name, column.name, None]]
    assert ROSTERS in declarations()[UPGC].reads
