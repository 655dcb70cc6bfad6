"""The 37 features of a player before a game, each with where it came from (feature store 5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from nbaproc.features import FEATURES, Feature
from nbaproc.reference.feature_formulas import (
    absence_rate,
    breakout,
    free_throw_share,
    injury_risk,
    minutes_change,
    points_per_minute,
    recent_trend,
    rest_advantage,
    slope,
    spread,
    z_score,
    zone_shares,
)
from nbaproc.reference.feature_roster import RosterRow
from nbaproc.reference.feature_windows import PlayerPast, TeamPast
from nbaproc.reference.numbers import hu, times
from nbaproc.reference.player_daily_cache import SEASON, SHORT
from nbaproc.reference.raw_rows import RawRow, decimal, folded, whole
from nbaproc.reference.windows import known, scaled_mean

#: Days whose games count as those of the week.
WEEK = timedelta(days=7)
#: Stands for a row that is missing.
NOTHING: RawRow = {}

#: What a feature may be, source by source in the order of the registry, by its place; the first that is known wins.
Candidates = Mapping[int, tuple[int | None, ...]]


class Value(NamedTuple):
    """A feature: an integer of its decimals, and the label of its source."""

    scaled: int | None
    label: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a row is made of; a missing row is NULL.

    Attributes:
        player: The player and his game.
        past: What lies behind him.
        team: What lies behind his team.
        opponent: What lies behind the other team.
        context: His pre-game context.
        cache: His daily cache.
        factors: His composite factors.
        shots: His shot zones.
        defense: Defence zones of the other team.
        has_statuses: Whether there is an injury status of anybody on the date.
        has_absences: Whether the game summaries list anybody who did not play lately.
    """

    player: RosterRow
    past: PlayerPast
    team: TeamPast
    opponent: TeamPast
    context: RawRow | None
    cache: RawRow | None
    factors: RawRow | None
    shots: RawRow | None
    defense: RawRow | None
    has_statuses: bool
    has_absences: bool

    @property
    def days_rest(self) -> int:
        """Days since his last game: the context looks back 30 days, his games the whole season."""
        rest = whole(self.context or NOTHING, "days_rest")
        return (self.player.game.game_date - self.past.season[0].game_date).days if rest is None else rest


def feature_values(inputs: Inputs) -> list[Value]:
    """Return the features in order."""
    found: dict[int, Value] = {}
    for candidates in (of_points(inputs), of_matchup(inputs), of_team(inputs), of_form(inputs), of_line(inputs)):
        found |= settle(candidates)
    found |= settle(of_features(found, inputs))
    return [found[feature.index] for feature in FEATURES]


def settle(candidates: Candidates) -> dict[int, Value]:
    """Return the features of some candidates.

    >>> settle({0: (246000, 240000), 2: (None, 214583), 5: (None,), 18: (None, None)})
    {0: Value(scaled=246000, label='phase4'), 2: Value(scaled=214583, label='phase3'), \
5: Value(scaled=None, label='default'), 18: Value(scaled=None, label='missing')}
    """
    return {index: _first_known(FEATURES[index], of_feature) for index, of_feature in candidates.items()}


def _first_known(feature: Feature, candidates: tuple[int | None, ...]) -> Value:
    for scaled, (label, _) in zip(candidates, feature.sources, strict=True):
        if scaled is not None:
            return Value(scaled, label)
    return Value(None, feature.absent)


def of_points(inputs: Inputs) -> Candidates:
    """Return how a player has scored: of the daily cache, else of his games."""
    cache, past = inputs.cache or NOTHING, inputs.past
    points = [game.points for game in past.last_ten]
    season = [game.points for game in past.season[:SEASON]]
    week = sum(game.game_date > inputs.player.game.game_date - WEEK for game in past.recent)
    games_of_week = "games_in_last_7_days"
    return {
        0: (decimal(cache, "points_avg_last_5", 4), scaled_mean(points[:SHORT], 1, 4)),
        1: (decimal(cache, "points_avg_last_10", 4), scaled_mean(points, 1, 4)),
        2: (decimal(cache, "points_avg_season", 4), scaled_mean(season, 1, 4)),
        3: (decimal(cache, "points_std_last_10", 4), spread(points)),
        4: (whole(cache, games_of_week), whole(inputs.context or NOTHING, games_of_week), week),
    }


def of_matchup(inputs: Inputs) -> Candidates:
    """Return what the composite factors and the opponent's defence say."""
    factors, defense = inputs.factors or NOTHING, inputs.defense or NOTHING
    return {
        5: (whole(factors, "fatigue_score"),),
        6: (decimal(factors, "shot_zone_mismatch_score", 1),),
        7: (decimal(factors, "pace_score", 1),),
        8: (decimal(factors, "usage_spike_score", 1),),
        13: (decimal(defense, "defensive_rating_last_15", 2),),
        14: (decimal(defense, "opponent_pace", 1),),
    }


def of_team(inputs: Inputs) -> Candidates:
    """Return what the game and the player's team say."""
    cache, team, player = inputs.cache or NOTHING, inputs.team, inputs.player
    return {
        9: (rest_advantage(inputs.days_rest, inputs.opponent.rest),),
        15: (int(bool(player.is_home)),),
        16: (int(inputs.days_rest == 1),),
        17: (int(player.game.kind == "playoff"),),
        22: (decimal(cache, "team_pace_last_10", 4), team.pace),
        23: (decimal(cache, "team_off_rating_last_10", 4), team.rating),
        24: (team.win_share,),
    }


def of_form(inputs: Inputs) -> Candidates:
    """Return how a player has played: trends, playing time, where he shoots from, and whether he was there."""
    past, last_ten = inputs.past, inputs.past.last_ten
    points = [game.points for game in last_ten]
    minutes = decimal(inputs.cache or NOTHING, "minutes_avg_last_10", 4)
    if minutes is None:
        minutes = scaled_mean((game.minutes for game in last_ten), 10, 4)
    on_court = [(game.points, game.minutes) for game in last_ten if game.minutes]
    return {
        10: (_risk(inputs),),
        11: (recent_trend(points),),
        12: (minutes_change(minutes, known(game.minutes for game in past.season)),),
        **_shares(inputs),
        21: (free_throw_share(sum(game.free_throws or 0 for game in last_ten), points),),
        30: (len(past.against),),
        31: (scaled_mean((tenths for _, tenths in on_court), 10, 9),),
        32: (points_per_minute(on_court),),
        33: (absence_rate(past.absent) if inputs.has_absences else None,),
        34: (slope(points),),
    }


def of_line(inputs: Inputs) -> Candidates:
    """Return the points line; the opening line counts only beside one."""
    current, opening = (_line(inputs, column) for column in ("current_points_line", "opening_points_line"))
    if current is None:
        opening = None
    return {
        25: (current,),
        26: (opening,),
        27: (current - opening if current is not None and opening is not None else None,),
        28: (int(current is not None),),
    }


def of_features(found: Mapping[int, Value], inputs: Inputs) -> Candidates:
    """Return what is made of other features: the mean of the last five, that of the season and the deviation."""
    short, season, deviation = (found[index].scaled for index in (0, 2, 3))
    against = inputs.past.against
    return {
        29: (hu(sum(against), len(against), 9), times(10**5, season)),
        35: (z_score(short or 0, season or 0, deviation),),
        36: (breakout(short or 0, season or 0, deviation),),
    }


def _risk(inputs: Inputs) -> int | None:
    """Return what the status of a player risks; unknown without pre-game context, and if nobody has a status."""
    if inputs.context is None or not inputs.has_statuses:
        return None
    return injury_risk(folded(inputs.context, "player_status"))


def _shares(inputs: Inputs) -> Candidates:
    """Return the shares of a player's attempts by zone, each of his shot zones, else of his games with zones."""
    games = [game for game in inputs.past.last_ten if game.has_zones]
    attempts = [
        sum(known(shots.attempts for shots in zone))
        for zone in (
            [game.paint for game in games],
            [game.mid_range for game in games],
            [game.three for game in games],
        )
    ]
    rates = ("paint_rate_last_10", "mid_range_rate_last_10", "three_pt_rate_last_10")
    return {
        index: (hu(decimal(inputs.shots or NOTHING, rate, 2), 10**4, 9), share)
        for index, rate, share in zip((18, 19, 20), rates, zone_shares(*attempts), strict=True)
    }


def _line(inputs: Inputs, column: str) -> int | None:
    """Return a line in tenths of a point; nobody has one of 0."""
    line = decimal(inputs.context or NOTHING, column, 1)
    return line if line is not None and line > 0 else None
