"""Options of the commands that talk to the warehouse."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from nbaproc.warehouse.configuration import Configuration

#: Options by the names of `nbaproc.warehouse.configuration.Configuration`.
_OPTIONS = {
    "project": ("--project", "ID", "Project of the warehouse  [default: NBAPROC_PROJECT, GOOGLE_CLOUD_PROJECT]"),
    "location": ("--location", "NAME", "Location of its data sets  [default: NBAPROC_LOCATION, else US]"),
    "dataset_prefix": ("--dataset-prefix", "TEXT", "Put before the name of every data set."),
    "staging": ("--staging", "GS-URL", "gs://bucket/folder that files are loaded from; else they go with the job."),
}


def warehouse_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say where the warehouse is; the command gets them as `where`, for `read_where`.

    Settings come from the options, else from the environment, else from the section `[warehouse]` of `nbaproc.toml`.
    """

    @wraps(command)
    def collected(*arguments: Any, **values: Any) -> Any:
        where = {name: values.pop(name) for name in _OPTIONS}
        return command(*arguments, where=where, **values)

    wrapped: Callable[..., Any] = collected
    for name, (option, metavar, says) in reversed(_OPTIONS.items()):
        wrapped = click.option(option, name, metavar=metavar, help=says)(wrapped)
    return wrapped


def read_where(where: dict[str, str | None]) -> Configuration:
    """Return the configuration of the options, the environment and `nbaproc.toml`.

    Raises:
        ConfigurationError: No project is named, or a value cannot be.
    """
    from nbaproc.warehouse.configuration import read_configuration

    return read_configuration(where, os.environ)
