"""The worked example of the README, on the real seasons: its figures are those that the script gives."""

from __future__ import annotations

import re
import runpy

import pytest

from nbaproc.lake import Lake
from nbaproc.run.summary import Summary
from nbaproc.training.export import export
from nbaproc.training.plan import Choice
from tests.conftest import LAST, ROOT

ROW = re.compile(r"\| (training-ready|all who played): ([\d,]+) \| ([\d.]+) \| ([\d.]+) \| (\d+) of (\d+) \|")


@pytest.fixture(scope="module")
def figures(
    real_backfill: tuple[Lake, Summary], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, float]]:
    lake, _ = real_backfill
    folder = tmp_path_factory.mktemp("training")
    export(lake, folder, Choice(split="2021-22..2022-23/2023-24"), LAST)
    script = runpy.run_path(str(ROOT / "tests" / "examples" / "train.py"))
    found: dict[str, dict[str, float]] = script["main"](str(folder))
    return found


def test_the_model_beats_the_season_average_on_a_later_season(figures: dict[str, dict[str, float]]) -> None:
    for name, found in figures.items():
        assert found["model"] < found["naive"] - 0.1, name
        assert found["weeks_better"] > 0.8 * found["weeks"], name


def test_the_readme_states_the_figures_of_the_script(figures: dict[str, dict[str, float]]) -> None:
    stated = {row[1]: row for row in ROW.finditer((ROOT / "README.md").read_text(encoding="utf-8"))}
    assert stated.keys() == figures.keys()
    for name, found in figures.items():
        rows, naive, model, better, weeks = stated[name].groups()[1:]
        assert (int(rows.replace(",", "")), int(weeks)) == (found["test_rows"], found["weeks"])
        assert float(naive) == round(found["naive"], 3)
        # The last digits of the model depend on the processor.
        assert float(model) == pytest.approx(found["model"], abs=0.01)
        assert int(better) == pytest.approx(found["weeks_better"], abs=2)
