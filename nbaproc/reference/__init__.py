"""The reference engine: the tables in plain Python, one game and one player at a time.

It is meant to be read with a pencil and to prove the vectorised engine: it starts from the raw rows, shares nothing
with that engine but the declarations of columns and categories, and uses the standard library alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date

from nbaproc.columns import Table
from nbaproc.reference import features_stage, games_stage
from nbaproc.reference.entities import Entities, Entity, EntityError
from nbaproc.reference.notes import ML_LABELS, MLFS, PCF, PDC, PGS, PSZA, TDGS, TDZA, TOGS, UPGC, UTGC
from nbaproc.reference.outcome import Outcome

__all__ = ["Entity", "EntityError", "Outcome", "build"]

GAMES = frozenset({TOGS, TDGS, PGS, ML_LABELS})
FEATURES = frozenset({UTGC, UPGC, TDZA, PSZA, PCF, PDC, MLFS})


def build(
    tables: Mapping[str, Table],
    raw: Mapping[str, Sequence[Mapping[str, object]]],
    dates: Collection[date],
    progress: Callable[[date], None] | None = None,
    without: Collection[Entity] = (),
) -> Outcome:
    """Compute tables of one stage.

    Args:
        tables: Declarations of the wanted tables by name.
        raw: Raw rows by raw table, and for the features stage the rows of the game summaries by their names too; a
            table that is not there is empty. Rows of other dates are ignored, but the schedule, the rosters, the
            registry, the aliases and the game summaries are read whole.
        dates: Dates to compute.
        progress: Called with each date once it is done.
        without: Players, teams and games that get no row in a table; tables made of it find none.

    Returns:
        Rows and records of the wanted tables, and counts of the stage.

    Raises:
        ValueError: A wanted table is unknown, the tables are of two stages, or a table of the features stage is
            wanted without one that it is made of.
        EntityError: Something fails while the rows of one player, team or game are made; it is the cause.
    """
    strangers = sorted(set(tables) - GAMES - FEATURES)
    if strangers:
        raise ValueError(f"the reference engine does not know {', '.join(strangers)}")
    if set(tables) & GAMES and set(tables) & FEATURES:
        raise ValueError(f"tables of two stages: {', '.join(sorted(tables))}")
    build_stage = features_stage.build if set(tables) & FEATURES else games_stage.build
    entities = Entities(without)
    try:
        return build_stage(tables, raw, dates, entities, progress)
    except Exception as error:
        if entities.at is None:
            raise
        raise EntityError(entities.at) from error
