"""The raw contract: one declaration per raw table, with every column that is read and no other.

Names and types are those of the raw BigQuery tables, so the same declarations serve extraction, ingestion of public
downloads and the reading of the lake. Columns that may not be NULL here are the ones a row cannot do without: a row
that lacks one is dropped and counted. `optional` columns may be missing from a source as a whole.
"""

from __future__ import annotations

from nbaproc.columns import Column, Table, Type

#: Decimals at which raw fractions enter fingerprints; they are stored as they come.
RAW_DIGITS = 6

S, I, F, B, D, T = Type.STRING, Type.INT64, Type.FLOAT64, Type.BOOL, Type.DATE, Type.TIMESTAMP  # noqa: E741

#: The counting statistics of a box-score line that every player source has, in the order they are declared.
STATISTICS = (
    "points",
    "assists",
    "offensive_rebounds",
    "defensive_rebounds",
    "total_rebounds",
    "steals",
    "blocks",
    "turnovers",
    "personal_fouls",
    "field_goals_made",
    "field_goals_attempted",
    "three_pointers_made",
    "three_pointers_attempted",
    "free_throws_made",
    "free_throws_attempted",
)


def _column(name: str, type_: Type, says: str, *, null: bool = True, optional: bool = False) -> Column:
    return Column(name, type_, says, null=null, optional=optional, digits=RAW_DIGITS if type_ is F else None)


def _need(name: str, type_: Type, says: str) -> Column:
    return _column(name, type_, says, null=False)


def _optional(name: str, type_: Type, says: str) -> Column:
    return _column(name, type_, says, optional=True)


def _statistics(total_rebounds: str = "total_rebounds", *, plus_minus: bool) -> tuple[Column, ...]:
    columns = []
    for statistic in STATISTICS:
        name = total_rebounds if statistic == "total_rebounds" else statistic
        columns.append(_column(name, I, f"{name.replace('_', ' ')} of the box score"))
        if plus_minus and statistic == "personal_fouls":
            columns.append(_column("plus_minus", I, "score difference while on the floor"))
    return tuple(columns)


def _raw(
    name: str, says: str, columns: tuple[Column, ...], *, key: tuple[str, ...] = (), date: str = "game_date"
) -> Table:
    tracked = (
        _column("processed_at", T, "when the source was loaded, as the source says it"),
        _optional("data_hash", S, "canonical hash of the raw row, 16 hex digits"),
    )
    return Table(name=name, dataset="nba_raw", says=says, key=key, date=date, columns=columns + tracked)


_GAME_TEAMS = (
    _column("home_team_abbr", S, "home team code as the source has it"),
    _column("away_team_abbr", S, "away team code as the source has it"),
)

NBAC_SCHEDULE = _raw(
    "nbac_schedule",
    "one row per game id and date of the league schedule",
    (
        _need("game_id", S, "ten-digit game id"),
        _need("game_date", D, "US-Eastern date"),
        _column("game_date_est", T, "tip-off as Eastern wall-clock time under a UTC label"),
        _column("game_status", I, "1 scheduled, 2 live, 3 final"),
        _need("home_team_tricode", S, "home team code"),
        _need("away_team_tricode", S, "away team code"),
        _column("home_team_score", I, "points of the home team"),
        _column("away_team_score", I, "points of the away team"),
        _optional("is_all_star", B, "All-Star game; read only where the id has no ten digits"),
        _optional("is_regular_season", B, "regular season; read only where the id has no ten digits"),
        _optional("is_playoffs", B, "play-offs; read only where the id has no ten digits"),
        _optional("is_primetime", B, "national broadcast window"),
        _optional("neutral_site_flag", B, "played away from the home arena"),
        _optional("arena_name", S, "name of the arena"),
        _optional("arena_city", S, "city of the arena"),
        _optional("arena_timezone", S, "IANA time zone of the arena"),
        _optional("winning_team_tricode", S, "team code of the winner"),
    ),
    key=("game_id", "game_date"),
)

NBAC_GAMEBOOK_PLAYER_STATS = _raw(
    "nbac_gamebook_player_stats",
    "one row per player listed in an official game book: active, did not play, or inactive",
    (
        _column("game_id", S, "game id as the source has it"),
        _need("game_date", D, "US-Eastern date"),
        _column("player_name", S, "name as printed; a bare surname for most inactive players"),
        _need("player_lookup", S, "normalised name, resolved to the full name where that was possible"),
        _column("team_abbr", S, "team code"),
        *_GAME_TEAMS,
        _need("player_status", S, "active, dnp or inactive"),
        _column("dnp_reason", S, "printed reason of a player who did not play"),
        _column("minutes", S, "playing time, MM:SS"),
        *_statistics(plus_minus=True),
        _column("name_resolution_status", S, "original, resolved, not_found or multiple_matches"),
    ),
)

NBAC_PLAYER_BOXSCORES = _raw(
    "nbac_player_boxscores",
    "one row per player who appeared in a game (NBA Stats game logs: whole minutes, no DNP rows)",
    (
        _column("game_id", S, "ten-digit game id"),
        _need("game_date", D, "US-Eastern date"),
        _column("nba_player_id", I, "NBA person id"),
        _need("player_full_name", S, "full name"),
        _column("player_lookup", S, "normalised name of the source; recomputed from the name"),
        _column("team_abbr", S, "team code"),
        *_GAME_TEAMS,
        _column("game_status", S, "Final where the game is over"),
        _column("minutes", S, "playing time, whole minutes as text"),
        *_statistics(plus_minus=True),
    ),
    key=("game_id", "nba_player_id"),
)

BDL_PLAYER_BOXSCORES = _raw(
    "bdl_player_boxscores",
    "one row per player of a game, second feed",
    (
        _column("game_id", S, "game id as the source has it"),
        _need("game_date", D, "US-Eastern date"),
        _need("player_full_name", S, "full name"),
        _column("player_lookup", S, "normalised name of the source; recomputed from the name"),
        _column("team_abbr", S, "team code"),
        *_GAME_TEAMS,
        _column("minutes", S, "playing time, MM or MM:SS"),
        *_statistics("rebounds", plus_minus=False),
    ),
)

NBAC_TEAM_BOXSCORE = _raw(
    "nbac_team_boxscore",
    "one row per team and game",
    (
        _column("game_id", S, "game id as the source has it"),
        _column("nba_game_id", S, "ten-digit game id"),
        _need("game_date", D, "US-Eastern date"),
        _need("team_abbr", S, "team code"),
        _column("is_home", B, "the team is the home team"),
        _column("minutes", S, "minutes of all players, MMM:SS"),
        _column("points", I, "points"),
        _column("fg_made", I, "field goals made"),
        _column("fg_attempted", I, "field goals attempted"),
        _column("three_pt_made", I, "three-pointers made"),
        _column("three_pt_attempted", I, "three-pointers attempted"),
        _column("ft_made", I, "free throws made"),
        _column("ft_attempted", I, "free throws attempted"),
        _column("offensive_rebounds", I, "offensive rebounds"),
        _column("defensive_rebounds", I, "defensive rebounds"),
        _column("total_rebounds", I, "rebounds"),
        _column("assists", I, "assists"),
        _column("steals", I, "steals"),
        _column("blocks", I, "blocks"),
        _column("turnovers", I, "turnovers"),
        _column("personal_fouls", I, "personal fouls"),
    ),
    key=("game_id", "team_abbr"),
)

BIGDATABALL_PLAY_BY_PLAY = _raw(
    "bigdataball_play_by_play",
    "one row per event of a game",
    (
        _column("game_id", S, "game id as the source has it"),
        _need("game_date", D, "US-Eastern date"),
        *_GAME_TEAMS,
        _column("event_id", S, "id of the event within the game"),
        _column("event_type", S, "shot, free throw, rebound, ..."),
        _column("event_subtype", S, "kind of shot or free throw"),
        _column("player_1_name", S, "who acted"),
        _column("player_1_lookup", S, "normalised name, stands in where the name is NULL"),
        _column("player_1_team_abbr", S, "team code of the one who acted"),
        _column("player_2_name", S, "who assisted or blocked"),
        _column("player_2_lookup", S, "normalised name, stands in where the name is NULL"),
        _column("player_2_role", S, "assist or block"),
        _column("shot_made", B, "the shot went in"),
        _column("shot_distance", F, "distance from the basket, feet"),
        _column("points_scored", I, "points of the event"),
        _column("period", I, "1 to 4, then overtimes"),
    ),
)

NBAC_PLAY_BY_PLAY = _raw(
    "nbac_play_by_play",
    "one row per action of a game in the league's play-by-play feed, under the feed's own names",
    (
        _need("gameId", S, "ten-digit game id"),
        _need("game_date", D, "US-Eastern date"),
        _need("actionNumber", I, "number of the action within the game"),
        _column("period", I, "1 to 4, then overtimes"),
        _column("actionType", S, "2pt, 3pt, freethrow, ..."),
        _column("subType", S, "kind of shot or free throw"),
        _column("descriptor", S, "further words on the action"),
        _column("shotResult", S, "Made or Missed"),
        _column("shotDistance", F, "distance from the basket, feet"),
        _column("personId", I, "NBA person id of who acted"),
        _column("teamTricode", S, "team code of who acted"),
        _column("assistPersonId", I, "NBA person id of who assisted, 0 for nobody"),
        _column("blockPersonId", I, "NBA person id of who blocked, 0 for nobody"),
    ),
    key=("gameId", "actionNumber"),
)

NBAC_SHOT_CHART = _raw(
    "nbac_shot_chart",
    "one row per field-goal attempt (NBA Stats shot chart), under the source's own names",
    (
        _need("GAME_ID", S, "ten-digit game id"),
        _need("GAME_EVENT_ID", I, "number of the event, or rank in file order where the source has none"),
        _need("PLAYER_ID", I, "NBA person id of the shooter"),
        _need("TEAM_ID", I, "NBA team id of the shooter"),
        _column("PERIOD", I, "1 to 4, then overtimes"),
        _need("SHOT_TYPE", S, "2PT Field Goal or 3PT Field Goal"),
        _column("SHOT_DISTANCE", I, "distance from the basket, whole feet"),
        _need("SHOT_MADE_FLAG", I, "1 made, 0 missed"),
        _column("SHOT_ZONE_BASIC", S, "the league's own zone; not read"),
        _column("LOC_X", I, "tenths of a foot from the basket, sideways; not read"),
        _column("LOC_Y", I, "tenths of a foot from the basket, lengthwise; not read"),
        _need("GAME_DATE", D, "US-Eastern date"),
        _optional("PLAYER_NAME", S, "name of the shooter"),
    ),
    key=("GAME_ID", "GAME_EVENT_ID"),
    date="GAME_DATE",
)

ODDS_API_PLAYER_POINTS_PROPS = _raw(
    "odds_api_player_points_props",
    "one row per book, player and snapshot of a points line",
    (
        _need("game_date", D, "US-Eastern date"),
        _column("game_start_time", T, "tip-off, a true instant"),
        _need("player_name", S, "name as the book has it"),
        _column("player_lookup", S, "normalised name of the source; recomputed from the name"),
        *_GAME_TEAMS,
        _column("bookmaker", S, "book"),
        _column("points_line", F, "points line"),
        _column("snapshot_timestamp", T, "when the line was seen, a true instant"),
        _column("bookmaker_last_update", T, "when the book last moved it, a true instant"),
    ),
)

BETTINGPROS_PLAYER_POINTS_PROPS = _raw(
    "bettingpros_player_points_props",
    "one row per book, player and side of a points line, second feed",
    (
        _need("game_date", D, "US-Eastern date"),
        _column("market_type", S, "points, ..."),
        _column("bet_side", S, "over or under"),
        _need("player_name", S, "name as the feed has it"),
        _column("player_lookup", S, "normalised name of the source; recomputed from the name"),
        _column("bookmaker", S, "book"),
        _column("points_line", F, "points line"),
        _column("opening_line", F, "line the book opened with"),
        _column("bookmaker_last_update", T, "Eastern wall-clock time under a UTC label"),
        _column("is_active", B, "false once the line was taken down"),
    ),
)

ODDS_API_GAME_LINES = _raw(
    "odds_api_game_lines",
    "one row per book, market, outcome and snapshot of a game line",
    (
        _need("game_date", D, "US-Eastern date"),
        _column("home_team", S, "home team, full name"),
        _column("away_team", S, "away team, full name"),
        *_GAME_TEAMS,
        _need("bookmaker_key", S, "book"),
        _need("market_key", S, "spreads or totals"),
        _need("outcome_name", S, "team name, Over or Under"),
        _column("outcome_point", F, "spread or total, points"),
        _column("snapshot_timestamp", T, "when the line was seen, a true instant"),
        _column("commence_time", T, "tip-off, a true instant"),
    ),
)

ESPN_TEAM_ROSTERS = _raw(
    "espn_team_rosters",
    "one row per scrape, team and player of a team's roster",
    (
        _need("roster_date", D, "date of the scrape"),
        _column("scrape_hour", I, "hour of the scrape"),
        _need("team_abbr", S, "team code"),
        _need("player_lookup", S, "normalised name of the source"),
        _column("age", I, "age in years on the date of the scrape"),
        _column("birth_date", D, "date of birth"),
    ),
    date="roster_date",
)

NBAC_INJURY_REPORT = _raw(
    "nbac_injury_report",
    "one row per player of an official injury report",
    (
        _need("report_date", D, "US-Eastern date of the report"),
        _column("report_hour", I, "US-Eastern hour the report was issued in, 0 to 23"),
        _need("game_date", D, "US-Eastern date of the game"),
        _need("team", S, "team code"),
        _need("player_lookup", S, "normalised name"),
        _column("injury_status", S, "out, doubtful, questionable, probable or available"),
        _column("reason", S, "printed reason"),
        _column("reason_category", S, "injury, g_league, rest, personal, not_with_team, suspension or other"),
        _column("confidence_score", F, "how sure the reader of the report was, 0 to 1"),
    ),
)

NBA_PLAYERS_REGISTRY = Table(
    name="nba_players_registry",
    dataset="nba_reference",
    says="one row per person, season and team: the identities that names are resolved to",
    key=(),
    date=None,
    columns=(
        _need("player_lookup", S, "normalised name"),
        _column("universal_player_id", S, "the project's id of the person, <lookup>_<number>"),
        _column("season", S, "season as 2021-22"),
        _column("team_abbr", S, "team code"),
        _optional("nba_player_id", I, "NBA person id"),
        _optional("birth_date", D, "date of birth"),
    ),
)

PLAYER_ALIASES = Table(
    name="player_aliases",
    dataset="nba_reference",
    says="one row per other spelling of a player's name",
    key=(),
    date=None,
    columns=(
        _need("alias_lookup", S, "normalised other spelling"),
        _need("nba_canonical_lookup", S, "normalised name the registry knows"),
        _column("is_active", B, "false once the alias was withdrawn"),
    ),
)

#: Every raw table, by name.
RAW_TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        NBAC_SCHEDULE,
        NBAC_GAMEBOOK_PLAYER_STATS,
        NBAC_PLAYER_BOXSCORES,
        BDL_PLAYER_BOXSCORES,
        NBAC_TEAM_BOXSCORE,
        BIGDATABALL_PLAY_BY_PLAY,
        NBAC_PLAY_BY_PLAY,
        NBAC_SHOT_CHART,
        ODDS_API_PLAYER_POINTS_PROPS,
        BETTINGPROS_PLAYER_POINTS_PROPS,
        ODDS_API_GAME_LINES,
        ESPN_TEAM_ROSTERS,
        NBAC_INJURY_REPORT,
        NBA_PLAYERS_REGISTRY,
        PLAYER_ALIASES,
    )
}

#: Raw tables that are read whole, whatever the dates: the schedule, the rosters and the small reference tables.
READ_WHOLE = ("nbac_schedule", "espn_team_rosters", "nba_players_registry", "player_aliases")
