"""The output tables: one module per table with its declaration `TABLE` and its function `build`.

A module in this package is a table; its name is the table's name. Everything that lists tables (registry, DDL,
dictionary, command line, plan) follows from the modules that are here.
"""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from graphlib import TopologicalSorter
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbaproc.columns import Table
    from nbaproc.tables._built import Built

    #: The first argument is what the tables of the stage share: `GameFrames` or `ContextFrames`.
    Build = Callable[[Any, Mapping[str, Built]], Built]

#: The two stages, in order. Tables of the second look back on tables of the first.
GAMES, FEATURES = "games", "features"
STAGES = (GAMES, FEATURES)


def table_names() -> list[str]:
    """Return the names of all output tables without importing any, in alphabetical order.

    >>> "player_game_summary" in table_names()
    True
    """
    return sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))


@cache
def declarations() -> dict[str, Table]:
    """Return the declaration of every output table by name: stage by stage, inputs before the tables that read them.

    >>> list(declarations())[0]
    'team_defense_game_summary'
    """
    found: dict[str, Table] = {name: import_module(f"{__name__}.{name}").TABLE for name in table_names()}
    for name, table in found.items():
        if table.name != name:
            raise ValueError(f"module {name} declares table {table.name}")
    order = TopologicalSorter({name: sorted(table.inputs) for name, table in found.items()})
    order.prepare()
    names: list[str] = []
    while order.is_active():
        ready = sorted(order.get_ready())
        names += ready
        order.done(*ready)
    return {name: found[name] for name in sorted(names, key=lambda name: STAGES.index(found[name].stage))}


def processor_name(name: str) -> str:
    """Return the name under which messages and the run history know the processing of a table.

    >>> processor_name("player_game_summary"), processor_name("ml_feature_store_v2")
    ('PlayerGameSummaryProcessor', 'MLFeatureStoreProcessor')
    """
    words = re.sub(r"_v\d+$", "", name).split("_")
    return "".join(word.upper() if word == "ml" else word.title() for word in words) + "Processor"


def builder(name: str) -> Build:
    """Return the function that builds a table."""
    build: Build = import_module(f"{__name__}.{name}").build
    return build


def by_stage(names: Iterable[str]) -> dict[str, list[str]]:
    """Return tables by stage, the stages in order and those without a table left out.

    >>> by_stage(["upcoming_team_game_context", "player_game_summary"])
    {'games': ['player_game_summary'], 'features': ['upcoming_team_game_context']}
    """
    wanted, known = set(names), declarations()
    found = {stage: [n for n, table in known.items() if n in wanted and table.stage == stage] for stage in STAGES}
    return {stage: tables for stage, tables in found.items() if tables}


def with_inputs(names: list[str]) -> list[str]:
    """Return tables together with every table of their stage they are computed from, in order."""
    known = declarations()
    wanted, todo = set(names), list(names)
    while todo:
        table = known[todo.pop()]
        new = [i for i in table.inputs if i not in wanted and known[i].stage == table.stage]
        wanted.update(new)
        todo += new
    return [name for name in known if name in wanted]
