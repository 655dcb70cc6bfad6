import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

import polars as pl
import pytest

from nbaproc.boundary import schema
from nbaproc.canonical import partition_fingerprints
from nbaproc.errors import InputError, LakeError, UsageError
from nbaproc.lake import Lake
from nbaproc.parquet import read_facts
from nbaproc.raw.contract import RAW_TABLES
from nbaproc.sources.ingest import (
    Report,
    ingest_gamebook,
    ingest_nba_api,
    ingest_nba_cdn,
    ingest_simulation,
)
from tests.conftest import ROOT
from tests.sources.downloads import (
    GAMES,
    LATE,
    NOVEMBER,
    OPENER,
    PLAYOFF,
    Game,
    files,
    game_book,
    game_list,
    league_schedule,
    moved,
    person,
    play_by_play,
    player_log,
    raw,
    results,
    season_shots,
    shot_chart,
    stamps,
    team_log,
    write,
    write_json,
)

PRESEASON = Game("0012100007", date(2021, 10, 4), "MEL", "BKN")
ALL_STAR = Game("0032100001", date(2022, 2, 20), "DRT", "LBN")
CUP_FINAL = Game("0062100001", date(2021, 12, 9), "LAL", "MIL")

BOXES, TEAMS, SHOTS, SCHEDULE = "nbac_player_boxscores", "nbac_team_boxscore", "nbac_shot_chart", "nbac_schedule"


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    folder = tmp_path / "downloads"
    folder.mkdir()
    return folder


def everything(folder: Path) -> list[tuple[str, Path]]:
    """Write downloads of every kind that tell one story; returns them with the name of their source."""
    earlier = moved(NOVEMBER, date(2021, 11, 14))
    return [
        ("nba-api", write(player_log(OPENER, LATE, NOVEMBER), folder / "season.csv")),
        ("nba-api", write(player_log(NOVEMBER, PLAYOFF), folder / "late.parquet")),
        ("nba-api", write(team_log(OPENER, LATE), folder / "teams.parquet")),
        ("nba-api", write(team_log(PLAYOFF, PRESEASON), folder / "teams_spring.csv")),
        ("nba-api", write(league_schedule(*GAMES, PRESEASON, status=1), folder / "early.parquet")),
        ("nba-api", write(league_schedule(OPENER, NOVEMBER), folder / "schedule.csv.gz")),
        ("nba-api", write(league_schedule(earlier, status=1), folder / "postponed.csv")),
        ("nba-api", write(game_list(*GAMES), folder / "list.csv")),
        ("nba-api", write(results(*GAMES), folder / "results.parquet")),
        ("nba-api", write(shot_chart(OPENER, PLAYOFF), folder / "chart.csv")),
        ("nba-api", write(season_shots(NOVEMBER), folder / "shots.parquet")),
        ("gamebook", write_json(game_book(OPENER), folder / "opener.json.gz")),
        ("gamebook", write_json(game_book(NOVEMBER, inactive="Abel Bknson Jr."), folder / "november.json")),
        ("nba-cdn", write_json(play_by_play(LATE), folder / "late.json")),
        ("nba-cdn", write_json(play_by_play(moved(NOVEMBER, date(2021, 11, 18))), folder / "november_plays.json.gz")),
    ]


READERS: dict[str, Callable[[Lake, Sequence[Path]], Report]] = {
    "nba-api": ingest_nba_api,
    "gamebook": ingest_gamebook,
    "nba-cdn": ingest_nba_cdn,
}


def ingest_one_by_one(lake: Lake, files: Sequence[tuple[str, Path]]) -> None:
    for source, path in files:
        READERS[source](lake, [path])


# Which files are taken.


def test_a_folder_is_searched_recursively(lake: Lake, downloads: Path) -> None:
    write(player_log(OPENER), downloads / "a" / "b" / "log.csv")
    write(league_schedule(OPENER), downloads / "schedule.parquet")
    taken = [(t.path.name, t.layout, t.rows) for t in ingest_nba_api(lake, [downloads]).taken]
    assert taken == [("log.csv", "player game log", 16), ("schedule.parquet", "league schedule", 1)]


def test_unknown_files_of_a_folder_are_left_with_the_reason(lake: Lake, downloads: Path) -> None:
    write(player_log(OPENER), downloads / "log.csv")
    write(pl.DataFrame({"person_id": [1], "birthdate": ["1999-01-01"]}), downloads / "people.csv")
    write(team_log(OPENER).drop("TOV"), downloads / "teams.csv")
    (downloads / "notes.md").write_text("# Notes, with a comma\n")
    (downloads / "report.pdf").write_bytes(b"%PDF-1.4\x00\xff")
    (downloads / "empty.csv").touch()
    (downloads / "cut.parquet").write_bytes(b"PAR1 half a download")
    write_json({"game": {"gameId": 1}}, downloads / "game.json.gz")
    left = {left.path.name: left.reason for left in ingest_nba_api(lake, [downloads]).left}
    assert left.pop("cut.parquet").startswith("cannot be read (")
    assert left == {
        "people.csv": "no known layout",
        "teams.csv": "team game log without column TOV",
        "notes.md": "no known layout",
        "report.pdf": "neither CSV nor Parquet",
        "empty.csv": "is empty; download it again",
        "game.json.gz": "neither CSV nor Parquet",
    }


def test_a_named_file_of_no_known_layout_is_an_error_and_nothing_is_written(lake: Lake, downloads: Path) -> None:
    good = write(player_log(OPENER), downloads / "a.csv")
    bad = write(pl.DataFrame({"person_id": [1]}), downloads / "b.parquet")
    with pytest.raises(InputError, match=r"b\.parquet: no known layout; name another file, or its folder"):
        ingest_nba_api(lake, [good, bad])
    assert not lake.root.exists()


def test_a_named_file_that_lacks_a_column_names_it(lake: Lake, downloads: Path) -> None:
    bad = write(player_log(OPENER).drop("FTA"), downloads / "log.csv")
    with pytest.raises(InputError, match=r"log\.csv: player game log without column FTA"):
        ingest_nba_api(lake, [bad])


def test_a_folder_without_a_known_file_is_an_error_that_names_the_first(lake: Lake, downloads: Path) -> None:
    write(pl.DataFrame({"person_id": [1]}), downloads / "people.csv")
    with pytest.raises(InputError, match=r"no file of a known layout \(.*people\.csv: no known layout\)"):
        ingest_nba_api(lake, [downloads])
    assert not lake.root.exists()


def test_an_empty_folder_is_an_error(lake: Lake, downloads: Path) -> None:
    with pytest.raises(InputError, match="no file of a known layout"):
        ingest_nba_api(lake, [downloads])


def test_a_path_that_does_not_exist_is_named(lake: Lake, downloads: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.csv: no such file or folder"):
        ingest_nba_api(lake, [downloads / "nowhere.csv"])


@pytest.mark.parametrize(
    "name",
    ["log.csv", "log.txt", "log", "schedule_2023.dat", "LOG.CSV", "shots.csv.gz", "log[1].csv", "log *?.parquet"],
)
@pytest.mark.parametrize("ending", [".csv", ".csv.gz", ".parquet"])
def test_the_name_of_a_file_does_not_matter(name: str, ending: str, lake: Lake, downloads: Path) -> None:
    written = write(player_log(OPENER), downloads / f"original{ending}").rename(downloads / name)
    report = ingest_nba_api(lake, [written])
    assert [(t.layout, t.rows) for t in report.taken] == [("player game log", 16)]


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "cannot be read"), (b"no Parquet at all", "cannot be read"), (b"PAR1 cut PAR", "cannot be read")],
)
def test_an_unreadable_parquet_is_named(content: bytes, reason: str, lake: Lake, downloads: Path) -> None:
    path = downloads / "log.parquet"
    path.write_bytes(content)
    with pytest.raises(InputError, match=rf"log\.parquet: {reason} \(.*\); download it again") as caught:
        ingest_nba_api(lake, [path])
    assert "\n" not in str(caught.value)


def test_a_parquet_whose_pages_are_broken_is_named_and_nothing_is_written(lake: Lake, downloads: Path) -> None:
    path = write(player_log(OPENER), downloads / "log.parquet")
    content = bytearray(path.read_bytes())
    content[4:600] = bytes(596)
    path.write_bytes(content)
    write(team_log(OPENER), downloads / "teams.csv")
    with pytest.raises(InputError, match=r"log\.parquet: cannot be read"):
        ingest_nba_api(lake, [downloads])
    assert not lake.root.exists()


def test_a_broken_gzip_is_named(lake: Lake, downloads: Path) -> None:
    path = write(player_log(OPENER), downloads / "log.csv.gz")
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(InputError, match=r"log\.csv\.gz: cannot be read"):
        ingest_nba_api(lake, [path])


def test_a_csv_in_another_encoding_is_named(lake: Lake, downloads: Path) -> None:
    path = downloads / "log.csv"
    text = player_log(OPENER).with_columns(PLAYER_NAME=pl.lit("José")).write_csv()
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(InputError, match=r"log\.csv: cannot be read"):
        ingest_nba_api(lake, [path])


def test_a_csv_may_start_with_a_byte_order_mark(lake: Lake, downloads: Path) -> None:
    path = downloads / "log.csv"
    path.write_bytes(b"\xef\xbb\xbf" + player_log(OPENER).write_csv().encode())
    assert ingest_nba_api(lake, [path]).taken[0].rows == 16


def test_a_line_with_too_many_values_is_named(lake: Lake, downloads: Path) -> None:
    path = write(player_log(OPENER), downloads / "log.csv")
    path.write_text(path.read_text() + "1,2,3" + "," * 40 + "\n")
    with pytest.raises(InputError, match=r"log\.csv: cannot be read"):
        ingest_nba_api(lake, [path])


def test_a_wrong_value_in_one_file_leaves_the_lake_untouched(lake: Lake, downloads: Path) -> None:
    ingest_nba_api(lake, [write(team_log(OPENER), downloads / "teams.csv")])
    before = files(lake.root), stamps(lake.root)
    write(player_log(OPENER), downloads / "a.csv")
    write(player_log(LATE).with_columns(PTS=pl.lit("many")), downloads / "b.csv")
    with pytest.raises(InputError, match=r"b\.csv: column PTS, data row 1"):
        ingest_nba_api(lake, [downloads])
    assert (files(lake.root), stamps(lake.root)) == before


def test_a_file_without_a_usable_row_is_left(lake: Lake, downloads: Path) -> None:
    write(player_log(OPENER), downloads / "log.csv")
    write(team_log(OPENER).clear(), downloads / "teams.csv")
    report = ingest_nba_api(lake, [downloads])
    assert [(left.path.name, left.reason) for left in report.left] == [
        ("teams.csv", "team game log without a usable row")
    ]


def test_a_command_without_a_usable_row_is_an_error_that_says_why(lake: Lake, downloads: Path) -> None:
    path = write(player_log(OPENER).with_columns(GAME_DATE=pl.lit("soon")), downloads / "log.csv")
    with pytest.raises(InputError, match=r"log\.csv: player game log without a usable row \(16 bad_date: .*\)"):
        ingest_nba_api(lake, [path])
    assert not lake.root.exists()


def test_the_lake_inside_a_searched_folder_is_no_download(downloads: Path) -> None:
    lake = Lake(downloads / "lake")
    write(shot_chart(OPENER), downloads / "1.csv")
    ingest_nba_api(lake, [downloads])
    write(shot_chart(OPENER, slots=[0]), downloads / "1.csv")
    report = ingest_nba_api(lake, [downloads])
    assert [t.path.name for t in report.taken] == ["1.csv"]
    assert raw(lake, SHOTS).height == 4


def test_a_play_by_play_table_is_left_for_its_own_command(lake: Lake, downloads: Path) -> None:
    path = write(pl.DataFrame({"gameId": ["1"], "actionNumber": [1], "actionType": ["2pt"]}), downloads / "x.parquet")
    with pytest.raises(InputError, match="play-by-play feed: take it with `nbaproc ingest nba-cdn`"):
        ingest_nba_api(lake, [path])


# Repetition and order.


Story = tuple[list[tuple[str, Path]], Lake]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Downloads of every kind, and a lake of them for reading only."""
    folder = tmp_path_factory.mktemp("story")
    told = everything(folder)
    lake = Lake(folder / "lake")
    ingest_one_by_one(lake, told)
    return told, lake


def test_R22_everything_twice_changes_no_byte_and_no_time(story: Story, lake: Lake) -> None:  # noqa: N802
    told, once = story
    shutil.copytree(once.root, lake.root)
    before = files(lake.root), stamps(lake.root)
    ingest_one_by_one(lake, told)
    assert (files(lake.root), stamps(lake.root)) == before


def test_a_repetition_counts_every_row_as_unchanged(lake: Lake, downloads: Path) -> None:
    write(player_log(*GAMES), downloads / "log.csv")
    write(team_log(*GAMES), downloads / "teams.csv")
    write(league_schedule(*GAMES), downloads / "schedule.csv")
    write(shot_chart(OPENER), downloads / "chart.csv")
    first, again = ingest_nba_api(lake, [downloads]), ingest_nba_api(lake, [downloads])
    for name, stored in first.tables.items():
        if not stored.new:
            continue
        assert (stored.restated, stored.unchanged) == (0, 0), name
        assert (again.tables[name].new, again.tables[name].restated, again.tables[name].files) == (0, 0, 0), name
        assert again.tables[name].unchanged == stored.new > 0, name


@pytest.mark.parametrize("seed", range(7))
def test_the_order_of_files_changes_no_byte(seed: int, story: Story, lake: Lake) -> None:
    told, wanted = story[0], files(story[1].root)
    order = Random(seed).sample(told, len(told))
    ingest_one_by_one(lake, order)
    now = files(lake.root)
    assert [name for name in now.keys() | wanted.keys() if now.get(name) != wanted.get(name)] == []


def test_one_command_or_many_changes_no_byte(story: Story, lake: Lake) -> None:
    told, one_by_one = story
    for source, read in READERS.items():
        read(lake, [path for name, path in told if name == source])
    assert files(lake.root) == files(one_by_one.root)


def test_the_order_of_rows_in_a_file_changes_no_byte(lake: Lake, downloads: Path, tmp_path: Path) -> None:
    other = Lake(tmp_path / "other")
    for name, frame in {"log": player_log(*GAMES), "teams": team_log(*GAMES), "list": results(*GAMES)}.items():
        ingest_nba_api(lake, [write(frame, downloads / f"{name}.csv")])
        ingest_nba_api(other, [write(frame[::-1], downloads / f"{name}.csv")])
    assert files(lake.root) == files(other.root)


# Keys: overlap, restatement, replacement.


def test_overlapping_logs_combine_without_duplicates(lake: Lake, downloads: Path) -> None:
    ingest_nba_api(lake, [write(player_log(OPENER, LATE), downloads / "season.csv")])
    report = ingest_nba_api(lake, [write(player_log(LATE, PLAYOFF), downloads / "playoffs.parquet")])
    stored = report.tables[BOXES]
    assert (stored.new, stored.unchanged, stored.restated) == (16, 16, 0)
    rows = raw(lake, BOXES)
    assert rows.height == 48
    assert not rows.select("game_id", "nba_player_id").is_duplicated().any()


def test_equal_rows_of_one_command_are_stored_once_and_counted(lake: Lake, downloads: Path) -> None:
    write(player_log(OPENER), downloads / "a.csv")
    write(player_log(OPENER), downloads / "b.parquet")
    report = ingest_nba_api(lake, [downloads])
    assert raw(lake, BOXES).height == 16
    assert report.tally.counts["duplicate_rows", BOXES] == 16
    assert len(report.tally.samples["duplicate_rows", BOXES]) == 10


def test_a_later_ingest_wins_and_counts_what_it_restated(lake: Lake, downloads: Path) -> None:
    ingest_nba_api(lake, [write(player_log(OPENER), downloads / "z.csv")])
    first = pl.col("PLAYER_NAME") == "Abel Bknson"
    amended = player_log(OPENER).with_columns(AST=pl.when(first).then(9).otherwise("AST"))
    report = ingest_nba_api(lake, [write(amended, downloads / "a.csv")])
    stored = report.tables[BOXES]
    assert (stored.new, stored.restated, stored.unchanged) == (0, 1, 15)
    assert raw(lake, BOXES).filter(player_full_name="Abel Bknson")["assists"].to_list() == [9]


def test_within_a_command_the_later_name_wins(lake: Lake, downloads: Path) -> None:
    old = write(player_log(OPENER).with_columns(AST=pl.lit(1)), downloads / "1" / "log_2.csv")
    new = write(player_log(OPENER).with_columns(AST=pl.lit(5)), downloads / "0" / "log_3.csv")
    for paths in ([old, new], [new, old]):
        ingest_nba_api(lake, paths)
        assert raw(lake, BOXES)["assists"].unique().to_list() == [5]


def test_a_row_restated_on_another_date_leaves_its_old_month(lake: Lake, downloads: Path) -> None:
    ingest_nba_api(lake, [write(player_log(NOVEMBER), downloads / "log.csv")])
    ingest_nba_api(lake, [write(player_log(moved(NOVEMBER, date(2021, 12, 1))), downloads / "log.csv")])
    assert [m.month for m in lake.months(RAW_TABLES[BOXES])] == ["2021-12"]
    assert raw(lake, BOXES).height == 16


def test_a_later_shot_file_replaces_whole_games_and_leaves_the_others(lake: Lake, downloads: Path) -> None:
    ingest_nba_api(lake, [write(shot_chart(OPENER, LATE), downloads / "chart.csv")])
    report = ingest_nba_api(lake, [write(season_shots(OPENER)[:3], downloads / "shots.csv")])
    counts = dict(raw(lake, SHOTS).group_by("GAME_ID").len().iter_rows())
    assert counts == {OPENER.id: 3, LATE.id: 8}
    assert report.tables[SHOTS].files == 1


def test_a_game_whose_shots_moved_to_another_month_leaves_the_old_one(lake: Lake, downloads: Path) -> None:
    ingest_nba_api(lake, [write(shot_chart(NOVEMBER, OPENER), downloads / "chart.csv")])
    ingest_nba_api(lake, [write(shot_chart(moved(NOVEMBER, date(2021, 12, 1))), downloads / "chart.csv")])
    months = {m.month: lake.read_month(RAW_TABLES[SHOTS], m).height for m in lake.months(RAW_TABLES[SHOTS])}
    assert months == {"2021-10": 8, "2021-12": 8}


def test_shot_charts_player_by_player_make_one_game(lake: Lake, downloads: Path) -> None:
    for slot in range(8):
        write(shot_chart(OPENER, slots=[slot]), downloads / f"player_{slot}.csv")
    report = ingest_nba_api(lake, [downloads])
    together = Lake(downloads / "lake")
    ingest_nba_api(together, [write(shot_chart(OPENER, slots=range(8)), downloads / "all" / "chart.csv")])
    assert raw(lake, SHOTS).height == 32
    assert files(lake.root) == files(together.root)
    assert report.tables[SHOTS].new == 32


def test_fully_equal_shots_are_two_shots(lake: Lake, downloads: Path) -> None:
    report = ingest_nba_api(lake, [write(season_shots(OPENER), downloads / "shots.csv")])
    assert raw(lake, SHOTS).height == 4
    assert not report.tally.counts


def test_of_two_versions_of_a_games_shots_in_one_command_the_later_stays_and_the_other_is_counted(
    lake: Lake, downloads: Path
) -> None:
    write(season_shots(OPENER), downloads / "1.csv")
    write(season_shots(OPENER)[:3], downloads / "2.csv")
    report = ingest_nba_api(lake, [downloads])
    assert raw(lake, SHOTS).height == 3
    assert report.tally.counts == {("duplicate_rows", SHOTS): 4}


# What follows from several files.


@pytest.mark.parametrize("schedule_first", [True, False])
def test_home_and_away_come_from_the_schedule_whenever_it_arrives(
    schedule_first: bool, lake: Lake, downloads: Path
) -> None:
    mirrored = replace(OPENER, away=OPENER.home, home=OPENER.away)
    logs = [write(player_log(mirrored), downloads / "log.csv"), write(team_log(mirrored), downloads / "teams.csv")]
    schedule = write(league_schedule(OPENER), downloads / "schedule.csv")
    for paths in [[schedule], logs] if schedule_first else [logs, [schedule]]:
        ingest_nba_api(lake, paths)
    sides = raw(lake, BOXES).select("away_team_abbr", "home_team_abbr").unique().rows()
    assert sides == [("BKN", "MIL")]
    assert dict(raw(lake, TEAMS).select("team_abbr", "is_home").iter_rows()) == {"BKN": False, "MIL": True}


def test_a_game_the_schedule_lacks_keeps_the_sides_of_its_matchup(lake: Lake, downloads: Path) -> None:
    write(player_log(OPENER), downloads / "log.csv")
    write(league_schedule(LATE), downloads / "schedule.csv")
    ingest_nba_api(lake, [downloads])
    assert raw(lake, BOXES).select("away_team_abbr", "home_team_abbr").unique().rows() == [("BKN", "MIL")]


def test_a_box_score_makes_its_game_final_with_its_score(lake: Lake, downloads: Path) -> None:
    ingest_nba_api(lake, [write(league_schedule(OPENER, status=1), downloads / "schedule.csv")])
    ingest_nba_api(lake, [write(team_log(OPENER), downloads / "teams.csv")])
    row = raw(lake, SCHEDULE).row(0, named=True)
    assert (row["game_status"], row["home_team_score"], row["away_team_score"]) == (3, 127, 104)


# What is counted.


def test_R14_games_out_of_scope_are_stored_and_counted_by_prefix(lake: Lake, downloads: Path) -> None:  # noqa: N802
    write(team_log(OPENER, PRESEASON, ALL_STAR, CUP_FINAL), downloads / "teams.csv")
    report = ingest_nba_api(lake, [downloads])
    assert raw(lake, TEAMS).height == 8
    excluded = {detail: rows for (name, detail), rows in report.tally.counts.items() if name == "excluded_game"}
    assert excluded == {"001": 1, "003": 1, "006": 1}
    assert report.tally.samples["excluded_game", "006"] == ["2021-12-09 0062100001"]


def test_unknown_teams_are_counted_with_at_most_ten_samples(lake: Lake, downloads: Path) -> None:
    path = write(player_log(OPENER).with_columns(TEAM_ABBREVIATION=pl.lit("XXX")), downloads / "log.csv")
    report = ingest_nba_api(lake, [path])
    assert report.tally.counts == {("unknown_team", BOXES): 16}
    samples = report.tally.samples["unknown_team", BOXES]
    assert (len(samples), samples[0]) == (10, "2021-10-19 0022100001 XXX")


@pytest.mark.parametrize(("code", "team"), [("BRK", "BKN"), (" pho ", "PHX"), ("utah", "UTA"), ("GS", "GSW")])
def test_other_codes_of_known_teams_are_no_strangers(code: str, team: str, lake: Lake, downloads: Path) -> None:
    path = write(player_log(OPENER).with_columns(TEAM_ABBREVIATION=pl.lit(code)), downloads / "log.csv")
    assert not ingest_nba_api(lake, [path]).tally.counts
    assert set(lake.read_whole(RAW_TABLES["nba_players_registry"])["team_abbr"]) == {team}


def test_unreadable_minutes_and_dates_are_counted_over_all_files(lake: Lake, downloads: Path) -> None:
    write(player_log(OPENER).with_columns(MIN=pl.lit("12:75")), downloads / "a.csv")
    write(team_log(OPENER).with_columns(GAME_DATE=pl.lit("soon")), downloads / "b.csv")
    report = ingest_nba_api(lake, [downloads])
    assert report.tally.counts == {("bad_minutes", BOXES): 16, ("bad_date", TEAMS): 2}


# What is stored.


@pytest.mark.parametrize("name", [BOXES, TEAMS, SHOTS, SCHEDULE])
def test_month_files_have_the_declared_columns_sorted_by_date_and_key(name: str, story: Story) -> None:
    _, lake = story
    table = RAW_TABLES[name]
    assert table.date is not None
    assert lake.months(table)
    for month in lake.months(table):
        rows = pl.read_parquet(lake.path(table, month), hive_partitioning=False)
        assert dict(rows.schema) == schema(table)
        assert rows.equals(rows.sort(table.date, *table.key))


def test_footers_say_rows_and_fingerprint_of_every_date(lake: Lake, downloads: Path) -> None:
    write(player_log(OPENER, LATE, NOVEMBER), downloads / "log.csv")
    ingest_nba_api(lake, [downloads])
    table = RAW_TABLES[BOXES]
    for month, day, rows in zip(lake.months(table), (OPENER.day, NOVEMBER.day), (32, 16), strict=True):
        facts = read_facts(lake.path(table, month))
        stored = pl.read_parquet(lake.path(table, month), hive_partitioning=False)
        prints = partition_fingerprints(stored, table)
        assert facts["dates"] == {day.isoformat(): {"rows": rows, "fingerprint": prints[day]}}
        assert (facts["table"], facts["month"]) == (table.name, f"{day:%Y-%m}")


def test_processed_at_is_never_a_clock(lake: Lake, downloads: Path) -> None:
    ingest_nba_api(lake, [write(player_log(OPENER), downloads / "log.csv")])
    assert raw(lake, BOXES)["processed_at"].null_count() == 16


def test_a_foreign_parquet_in_the_lake_is_named_and_nothing_is_written(lake: Lake, downloads: Path) -> None:
    ingest_nba_api(lake, [write(player_log(OPENER), downloads / "log.csv")])
    [month] = lake.months(RAW_TABLES[BOXES])
    path = lake.path(RAW_TABLES[BOXES], month)
    raw(lake, BOXES).with_columns(points=pl.lit("ten")).write_parquet(path)
    before = files(lake.root)
    with pytest.raises(LakeError, match=r"2021-10\.parquet: column points is String, declared Int64"):
        ingest_nba_api(lake, [write(player_log(NOVEMBER), downloads / "later.csv")])
    assert files(lake.root) == before


@pytest.mark.parametrize("name", ["season=2021-22/2021-10 copy.parquet", "old/2021-10.parquet"])
def test_a_parquet_that_is_no_month_is_named_and_left_alone(name: str, lake: Lake, downloads: Path) -> None:
    ingest_nba_api(lake, [write(player_log(OPENER), downloads / "log.csv")])
    write(pl.DataFrame({"a": [1]}), lake.folder(RAW_TABLES[BOXES]) / name)
    before = files(lake.root)
    with pytest.raises(LakeError, match=rf"{name}: not a month file of {BOXES}; move it out of the lake"):
        ingest_nba_api(lake, [write(player_log(NOVEMBER), downloads / "later.csv")])
    assert files(lake.root) == before


@pytest.mark.usefixtures("all_cores")
def test_two_ingests_at_once_give_the_bytes_of_one_after_the_other(lake: Lake, downloads: Path, tmp_path: Path) -> None:
    paths = [write(player_log(OPENER, LATE), downloads / "a.csv"), write(team_log(*GAMES), downloads / "b.csv")]
    words = [sys.executable, "-m", "nbaproc.cli.main", "ingest", "nba-api", "--lake", str(lake.root)]
    workers = [subprocess.Popen([*words, str(path)], cwd=ROOT, stdout=subprocess.PIPE) for path in paths]
    for worker in workers:
        with worker:
            assert worker.communicate(timeout=60)[0]
        assert worker.returncode == 0
    alone = Lake(tmp_path / "alone")
    ingest_nba_api(alone, paths)
    assert files(lake.root) == files(alone.root)


def test_two_people_with_one_name_are_two_rows(lake: Lake, downloads: Path) -> None:
    number, name = person("BKN", 0)
    twin = pl.when(pl.col("PLAYER_NAME") == "Boris Bknson").then(pl.lit(name)).otherwise("PLAYER_NAME")
    ingest_nba_api(lake, [write(player_log(OPENER).with_columns(PLAYER_NAME=twin), downloads / "log.csv")])
    rows = raw(lake, BOXES).filter(player_full_name=name)
    assert sorted(rows["nba_player_id"]) == [number, number + 1]


# The simulated league.


def test_a_simulated_season_twice_changes_no_byte_and_no_time(simulated_lake: Path, tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    shutil.copytree(simulated_lake, lake.root)
    before = files(lake.root), stamps(lake.root)
    ingest_simulation(lake, 1, 7, 2021)
    assert (files(lake.root), stamps(lake.root)) == before


def test_simulating_over_real_games_is_refused(lake: Lake, downloads: Path) -> None:
    ingest_nba_api(lake, [write(league_schedule(OPENER), downloads / "schedule.csv")])
    with pytest.raises(UsageError, match="holds real games of 2021-22; simulate into another folder"):
        ingest_simulation(lake, 1, 7, 2021)


# The real files.

REAL_LAYOUTS = {
    "nba_api_leaguegamefinder_teams_": ("team game log", [2788, 2790, 2795]),
    "nba_api_leaguegamelog_players_": ("player game log", [23054, 26039, 25895, 26401]),
    "nba_api_playergamelogs_playoffs_": ("player game log", [1892, 1728, 1685]),
    "nba_api_schedule_results_": ("results per team", [1389, 1390, 1391, 1392]),
    "nba_api_shotchartdetail_": ("shot chart", [102400]),
    "nba_cdn_schedule_slim_": ("game list", [1400]),
    "nba_official_schedule_": ("league schedule", [1221, 1393, 1394, 1305]),
    "nba_shots_domsamangy_": ("season shots", [217220, 218701]),
    "nba_api_player_game_logs_slim_": ("player game log without game ids", [28491]),
    "nba_api_playergamelog_combined_": ("player counts without game ids", [4084]),
    "nba_api_players_birthdates": ("player birth dates", [5024]),
    "nba_api_common_player_info_": ("player info", [4170]),
    "nba_api_playerindex_": ("player index", [594]),
    "fixturedownload_schedule_": ("fixture list", [1200]),
    "kaggle_nba_betting_": ("betting archive", [92466]),
    "sbr_odds_": ("opening and closing lines", [10564]),
    "the_odds_api_props_": ("The Odds API props", [65548]),
    "nba_official_injury_report_": ("injury report", [1484]),
}


@pytest.mark.parametrize("start", REAL_LAYOUTS)
def test_real_files_are_taken_whole(start: str, real_ingest: tuple[Lake, Report]) -> None:
    _, report = real_ingest
    layout, rows = REAL_LAYOUTS[start]
    taken = [t for t in report.taken if t.path.name.startswith(start)]
    assert [t.rows for t in taken] == rows
    assert {t.layout for t in taken} == {layout}


def test_real_files_of_other_kinds_are_left(real_ingest: tuple[Lake, Report], real_data: Path) -> None:
    _, report = real_ingest
    assert len(report.taken) == 32
    everything = {path for path in (real_data / "public").rglob("*") if path.is_file()}
    left = {left.path: left.reason for left in report.left}
    assert left.keys() == everything - {t.path for t in report.taken}
    feeds = [reason for path, reason in left.items() if path.name.startswith("nba_cdn_playbyplay_")]
    assert feeds == ["play-by-play feed: take it with `nbaproc ingest nba-cdn`"] * 2
    built_in = [reason for path, reason in left.items() if path.name.startswith(("nba_arenas_", "nba_team_info"))]
    assert built_in and all(reason.endswith("built in") for reason in built_in)


@pytest.mark.parametrize(
    ("name", "key", "rows"),
    [
        (BOXES, ["game_id", "nba_player_id"], 135_185),
        (TEAMS, ["game_id", "team_abbr"], 8_372),
        (SHOTS, ["GAME_ID", "GAME_EVENT_ID"], 538_321),
        (SCHEDULE, ["game_id", "game_date"], 6_801),
        (
            "odds_api_game_lines",
            ["game_date", "home_team", "bookmaker_key", "outcome_name", "snapshot_timestamp"],
            103_030,
        ),
        ("odds_api_player_points_props", ["data_hash"], 65_548),
        ("nbac_injury_report", ["report_date", "game_date", "team", "player_lookup"], 1_484),
    ],
)
def test_real_rows_are_stored_once(name: str, key: list[str], rows: int, real_ingest: tuple[Lake, Report]) -> None:
    lake, report = real_ingest
    stored = raw(lake, name)
    assert stored.height == report.tables[name].new == rows
    assert not stored.select(key).is_duplicated().any()


def test_real_regular_seasons_are_complete(real_ingest: tuple[Lake, Report]) -> None:
    lake, _ = real_ingest
    final = raw(lake, SCHEDULE).filter(pl.col("game_status") == 3, pl.col("home_team_score") > 0)
    for year in (21, 22, 23):
        assert final.filter(pl.col("game_id").str.starts_with(f"002{year}"))["game_id"].n_unique() == 1230


def test_real_counts_name_what_is_out_of_scope(real_ingest: tuple[Lake, Report]) -> None:
    _, report = real_ingest
    assert {detail for name, detail in report.tally.counts if name == "excluded_game"} == {"001", "003", "006"}
    assert report.tally.counts["duplicate_rows", TEAMS] == 1
    assert report.tally.samples["duplicate_rows", TEAMS] == ["2023-10-14 0012300036 NYK"]


def test_real_files_by_several_commands_in_the_opposite_order_give_the_same_bytes(
    real_ingest: tuple[Lake, Report], lake: Lake
) -> None:
    one, report = real_ingest
    order = [taken.path for taken in reversed(report.taken) if taken.table != SHOTS]
    for start in range(0, len(order), 5):
        ingest_nba_api(lake, order[start : start + 5], report_hour=17)
    wanted = {n: b for n, b in files(one.root).items() if n.startswith(("nba_raw/", "nba_reference/"))}
    assert files(lake.root) == {n: b for n, b in wanted.items() if SHOTS not in n}
