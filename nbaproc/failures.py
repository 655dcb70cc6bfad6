"""Failure records: the closed list of categories and the declared table they are stored in.

An entity that should have had a row and has none gets a record here, with the numbers that explain it; a record of
class `note` speaks about a row that was written. Both engines name their records through `Category`, so a misspelt
category cannot be written.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from nbaproc.columns import Column, Table, Type


@dataclass(frozen=True, slots=True)
class Kind:
    """What a category means for whoever reads it.

    Attributes:
        group: expected, upstream, data, bug, ops or note.
        can_retry: Whether new input may cure it.
        severity: info, warning or error.
    """

    group: str
    can_retry: bool
    severity: str


EXPECTED_FINAL = Kind("expected", False, "info")
UPSTREAM = Kind("upstream", True, "warning")
DATA_RETRY = Kind("data", True, "warning")
DATA_FINAL = Kind("data", False, "warning")
BUG = Kind("bug", True, "error")
OPS = Kind("ops", True, "error")
OPS_FINAL = Kind("ops", False, "error")


class Category(Enum):
    """Every failure category: the name is the exact string that is stored, the value holds its `Kind`."""

    EXPECTED_INCOMPLETE = ("EXPECTED_INCOMPLETE", EXPECTED_FINAL)
    INSUFFICIENT_DATA = ("INSUFFICIENT_DATA", EXPECTED_FINAL)
    STALE_DATA = ("STALE_DATA", EXPECTED_FINAL)
    INCOMPLETE_UPSTREAM = ("INCOMPLETE_UPSTREAM", UPSTREAM)
    MISSING_DATA = ("MISSING_DATA", UPSTREAM)
    MISSING_DEPENDENCY = ("MISSING_DEPENDENCY", UPSTREAM)
    UPSTREAM_GAP = ("UPSTREAM_GAP", UPSTREAM)
    CONTAMINATED_UPSTREAM = ("CONTAMINATED_UPSTREAM", UPSTREAM)
    UPSTREAM_CHECK_ERROR = ("UPSTREAM_CHECK_ERROR", OPS)
    CIRCUIT_BREAKER_ACTIVE = ("CIRCUIT_BREAKER_ACTIVE", OPS)
    REGISTRY_MISS = ("REGISTRY_MISS", Kind("note", True, "info"))
    UNRESOLVED_NAME = ("UNRESOLVED_NAME", UPSTREAM)
    NO_PLAYER_SOURCE = ("NO_PLAYER_SOURCE", UPSTREAM)
    NO_TEAM_SOURCE = ("NO_TEAM_SOURCE", UPSTREAM)
    SOURCE_REJECTED = ("SOURCE_REJECTED", Kind("note", True, "warning"))
    TEAM_UNRESOLVED = ("TEAM_UNRESOLVED", DATA_RETRY)
    TEAM_NOT_IN_GAME = ("TEAM_NOT_IN_GAME", DATA_RETRY)
    NO_TEAM = ("NO_TEAM", DATA_RETRY)
    NO_SCHEDULE_MATCH = ("NO_SCHEDULE_MATCH", DATA_RETRY)
    TEAM_GAME_MISMATCH = ("TEAM_GAME_MISMATCH", DATA_RETRY)
    DUPLICATE_KEY = ("DUPLICATE_KEY", Kind("note", False, "warning"))
    DUPLICATE_PLAYER = ("DUPLICATE_PLAYER", Kind("note", False, "warning"))
    VALIDATION_FAILED = ("VALIDATION_FAILED", DATA_FINAL)
    DATA_QUALITY_FAILED = ("DATA_QUALITY_FAILED", DATA_RETRY)
    DATA_ISSUE = ("DATA_ISSUE", Kind("note", False, "info"))
    PROCESSING_ERROR = ("PROCESSING_ERROR", BUG)
    NO_OUTPUT = ("NO_OUTPUT", BUG)
    UNTRACKED = ("UNTRACKED", BUG)
    SHRINK_REFUSED = ("SHRINK_REFUSED", BUG)
    DUPLICATE_KEYS = ("DUPLICATE_KEYS", BUG)
    COUNT_MISMATCH = ("COUNT_MISMATCH", DATA_RETRY)
    QUOTA = ("QUOTA", OPS)
    CONFLICT = ("CONFLICT", OPS)
    TIMEOUT = ("TIMEOUT", OPS)
    UNAVAILABLE = ("UNAVAILABLE", OPS)
    OUT_OF_MEMORY = ("OUT_OF_MEMORY", OPS)
    ABANDONED = ("ABANDONED", OPS)
    CONFIGURATION = ("CONFIGURATION", OPS_FINAL)

    @property
    def kind(self) -> Kind:
        """Class, retryability and severity of the category."""
        return self.value[1]


#: Notes about the rows of a whole date, and how loud those are that are louder than others.
MANY_BAD = "many_bad_rows"
NOTE_SEVERITIES = {MANY_BAD: "error", "contaminated": "critical", "engine_fallback": "error"}

CLASSES = ("expected", "upstream", "data", "bug", "ops", "note")
ENTITIES = ("PLAYER", "TEAM", "GAME", "DATE")
#: Where the columns of a record come from, and what NULL means.
CHECKED, LISTED = "the check that wrote the record", "the list of categories"
COUNTED = "the schedule, and the results that the table looks back on"
NO_WINDOW = "the record is not about a window of games"
NOT_MISSING = "the record is not about missing games of a player"


def _column(
    name: str,
    type_: Type,
    says: str,
    source: str = CHECKED,
    *,
    values: tuple[str, ...] = (),
    low: float | None = None,
    when_null: str = "",
) -> Column:
    return Column(name, type_, says, null=bool(when_null), values=values, low=low, when_null=when_null, source=source)


#: What a table function returns for each record; `nbaproc.boundary.complete_records` adds the rest.
DRAFT = (
    _column("analysis_date", Type.DATE, "date the record speaks of"),
    _column("entity_type", Type.STRING, "what kind of entity", values=ENTITIES),
    _column("entity_id", Type.STRING, "player_lookup, team_abbr, game_id, or DATE_LEVEL"),
    _column("failure_category", Type.STRING, "category", values=tuple(c.name for c in Category)),
    _column("detail", Type.STRING, "name of the note or of the source, empty where the category says all"),
    _column("failure_class", Type.STRING, "class of the category", LISTED, values=CLASSES),
    _column("failure_reason", Type.STRING, "what happened, with the numbers; at most 1,000 characters"),
    _column("occurrences", Type.INT64, "raw rows the record speaks for", low=1),
    _column(
        "failure_type",
        Type.STRING,
        "why a player's games are missing",
        COUNTED,
        values=("COMPLETE", "INSUFFICIENT_HISTORY", "DATA_GAP", "PLAYER_DNP", "MIXED"),
        when_null=NOT_MISSING,
    ),
    _column("is_correctable", Type.BOOL, "loading the missing games would cure it", COUNTED, when_null=NOT_MISSING),
    _column("expected_game_count", Type.INT64, "games expected in the window", COUNTED, low=0, when_null=NO_WINDOW),
    _column("actual_game_count", Type.INT64, "games found in the window", COUNTED, low=0, when_null=NO_WINDOW),
    _column("missing_game_dates", Type.DATES, "dates of the games that are missing", COUNTED),
    _column("resolution_status", Type.STRING, "whether anybody need look", values=("UNRESOLVED", "PERMANENT")),
)
_DRAFT = {column.name: column for column in DRAFT}

PROCESSING_FAILURES = Table(
    name="processing_failures",
    dataset="nba_processing",
    says="one row per table, date, entity, category and detail: why an entity has no row, or a note on its row",
    key=("table_name", "analysis_date", "entity_type", "entity_id", "failure_category", "detail"),
    date="analysis_date",
    columns=(
        _column("table_name", Type.STRING, "output table"),
        *DRAFT[:6],
        _column(
            "severity", Type.STRING, "how loud it should be", LISTED, values=("info", "warning", "error", "critical")
        ),
        _DRAFT["failure_reason"],
        _column("can_retry", Type.BOOL, "new input may cure it", LISTED),
        *DRAFT[8:13],
        _DRAFT["occurrences"],
        _DRAFT["resolution_status"],
    ),
)

#: The sentences of the records, filled in order with the values named in front of each.
REASONS = {
    # -
    "no_player_row": "no player row of this game in any source",
    # sources with rows
    "no_usable_player_source": "no usable player source among {}",
    # source, failed tests, away, active rows, seconds, points, home, active rows, seconds, points, final score
    "source_rejected": "{} failed {}: {} {} active, {} s, {} points; {} {} active, {} s, {} points; final score {}",
    # -
    "no_team_row": "no team row and no player row of this game in any source",
    # valid team rows
    "no_team_pair": "{} of 2 valid team rows and no usable player source",
    # raw rows
    "no_score": "status 3 without a score; {} raw rows of the game were left out",
    # source, away, home
    "team_unresolved": "{}: no team in the row and no single registry team of {} and {}",
    # source, team, game_id
    "team_not_in_game": "{}: team {} does not play in {}",
    # source
    "empty_name": "{}: the name has no letters or digits",
    # source, raw status
    "unknown_status": "{}: unknown player_status {}",
    # source, game_id, winner's person id, loser's person id
    "two_people": "{} {}: person {} kept, person {} left out",
    # kept game_id, lost game_id
    "two_games": "{} kept, {} left out",
    # winner's raw id, loser's raw id
    "two_schedule_rows": "schedule id {} kept, {} left out",
    # name, team
    "registry_miss": "{} ({}) is not in the registry",
    # away, home
    "no_schedule_match": "nbac_gamebook: the schedule has no game of {} and {} on the date",
    # game_id
    "no_team": "nbac_gamebook {}: no team in the row and no game of the player in the 30 days before",
    # game_id, team
    "team_game_mismatch": "nbac_gamebook {}: team {} does not play in it",
    # game_id, team
    "unresolved_name": "nbac_gamebook {}: only the surname of a player of {} is known",
    # game_id, status
    "unknown_player_status": "nbac_gamebook {}: unknown player_status {}",
    # kept driver, kept team, lost driver, lost team
    "two_teams": "{} of {} kept, {} of {} left out",
    # games in the sample, expected, found, sat out, required
    "below_minimum": "games={} expected={} actual={} dnp={} required={}",
    # games, needed
    "few_games": "games={};need={}",
    # days
    "stale": "days_since_last_game={};max=30",
    # column, value times 10^digits, digits
    "out_of_range": "{} is {} ({} digits)",
    # -
    "no_history": "no result of the season before the date",
    # -
    "no_context": "the pre-game context has no row of the date",
    # -
    "no_played_row": "player_game_summary has no row of anybody who played in this final game",
    # date
    "no_recent_game": "no played game in the 60 days before {}",
    # sum of the scores, rows
    "contaminated_factors": "player_composite_factors: fatigue_score adds up to {} over {} players, not above 50 each",
    # players
    "roster_gap": "{} players who played are not in the pre-game context",
    # -
    "not_in_context": "he played and is not in the pre-game context",
    # bad rows, rows
    "many_bad_rows": "{} of {} rows contradict the declaration",
    # teams
    "absent_teams": "no row of {} was made",
    # valid rows, rows that could be valid, what a valid row has
    "contaminated": "{} of {} rows have {}",
    # games with a source, games
    "partial_upstream": "{} of {} games have a source",
    # what went wrong
    "engine_fallback": "computed one by one in plain Python, since the table as a whole failed: {}",
    # what went wrong
    "processing_error": "no row, since it could not be computed: {}",
    # columns
    "constant_features": "one value for every player: {}",
}
