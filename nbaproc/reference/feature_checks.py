"""What the rows of a date, and those of a season, should look like together (feature store 9)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import cast

from nbaproc.failures import Category
from nbaproc.features import FEATURES, LABELS, Feature, Spread
from nbaproc.reference.calendar import season_text
from nbaproc.reference.look_back import Day, Made
from nbaproc.reference.notes import MLFS, PCF, PDC, Finding, Notes, reason
from nbaproc.reference.numbers import hu, scale
from nbaproc.reference.raw_rows import RawRow, day, number, text, whole
from nbaproc.reference.season_days import SeasonDays

#: Rows of a date, and known values among them, from which a feature is looked at.
LEAST_ROWS, LEAST_VALUES = 50, 25
#: One row in so many may be like another.
ALIKE = 20
#: Day of a season after which required features should be there, and one row in so many that may lack some.
GROWN_UP, LACKING = 35, 10
#: The zone score, a neutral 0 without a zone of the player and a defence of the opponent.
ZONE_SCORE, OWN_ZONE, DEFENSE = 6, 18, 13


def check_day(day: Day, made: Made) -> Made:
    """Return what was made of a date with what is to be said of its rows together; no row is left out."""
    rows = made.rows
    findings, counts = list(made.findings), list(made.counts)
    if len(rows) >= LEAST_ROWS:
        constant, narrow = narrow_features(rows)
        counts += [("low_spread", column) for column in narrow]
        if constant:
            why = reason("constant_features", ", ".join(constant))
            findings.append(Finding(*day.entity("DATE", "DATE_LEVEL"), Category.DATA_QUALITY_FAILED, why))
    if has_too_many_alike(rows):
        counts.append(("identical_features", MLFS))
    for table, column in ((PDC, "source_daily_cache_hash"), (PCF, "source_composite_hash")):
        if 2 * sum(text(row, column) is not None for row in rows) < len(rows):
            counts.append(("few_upstream_rows", table))
    return Made(rows, findings, counts)


def narrow_features(rows: Sequence[RawRow]) -> tuple[list[str], list[str]]:
    """Return the features with one value for everybody, and those that differ less than they should."""
    constant, narrow = [], []
    games = len({text(row, "game_id") for row in rows})
    for feature in FEATURES:
        expected = feature.spread
        if expected is None or games < expected.games:
            continue
        values = four_digits(feature, rows)
        if len(values) < LEAST_VALUES:
            continue
        if len(set(values)) == 1 and (expected.common is None or values[0] != scale(expected.common, 4)):
            constant.append(feature.column)
        elif is_narrow(values, expected):
            narrow.append(feature.column)
    return constant, narrow


def four_digits(feature: Feature, rows: Iterable[RawRow]) -> list[int]:
    """Return the known values of a feature in 10**-4; of the zone score only those that are no neutral 0."""
    if feature.index == ZONE_SCORE:
        rows = [row for row in rows if _has_zone_score(row)]
    values = (number(row, feature.column) for row in rows)
    scaled = (scale(value, feature.digits) for value in values if value is not None)
    return [hu(value, 10**feature.digits, 4) or 0 for value in scaled]


def is_narrow(values: Sequence[int], expected: Spread) -> bool:
    """Whether values in 10**-4 are too few, or too close to each other.

    >>> is_narrow([0, 20000] * 20, Spread(1.0, 2)), is_narrow([0, 19999] * 20, Spread(1.0, 2))
    (False, True)
    >>> is_narrow([0, 20000] * 20, Spread(1.0, 3))
    True
    """
    count, least = len(values), scale(expected.deviation, 4)
    spread = count * sum(value * value for value in values) - sum(values) ** 2
    return len(set(values)) < expected.distinct or spread < least**2 * count**2


def has_too_many_alike(rows: Sequence[RawRow]) -> bool:
    """Whether all features are the same in more than one row of twenty."""
    vectors = Counter(tuple(row[feature.column] for feature in FEATURES) for row in rows)
    most = max(vectors.values(), default=0)
    return most >= 2 and ALIKE * most > len(rows)


def count_required_defaults(rows: Iterable[RawRow], days: SeasonDays, notes: Notes) -> None:
    """Count the rows of each season that lack a required feature, if too many do once the season has grown up."""
    seasons: dict[int, list[bool]] = {}
    for row in rows:
        if days.day(day(row)) > GROWN_UP:
            lacks = (whole(row, "required_default_count") or 0) > 0
            seasons.setdefault(whole(row, "season_year") or 0, []).append(lacks)
    for season, lacking in seasons.items():
        if LACKING * sum(lacking) >= len(lacking):
            notes.count("required_defaults", season_text(season), times=sum(lacking))


def _has_zone_score(row: RawRow) -> bool:
    sources = cast("list[int]", row["feature_sources"])
    has_defense = row[FEATURES[DEFENSE].column] is not None
    return has_defense and sources[OWN_ZONE] == LABELS["phase4"][0]
