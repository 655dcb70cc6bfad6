import json
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from nbaproc.errors import InputError
from nbaproc.lake import Lake
from nbaproc.sources.ingest import ingest_gamebook, ingest_nba_api
from tests.sources.downloads import (
    NOVEMBER,
    OPENER,
    files,
    game_book,
    league_schedule,
    player_log,
    raw,
    write,
    write_json,
)

BOOKS = "nbac_gamebook_player_stats"


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def taken(lake: Lake, book: Any, path: Path) -> pl.DataFrame:
    ingest_gamebook(lake, [write_json(book, path)])
    return raw(lake, BOOKS)


def changed(change: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    book = game_book(OPENER)
    change(book)
    return book


@pytest.mark.parametrize("name", ["book.json", "book.json.gz", "book.gz", "BOOK.JSON", "download"])
def test_json_is_read_plain_and_packed_whatever_its_name(name: str, lake: Lake, tmp_path: Path) -> None:
    path = write_json(game_book(OPENER), tmp_path / "x.json.gz" if name.endswith("gz") else tmp_path / "x.json")
    report = ingest_gamebook(lake, [path.rename(tmp_path / name)])
    assert [(t.layout, t.table, t.rows) for t in report.taken] == [("game book", BOOKS, 17)]


def test_every_listed_player_has_his_status(lake: Lake, tmp_path: Path) -> None:
    rows = taken(lake, game_book(OPENER), tmp_path / "x.json")
    assert dict(rows.group_by("player_status").len().iter_rows()) == {"active": 14, "dnp": 2, "inactive": 1}


def test_the_reason_is_kept_of_those_who_did_not_play(lake: Lake, tmp_path: Path) -> None:
    rows = taken(lake, game_book(OPENER), tmp_path / "x.json")
    reasons = dict(rows.filter(pl.col("player_status") != "active").select("player_status", "dnp_reason").iter_rows())
    assert reasons == {"dnp": "DNP - Coach's Decision", "inactive": "Injury/Illness"}


def test_team_names_become_codes_and_the_game_id_names_away_and_home(lake: Lake, tmp_path: Path) -> None:
    rows = taken(lake, game_book(OPENER), tmp_path / "x.json")
    assert set(rows["team_abbr"]) == {"BKN", "MIL"}
    assert rows.select("game_id", "game_date", "away_team_abbr", "home_team_abbr").unique().rows() == [
        ("20211019_BKN_MIL", date(2021, 10, 19), "BKN", "MIL")
    ]


def test_statistics_are_numbers_and_minutes_a_clock(lake: Lake, tmp_path: Path) -> None:
    row = taken(lake, game_book(OPENER), tmp_path / "x.json").filter(player_name="Abel Bknson").row(0, named=True)
    assert (row["minutes"], row["points"], row["plus_minus"], row["blocks"]) == ("36:12", 13, 3, None)


@pytest.mark.parametrize(("given", "stored"), [("+7", 7), (-7, -7), (7.0, 7), ("", None), (None, None), ("nan", None)])
def test_a_number_may_be_text_with_a_sign(given: object, stored: int | None, lake: Lake, tmp_path: Path) -> None:
    book = changed(lambda b: b["active_players"][0]["stats"].update(plus_minus=given))
    rows = taken(lake, book, tmp_path / "x.json")
    assert rows.filter(player_name="Abel Bknson")["plus_minus"].to_list() == [stored]


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("2025-08-05T15:14:38.045043+00:00", datetime(2025, 8, 5, 15, 14, 38, 45043, tzinfo=UTC)),
        ("2025-08-05T15:14:38-04:00", datetime(2025, 8, 5, 19, 14, 38, tzinfo=UTC)),
        ("2025-08-05T15:14:38", datetime(2025, 8, 5, 15, 14, 38, tzinfo=UTC)),
        (None, None),
    ],
)
def test_the_time_of_loading_is_that_of_the_file(
    given: str | None, stored: datetime | None, lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    rows = taken(lake, game_book(OPENER) | {"timestamp": given}, tmp_path / "x.json")
    assert rows["processed_at"].unique().to_list() == [stored]


def test_a_player_of_an_unknown_team_is_counted(lake: Lake, tmp_path: Path) -> None:
    book = changed(lambda b: b["active_players"][0].update(team="Melbourne United"))
    report = ingest_gamebook(lake, [write_json(book, tmp_path / "x.json")])
    assert report.tally.counts == {("unknown_team", BOOKS): 1}
    assert report.tally.samples["unknown_team", BOOKS] == ["2021-10-19 Abel Bknson Melbourne United"]
    assert raw(lake, BOOKS).height == 16


def test_a_player_without_a_name_is_counted(lake: Lake, tmp_path: Path) -> None:
    book = changed(lambda b: b["active_players"][0].update(name=None))
    report = ingest_gamebook(lake, [write_json(book, tmp_path / "x.json")])
    assert report.tally.counts == {("missing_value", BOOKS): 1}


def test_unreadable_minutes_are_kept_and_counted(lake: Lake, tmp_path: Path) -> None:
    book = changed(lambda b: b["active_players"][0]["stats"].update(minutes="12:75"))
    report = ingest_gamebook(lake, [write_json(book, tmp_path / "x.json")])
    assert report.tally.samples["bad_minutes", BOOKS] == ["2021-10-19 20211019_BKN_MIL Abel Bknson 12:75"]
    assert "12:75" in raw(lake, BOOKS)["minutes"].to_list()


def test_a_list_may_be_null(lake: Lake, tmp_path: Path) -> None:
    assert taken(lake, game_book(OPENER) | {"dnp_players": None}, tmp_path / "x.json").height == 15


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda b: b.update(date="10/19/2021"), r"date '10/19/2021' is not YYYY-MM-DD"),
        (lambda b: b.update(timestamp="yesterday"), r"timestamp 'yesterday' is no time"),
        (lambda b: b.update(dnp_players={"a": 1}), r"dnp_players is no list"),
        (lambda b: b.update(home_team=["MIL"]), r"home_team is no text"),
        (lambda b: b["active_players"].insert(2, "Abel"), r"active_players, player 3 is no object"),
        (lambda b: b["active_players"][1].update(stats=[1]), r"active_players, player 2: stats is no object"),
        (lambda b: b["active_players"][1].update(name={"first": "A"}), r"active_players, player 2: name is no text"),
        (
            lambda b: b["active_players"][1]["stats"].update(points="many"),
            r"active_players, player 2: points 'many' is not a whole number",
        ),
        (
            lambda b: b["active_players"][1]["stats"].update(points=12.5),
            r"active_players, player 2: points 12\.5 is not a whole number",
        ),
        (lambda b: b["active_players"][1]["stats"].update(points=10**20), r"points 1000+ is not a whole number"),
        (lambda b: b["active_players"][1]["stats"].update(points=True), r"points True is not a whole number"),
    ],
)
def test_a_wrong_value_names_file_list_and_player(
    change: Callable[[dict[str, Any]], Any], words: str, lake: Lake, tmp_path: Path
) -> None:
    path = write_json(changed(change), tmp_path / "x.json")
    with pytest.raises(InputError, match=rf"x\.json: {words}; mend the file or leave it out|x\.json: .*{words}; mend"):
        ingest_gamebook(lake, [path])
    assert not lake.root.exists()


@pytest.mark.parametrize("content", [b'{"active_players": [', b"", b"\x1f\x8b\x08 cut", b'{"a": \xff}'])
def test_a_file_that_is_no_json_is_named(content: bytes, lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "x.json.gz"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"x\.json\.gz: (cannot be read|holds no JSON) \(.*\); download it again"):
        ingest_gamebook(lake, [path])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ([1], "no game book: it has no list active_players"),
        ({"records": []}, "no game book: it has no list active_players"),
        ({"active_players": [], "date": "2021-10-19"}, "game book without away_team, home_team, dnp_players"),
    ],
)
def test_another_document_is_named_with_the_reason(content: Any, reason: str, lake: Lake, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=rf"x\.json: {reason}"):
        ingest_gamebook(lake, [write_json(content, tmp_path / "x.json")])


def test_a_folder_is_searched_and_the_rest_left(lake: Lake, tmp_path: Path) -> None:
    folder = tmp_path / "books"
    write_json(game_book(OPENER), folder / "a" / "one.json.gz")
    write_json({"records": []}, folder / "injuries.json")
    write(player_log(OPENER), folder / "log.csv")
    report = ingest_gamebook(lake, [folder])
    assert [t.path.name for t in report.taken] == ["one.json.gz"]
    assert {left.path.name: left.reason for left in report.left} == {
        "injuries.json": "no game book: it has no list active_players",
        "log.csv": "no JSON",
    }


def test_a_later_book_replaces_its_game_whole_and_leaves_the_others(lake: Lake, tmp_path: Path) -> None:
    ingest_gamebook(lake, [write_json(game_book(g), tmp_path / f"{g.id}.json") for g in (OPENER, NOVEMBER)])
    shorter = changed(lambda b: b["active_players"].pop())
    report = ingest_gamebook(lake, [write_json(shorter, tmp_path / "again.json")])
    counts = dict(raw(lake, BOOKS).group_by("game_id").len().iter_rows())
    assert counts == {"20211019_BKN_MIL": 16, "20211115_MIL_BKN": 17}
    assert report.tables[BOOKS].unchanged == 16


@pytest.mark.parametrize("books_first", [True, False])
def test_a_name_gets_the_registered_lookup_of_the_one_who_differs_by_a_suffix_only(
    books_first: bool, lake: Lake, tmp_path: Path
) -> None:
    renamed = pl.col("PLAYER_NAME").str.replace("Hugo Milson", "Hugo Milson Jr.")
    log = write(player_log(OPENER).with_columns(renamed), tmp_path / "log.csv")
    book = write_json(game_book(OPENER), tmp_path / "book.json")
    steps = [lambda: ingest_gamebook(lake, [book]), lambda: ingest_nba_api(lake, [log])]
    counted = [step().tally.counts.get(("name_resolved", BOOKS), 0) for step in (steps if books_first else steps[::-1])]
    found = raw(lake, BOOKS).filter(player_name="Hugo Milson").select("player_lookup", "name_resolution_status")
    assert set(found.rows()) == {("hugomilsonjr", "resolved")}
    assert counted == [0, 2]


def test_a_name_that_two_fit_keeps_its_own_lookup(lake: Lake, tmp_path: Path) -> None:
    renamed = pl.col("PLAYER_NAME").replace({"Hugo Milson": "Hugo Milson Jr.", "Abel Milson": "Hugo Milson III"})
    ingest_nba_api(lake, [write(player_log(OPENER).with_columns(renamed), tmp_path / "log.csv")])
    rows = taken(lake, game_book(OPENER), tmp_path / "book.json").filter(player_name="Hugo Milson")
    found = dict(rows.select("player_status", "name_resolution_status").iter_rows())
    assert set(rows["player_lookup"]) == {"hugomilson"}
    assert found == {"dnp": "original", "inactive": "multiple_matches"}


def test_a_surname_that_nobody_fits_keeps_its_own_lookup(lake: Lake, tmp_path: Path) -> None:
    ingest_nba_api(lake, [write(player_log(OPENER), tmp_path / "log.csv")])
    rows = taken(lake, game_book(OPENER, inactive="Jackson Jr."), tmp_path / "book.json")
    found = rows.filter(player_status="inactive").select("player_lookup", "name_resolution_status")
    assert found.rows() == [("jacksonjr", "not_found")]


def test_a_name_is_resolved_among_players_of_its_team_and_season_only(lake: Lake, tmp_path: Path) -> None:
    renamed = pl.col("PLAYER_NAME").replace({"Hugo Bknson": "Hugo Milson Jr."})
    ingest_nba_api(lake, [write(player_log(OPENER).with_columns(renamed), tmp_path / "log.csv")])
    rows = taken(lake, game_book(OPENER), tmp_path / "book.json").filter(player_name="Hugo Milson")
    assert set(rows["player_lookup"]) == {"hugomilson"}


def test_a_resolution_whose_ground_is_gone_is_taken_back(lake: Lake, tmp_path: Path) -> None:
    renamed = player_log(OPENER).with_columns(pl.col("PLAYER_NAME").replace({"Hugo Milson": "Hugo Milson Jr."}))
    fresh = Lake(tmp_path / "fresh")
    book = write_json(game_book(OPENER), tmp_path / "book.json")
    for one in (lake, fresh):
        if one is lake:
            ingest_nba_api(one, [write(renamed, tmp_path / "log.csv")])
        ingest_gamebook(one, [book])
        ingest_nba_api(one, [write(player_log(OPENER), tmp_path / "log.csv")])
    assert set(raw(lake, BOOKS).filter(player_name="Hugo Milson")["player_lookup"]) == {"hugomilson"}
    assert files(lake.root) == files(fresh.root)


def test_a_lookup_the_source_resolved_itself_stays(simulated_lake: Path, tmp_path: Path) -> None:
    rows = raw(Lake(simulated_lake), BOOKS).filter(name_resolution_status="resolved")
    assert rows.height > 1000
    assert (rows["player_lookup"] != rows["player_name"].str.to_lowercase()).mean() > 0.99


def test_real_game_books_list_everybody(real_data: Path, lake: Lake) -> None:
    report = ingest_gamebook(lake, [real_data / "public" / "samples"])
    assert [(t.path.name, t.rows) for t in report.taken] == [
        ("nbac_gamebook_pdf_exp_0173bcd1.json.gz", 41),
        ("nbac_gamebook_pdf_exp_d8072441.json.gz", 39),
    ]
    assert not report.tally.counts
    rows = raw(lake, BOOKS)
    assert dict(rows.filter(player_status="active").group_by("game_id").agg(pl.col("points").sum()).iter_rows()) == {
        "20240410_MEM_CLE": 208,
        "20211008_MIL_BKN": 234,
    }


def test_the_schedule_does_not_touch_books(lake: Lake, tmp_path: Path) -> None:
    before = taken(lake, game_book(OPENER), tmp_path / "x.json")
    ingest_nba_api(lake, [write(league_schedule(OPENER), tmp_path / "s.csv")])
    assert raw(lake, BOOKS).equals(before)
    assert json.loads((tmp_path / "x.json").read_text())["date"] == "2021-10-19"
