"""The data dictionary: complete, true to the declarations in every format, and true of data."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest
from nbaproc.cli import dictionary as command
from nbaproc.cli.main import main

from nbaproc.columns import Column, Range, Table, Type
from nbaproc.dictionary import FORMATS, HEADS, as_html, as_json, as_markdown, describe, known_tables
from nbaproc.failures import PROCESSING_FAILURES
from nbaproc.features import FEATURES
from nbaproc.lake import Lake
from nbaproc.raw.contract import RAW_TABLES
from nbaproc.raw.places import legs
from nbaproc.run.backfill import backfill
from nbaproc.run.engines import POLARS, compute
from nbaproc.tables import GAMES, by_stage, declarations, table_names
from nbaproc.tables._context_columns import FARTHEST, MOST_ZONES
from tests.conftest import ROOT, TODAY
from tests.tables.leagues import Plan, make_league
from tests.tables.mishaps import MISHAPS

OUTPUTS = known_tables()
NUMBERS = (Type.INT64, Type.FLOAT64)


def all_columns(table: Table) -> Iterator[tuple[str, Column]]:
    """The columns of a table and the fields of its structs, with the names the dictionary gives them."""
    for column in table.columns:
        yield column.name, column
        yield from ((f"{column.name}.{field.name}", field) for field in column.fields)


def names_of(tables: dict[str, Table]) -> dict[str, list[str]]:
    return {name: [column for column, _ in all_columns(table)] for name, table in tables.items()}


# What the declarations say.


def test_every_column_that_can_be_null_says_what_null_means() -> None:
    silent = [(t.name, n) for t in OUTPUTS.values() for n, c in all_columns(t) if c.null and not c.when_null]
    assert silent == []


def every() -> list[Column]:
    return [column for table in OUTPUTS.values() for _, column in all_columns(table)]


def test_what_a_column_is_and_what_its_null_means_are_told_apart() -> None:
    mixed = [c.name for c in every() if re.search(r"NULL (where|without|below|if|for|above)", c.says)]
    assert mixed == []


def test_every_column_says_where_it_comes_from() -> None:
    silent = [(t["table"], c["name"]) for t in map(describe, OUTPUTS.values()) for c in t["columns"] if not c["source"]]
    assert silent == []
    of_table = [
        (table.name, column.name) for table in OUTPUTS.values() for column in table.columns if not column.source
    ]
    assert of_table == []


#: Features out of their range are noted and stay, or are rejected.
NOTED = {feature.column: feature for feature in FEATURES if not feature.hard}
REJECTED = {feature.column: feature for feature in FEATURES if feature.hard}
FILES = {path.name for path in (ROOT / "nbaproc" / "data").glob("*.csv")}


@pytest.mark.parametrize("name", declarations())
def test_a_source_names_only_tables_that_are_read_and_columns_that_exist(name: str) -> None:
    """And every table that is read is the source of some column."""
    table, known = declarations()[name], declarations() | RAW_TABLES
    read = {*table.inputs, *table.reads, *table.members, *dict(table.history)}
    named: set[str] = set()
    for column, declared in all_columns(table):
        if column in NOTED or column in REJECTED:
            continue  # The registry of features names tables by their codes.
        for word in re.findall(r"\w+_\w+(?:\.\w+)?", declared.source):
            owner, _, of_owner = word.partition(".")
            if word in FILES or owner in table.names:
                continue
            assert owner in read, f"{column}: {word} is not read"
            assert not of_owner or of_owner in known[owner].names, f"{column}: {word} is no column"
            named.add(owner)
    assert {*table.inputs, *dict(table.history), *table.reads} - named - NOT_SHOWN.get(name, set()) == set()


#: Tables that decide how rows are made and are no value's source.
NOT_SHOWN = {
    # Players without a team are placed through the registry, before their counts are summed.
    "team_offense_game_summary": {"nba_players_registry", "player_aliases"},
    "team_defense_game_summary": {"nba_players_registry", "player_aliases"},
    # These are the sources of features alone.
    "ml_feature_store_v2": {"team_offense_game_summary", "player_game_summary"},
}


# Ranges.


def test_percentages_and_shares_have_both_ends_and_counts_a_lower_one() -> None:
    share = re.compile(r"%|percent|fraction|share|ratio|0–1")
    for column in (c for c in every() if c.type in NUMBERS):
        ends = column.usual if (column.low, column.high) == (None, None) else (column.low, column.high)
        if share.search(column.unit) and "≥ 0" not in column.unit:
            assert None not in ends, f"{column.name} in {column.unit}: {column.range}"
        if column.unit in ("count", "rows", "games", "players", "shots", "teams", "miles", "zones", "minutes", "pairs"):
            assert ends[0] in (0, 1, 7, 15), f"{column.name} in {column.unit}: {column.range}"


#: Columns that have no range: differences of points or paces, which may be of any size.
OPEN = {
    *("margin_of_victory", "last_game_margin", "plus_minus", "margin", "line_movement", "game_spread"),
    *("opening_spread", "spread_movement", "total_movement", "pace_differential", "usage_differential"),
}


def test_every_number_but_a_difference_has_a_range() -> None:
    assert {c.name for c in every() if c.type in NUMBERS and not c.range} == OPEN


def range_of(unit: str) -> Range:
    """The range that is written in a unit.

    >>> range_of("points (−3…3)"), range_of("percent 0–100"), range_of("minutes (≥ 0)"), range_of("days")
    ((-3.0, 3.0), (0.0, 100.0), (0.0, None), (None, None))
    """
    number = r"−?\d+(?:\.\d+)?"
    for pattern in (rf"({number})[–…]({number})", rf"≥ ({number})", rf"±({number})"):
        if found := re.search(pattern, unit):
            ends = [float(end.replace("−", "-")) for end in found.groups()]
            low = -ends[0] if "±" in pattern else ends[0]
            return low, None if "≥" in pattern else ends[-1]
    return None, None


def test_a_range_is_the_one_written_in_the_unit() -> None:
    """Of a feature it is at least that: values a little beyond it are odd, and no more."""
    written = [(column, range_of(column.unit)) for column in every() if range_of(column.unit) != (None, None)]
    assert len(written) > 80
    for column, (low, high) in written:
        if column.name in NOTED:
            assert column.usual[0] is not None and low is not None and column.usual[0] <= low
            assert column.usual[1] is not None and high is not None and column.usual[1] >= high
        else:
            assert (column.low, column.high) == (low, high), column.name


@pytest.mark.parametrize("name", ["team_defense_zone_analysis", "player_shot_zone_analysis", "player_daily_cache"])
def test_the_ranges_of_the_declaration_are_those_the_reference_engine_checks(name: str) -> None:
    table, bounds = declarations()[name], import_module(f"nbaproc.reference.{name}").BOUNDS
    assert {c.name: (c.low, c.high) for c in table.columns if c.hard} == _ends(bounds.hard)
    assert {c.name: c.usual for c in table.columns if c.usual != (None, None)} == _ends(bounds.soft)


def _ends(bounds: Any) -> dict[str, Range]:
    return {bound.column: (bound.least, bound.most) for bound in bounds}


def test_no_other_table_enforces_a_range() -> None:
    enforced = {t["table"]: [c["name"] for c in t["columns"] if c["hard"]] for t in map(describe, OUTPUTS.values())}
    assert {name for name, columns in enforced.items() if columns} == {
        "team_defense_zone_analysis",
        "player_shot_zone_analysis",
        "player_daily_cache",
        "ml_feature_store_v2",
    }
    assert enforced["ml_feature_store_v2"] == [feature.column for feature in FEATURES if feature.hard]


def test_the_longest_way_is_that_of_the_table_of_distances() -> None:
    assert legs().select("miles", "zones").max().row(0) == (FARTHEST, MOST_ZONES)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"type": Type.STRING, "low": 0}, "only numbers"),
        ({"type": Type.BOOL, "usual": (0, 1)}, "only numbers"),
        ({"type": Type.INT64, "low": 2, "high": 1}, "ends below"),
        ({"type": Type.INT64, "usual": (2, 1)}, "ends below"),
        ({"type": Type.INT64, "hard": True}, "is open"),
        ({"type": Type.INT64, "null": False, "when_null": "never"}, "is never NULL"),
    ],
)
def test_a_contradictory_range_or_null_cannot_be_declared(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Column("name", says="", **arguments)


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ({"low": 0}, "≥ 0"),
        ({"high": 1.5}, "≤ 1.5"),
        ({"low": -19.25, "high": 16}, "−19.25…16"),
        ({"low": 15, "high": 15}, "15"),
        ({"usual": (0, 100)}, "usually 0…100"),
        ({"low": 0, "high": 1, "hard": True}, "0…1 (enforced)"),
        ({"low": 0, "hard": True, "usual": (None, 40)}, "≥ 0 (enforced), usually ≤ 40"),
        ({}, ""),
    ],
)
def test_a_range_in_words(column: dict[str, Any], words: str) -> None:
    assert Column("name", Type.INT64, "", **column).range == words


# What data says.


@pytest.fixture(scope="module")
def season(simulated_lake: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    """All tables of ten weeks of a simulated season."""
    lake = Lake(shutil.copytree(simulated_lake, tmp_path_factory.mktemp("season") / "lake"))
    first, last = date(2021, 10, 19), date(2021, 12, 31)
    assert backfill(lake, table_names(), first, last, today=TODAY, engine=POLARS).exit_code == 0
    frames = {name: lake.read(table, first, last) for name, table in declarations().items()}
    records = [lake.read_records(table, first, last) for table in declarations().values()]
    return frames | {PROCESSING_FAILURES.name: pl.concat(records)}


def values_of(frame: pl.DataFrame, name: str) -> pl.Series:
    """The known values of a column or of a field, those of a list each for itself."""
    column, _, field = name.partition(".")
    values = frame[column].struct.field(field) if field else frame[column]
    return (values.explode() if isinstance(values.dtype, pl.List) else values).drop_nulls()


@pytest.mark.parametrize("name", OUTPUTS)
def test_known_values_lie_in_their_range(name: str, season: dict[str, pl.DataFrame]) -> None:
    frame, seen = season[name], 0
    assert frame.height
    for column, declared in all_columns(OUTPUTS[name]):
        values = values_of(frame, column)
        if declared.type in NUMBERS and column not in NOTED and values.len():
            least, most = values.min(), values.max()
            assert declared.low is None or least >= declared.low, f"{column}: {least}"  # type: ignore[operator]
            assert declared.high is None or most <= declared.high, f"{column}: {most}"  # type: ignore[operator]
            seen += 1
    assert seen


def test_a_feature_out_of_its_range_is_noted_in_its_row(season: dict[str, pl.DataFrame]) -> None:
    frame = season["ml_feature_store_v2"]
    notes = pl.col("data_quality_issues").list.eval(pl.element().str.starts_with("range_warning:")).list.sum()
    odd = [~pl.col(f.column).is_between(f.low, f.high).fill_null(True) for f in NOTED.values()]
    counts = frame.select(noted=notes, odd=pl.sum_horizontal(*odd))
    assert counts.filter(pl.col("noted") != pl.min_horizontal("odd", pl.lit(3))).height == 0
    assert counts["odd"].sum() > 0


@pytest.mark.parametrize("name", OUTPUTS)
def test_fields_without_a_meaning_of_null_are_never_null(name: str, season: dict[str, pl.DataFrame]) -> None:
    for column, declared in all_columns(OUTPUTS[name]):
        column, _, field = column.partition(".")
        values = season[name][column]
        nulls = (values.struct.field(field) if field else values).null_count()
        assert declared.null or not nulls, f"{column}.{field}"


@pytest.mark.parametrize("name", OUTPUTS)
def test_values_are_of_their_list(name: str, season: dict[str, pl.DataFrame]) -> None:
    for column, declared in all_columns(OUTPUTS[name]):
        if declared.values:
            assert set(values_of(season[name], column)) <= set(declared.values), column


def test_issues_and_sources_are_of_their_list_whatever_goes_wrong() -> None:
    names, seen = by_stage(table_names())[GAMES], set()
    for seed in range(12):
        mishaps = tuple(Random(seed).sample(list(MISHAPS), 12))
        league = make_league(Plan(seed, teams=8, dates=3, games=4, mishaps=mishaps))
        for name, made in compute(POLARS, names, league.raw, league.dates).tables.items():
            assert made.frame is not None, made.error
            for column in (c for c in declarations()[name].columns if c.type is Type.STRINGS and c.values):
                found = set(values_of(made.frame, column.name))
                assert found <= set(column.values), column.name
                seen |= found
    assert len(seen) > 15


# The formats.


class Page(HTMLParser):
    """What a page holds: ids of its sections, the texts of every row of each, and what is open at the end."""

    VOID = ("meta", "input", "br")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.rows: dict[str, list[list[str]]] = {}
        self.ids: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self._section = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {name: value or "" for name, value in attrs}
        assert not {"src", "style", "onclick"} & facts.keys()
        if "id" in facts:
            self.ids.append(facts["id"])
        if "href" in facts:
            self.links.append(facts["href"])
        if tag == "section":
            self._section = facts["id"]
            self.rows[self._section] = []
        if tag == "tr":
            self.rows[self._section].append([])
        if tag in ("td", "th"):
            self.rows[self._section][-1].append("")
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "td" in self.open or "th" in self.open:
            self.rows[self._section][-1][-1] += data
        elif "script" not in self.open and "style" not in self.open:
            self.text += data


def markdown_rows(text: str) -> dict[str, list[list[str]]]:
    """The cells of the rows of every section, as they are shown."""
    found: dict[str, list[list[str]]] = {}
    for section in text.split("\n## ")[1:]:
        name, *lines = section.splitlines()
        rows = [re.split(r"(?<!\\)\|", line)[1:-1] for line in lines if line.startswith("| ")]
        found[name] = [[re.sub(r"\\(.)", r"\1", cell).strip() for cell in row] for row in rows]
    return found


@pytest.mark.parametrize("tables", [OUTPUTS, RAW_TABLES], ids=["outputs", "raw"])
def test_every_format_has_every_table_and_column_with_the_same_words(tables: dict[str, Table]) -> None:
    page, marked = Page(as_html(tables.values())).rows, markdown_rows(as_markdown(tables.values()))
    listed = {table["table"]: table["columns"] for table in json.loads(as_json(tables.values()))}
    assert [*page] == [*marked] == [*listed] == [*tables]
    for name, columns in names_of(tables).items():
        assert page[name][0] == marked[name][0] == list(HEADS)
        # Markdown has a line between the heads and the rows.
        assert page[name][1:] == marked[name][2:]
        assert [row[0].split(" ")[0] for row in page[name][1:]] == columns
        assert [c["name"] for c in listed[name]] == tables[name].names
        assert all(row[5] and row[6] for row in page[name][1:])


def test_json_says_what_the_declaration_says() -> None:
    (table,) = json.loads(as_json([declarations()["team_defense_zone_analysis"]]))
    assert (table["stage"], table["key"]) == ("features", ["analysis_date", "team_abbr"])
    assert "opp_paint_makes" in table["history"]["team_defense_game_summary"]
    columns = {column["name"]: column for column in table["columns"]}
    assert columns["defensive_rating_last_15"] == {
        "name": "defensive_rating_last_15",
        "type": "FLOAT64",
        "says": "mean defensive_rating of the games that have one",
        "null": True,
        "digits": 2,
        "unit": "points/100 poss.",
        "hashed": True,
        "values": [],
        "optional": False,
        "fields": [],
        "low": 0,
        "high": None,
        "hard": True,
        "usual": [70, 140],
        "range": "≥ 0 (enforced), usually 70…140",
        "when_null": "known in none of the 15 games",
        "source": "team_defense_game_summary",
    }
    assert columns["games_in_sample"]["usual"] is None


def test_a_raw_column_comes_from_itself_and_a_feature_from_what_is_tried_in_order() -> None:
    (schedule,) = (describe(RAW_TABLES[name]) for name in ["nbac_schedule"])
    assert schedule["columns"][0]["source"] == "nbac_schedule.game_id"
    lacking = {column["name"]: column["when_null"] for column in schedule["columns"]}
    assert lacking["game_id"] == ""
    assert lacking["home_team_score"] == "the source has no value"
    assert lacking["arena_name"] == "the source has no such column, or no value"
    store = {column["name"]: column for column in describe(declarations()["ml_feature_store_v2"])["columns"]}
    pace, fatigue = store["f22_team_pace"], store["f05_fatigue_score"]
    assert (pace["says"], pace["range"]) == ("pace of his team", "usually 90…115")
    assert fatigue["range"] == "0…100 (enforced)"
    assert pace["source"] == "PDC.team_pace_last_10 (phase4); else Σ pace / known of the team's last 10 (phase3)"


ODD = "a|b `c` <i>d</i> *e* _f_ [g](h) & \\ ~i~"


@pytest.fixture
def odd() -> Table:
    """A table whose words mean something to Markdown and HTML."""
    column = Column("a", Type.INT64, ODD, unit=ODD, when_null=ODD, source=ODD)
    return Table("odd", "nba_raw", ODD, (), None, (column,))


def test_words_are_shown_as_they_are(odd: Table) -> None:
    shown = ["a", "INT64", ODD, "", ODD, ODD, ODD]
    page, text = Page(as_html([odd])), as_markdown([odd])
    assert page.rows["odd"][1:] == [shown]
    assert ODD in page.text
    assert "<i>" not in as_html([odd])
    assert markdown_rows(text)["odd"][2:] == [shown]
    assert "<i>" not in text.replace("\\<i>", "")


def test_the_page_needs_nothing_but_itself() -> None:
    text = as_html(OUTPUTS.values())
    page = Page(text)
    assert re.findall(r"https?:|//|@import|url\(|<link|<img|src=", text) == []
    assert len(page.ids) == len(set(page.ids))
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)
    assert {*OUTPUTS} <= set(page.ids)
    assert "player_game_summary.points" in page.ids
    assert page.rows.keys() == OUTPUTS.keys()
    assert "prefers-color-scheme: dark" in text
    assert 'type="search"' in text


def test_a_section_names_grain_key_stage_and_inputs() -> None:
    table = declarations()["player_daily_cache"]
    for text in (Page(as_html([table])).text, as_markdown([table])):
        for words in (
            table.says,
            "nba_precompute.player_daily_cache",
            "cache_date, player_lookup",
            "features, from day 14 of a season on",
            "upcoming_player_game_context, player_shot_zone_analysis",
            "player_game_summary, team_offense_game_summary",
        ):
            assert words in text


def test_a_description_fits_into_the_warehouse() -> None:
    paths = sorted((ROOT / "sql" / "ddl").glob("*.sql"))
    found = [words for path in paths for words in re.findall(r'description = "((?:[^"\\]|\\.)*)"', path.read_text())]
    assert len(found) > 600
    assert max(map(len, found)) <= 1024
    whole = "mean usage_rate of the last 10; unit % (0…100); range 0…100 (enforced); NULL: known of none of these games"
    assert whole in found


# The command.

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.chdir(tmp_path)

    def call(*words: object) -> tuple[int, str, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as caught:
            main(["dictionary", *map(str, words)])
        out, err = capsys.readouterr()
        assert isinstance(caught.value.code, int)
        return caught.value.code, out, err

    return call


def test_the_command_offers_the_formats_there_are() -> None:
    assert tuple(FORMATS) == command.FORMATS


def test_help_teaches_by_examples_and_loads_nothing(run: Run) -> None:
    _, out, _ = run("--help")
    assert out.startswith("Usage: nbaproc dictionary [OPTIONS] [NAMES]...")
    for words in ("--format [md|json|html]", "--out FILE", "--raw", "nbaproc dictionary --out dictionary.html"):
        assert words in out
    code = "import sys, nbaproc.cli.main; sys.exit(', '.join({'polars', 'nbaproc.dictionary'} & set(sys.modules)) or 0)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("form", FORMATS)
def test_the_command_prints_every_format(form: str, run: Run) -> None:
    assert run("--format", form) == (0, FORMATS[form](OUTPUTS.values()), "")
    assert run("--format", form, "--raw") == (0, FORMATS[form](RAW_TABLES.values()), "")


def test_without_a_format_it_is_markdown_and_json_where_json_is_asked_for(run: Run) -> None:
    chosen = [declarations()["player_daily_cache"], PROCESSING_FAILURES]
    assert run("PDC", "processing_failures") == (0, as_markdown(chosen), "")
    assert run("PDC", "processing_failures", "--json") == (0, as_json(chosen), "")
    assert run("--raw", "player_aliases") == (0, as_markdown([RAW_TABLES["player_aliases"]]), "")


def test_a_file_has_the_format_of_its_ending_and_replaces_what_was_there(run: Run, tmp_path: Path) -> None:
    for name, form in {"a.html": "html", "b.JSON": "json", "new/c.md": "md", "d.txt": "md"}.items():
        code, out, err = run("PGS", "--out", tmp_path / name)
        assert (code, err) == (0, "")
        assert out == f"99 columns of 1 table(s) in {tmp_path / name}\n"
        assert (tmp_path / name).read_text() == FORMATS[form]([declarations()["player_game_summary"]])
    assert run("PGS", "--out", "a.html", "--format", "md")[0] == 0
    assert (tmp_path / "a.html").read_text().startswith("# Data dictionary")
    receipt = json.loads(run("PGS", "--out", "a.html", "--json")[1])
    assert receipt == {"file": "a.html", "format": "html", "tables": 1, "columns": 99}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.html", "b.JSON", "d.txt", "new"]


def test_an_unknown_table_is_the_error_of_tables(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run("nothing")
    assert (code, out) == (2, "")
    with pytest.raises(SystemExit):
        main(["tables", "nothing"])
    assert err == capsys.readouterr().err.replace("nbaproc tables --help", "nbaproc dictionary --help")
    assert "unknown table 'nothing'; there are" in err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--format", "html", "--json"), "--json and --format html contradict each other"),
        (("--format", "xml"), "'xml' is not one of"),
        (("--out", "."), "is a directory"),
        (("--out", "file/a.md"), "--out file/a.md: cannot be written (File exists); name another file"),
    ],
)
def test_what_cannot_be_done_is_one_line(words: tuple[str, ...], message: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("here")
    code, out, err = run(*words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert message in err


def test_tables_lists_in_json_what_the_dictionary_lists(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    expected = run("PSZA", "--json")[1]
    with pytest.raises(SystemExit):
        main(["tables", "PSZA", "--json"])
    assert capsys.readouterr().out == expected


def test_a_new_table_without_sources_shows_what_it_reads() -> None:
    table = declarations()["ml_labels"]
    bare = replace(table, columns=tuple(replace(column, source="") for column in table.columns))
    assert describe(bare)["columns"][0]["source"] == "player_game_summary"
