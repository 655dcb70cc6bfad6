"""Being told how far long work is: what a caller may pass to it."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Is told how far a run is."""

    def start(self, total: int) -> None:
        """Start with this many units of work."""

    def working(self, what: str) -> None:
        """Say what is being worked on."""

    def advance(self, units: int, rows: int) -> None:
        """Count units that are done and the rows they have."""


class Silent:
    """A progress that tells nobody."""

    def start(self, total: int) -> None:
        """Do nothing."""

    def working(self, what: str) -> None:
        """Do nothing."""

    def advance(self, units: int, rows: int) -> None:
        """Do nothing."""
