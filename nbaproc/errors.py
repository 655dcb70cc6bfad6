"""Errors that a user can act on; each names what is wrong and what to do about it."""

from __future__ import annotations


class NbaprocError(Exception):
    """Base of every error the command line prints as one line.

    Attributes:
        exit_code: Exit code of the command that meets it.
    """

    exit_code = 2


class UsageError(NbaprocError):
    """The command was called with something that cannot be: nothing was started."""


class InputError(NbaprocError):
    """A file or a raw table is not what it should be: nothing was written."""


class ConfigurationError(NbaprocError):
    """A schema, a type or a setting differs from its declaration."""


class DuplicateKeysError(ConfigurationError):
    """Rows of a table have one key; none of them is kept by chance."""


class LakeError(NbaprocError):
    """The lake cannot be read or written; what was there before is untouched."""


class PreflightError(NbaprocError):
    """What a command builds on is not there: nothing was started."""

    exit_code = 3


class LedgerError(NbaprocError):
    """The ledger cannot be read or written; the lake is untouched."""


class WarehouseError(NbaprocError):
    """A call of the warehouse failed for good; what it held before is untouched.

    Attributes:
        category: Failure category: QUOTA, CONFLICT, TIMEOUT, UNAVAILABLE or CONFIGURATION.
    """

    exit_code = 1

    def __init__(self, category: str, message: str) -> None:
        super().__init__(message)
        self.category = category
