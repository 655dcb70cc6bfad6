"""Serve the emulator until standard input ends; run by the emulator's own Python: `emulator_server.py FOLDER PROJECT`.

It chooses free ports itself and says them on the first line of standard output. The pipe on standard input is held by
the process that started it: however that one ends, the pipe ends and so does the emulator.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

#: Seconds that the result of a query is kept; BigQuery keeps it for a day.
KEPT = 120.0
#: What DuckDB's lists say of one project, from DuckLake's own catalog.
LISTS = {
    "duckdb_tables()": """
        SELECT '{project}' AS database_name, schema_name, table_name, coalesce(record_count, 0) AS estimated_size
        FROM {catalog}.ducklake_table t JOIN {catalog}.ducklake_schema d USING (schema_id)
        LEFT JOIN {catalog}.ducklake_table_stats USING (table_id)
        WHERE d.end_snapshot IS NULL AND t.end_snapshot IS NULL""",
    "duckdb_views()": """
        SELECT '{project}' AS database_name, schema_name, view_name, FALSE AS internal
        FROM {catalog}.ducklake_view v JOIN {catalog}.ducklake_schema d USING (schema_id)
        WHERE d.end_snapshot IS NULL AND v.end_snapshot IS NULL""",
    "duckdb_columns()": """
        SELECT '{project}' AS database_name, schema_name, table_name, column_name, nulls_allowed AS is_nullable
        FROM {catalog}.ducklake_column c JOIN {catalog}.ducklake_table t USING (table_id)
        JOIN {catalog}.ducklake_schema d USING (schema_id)
        WHERE d.end_snapshot IS NULL AND t.end_snapshot IS NULL AND c.end_snapshot IS NULL
        AND c.parent_column IS NULL""",
}
#: The same of the result of a query, which is a table of DuckDB's.
RESULT = {
    "duckdb_tables()": """
        SELECT 'emulator' AS database_name, '_results' AS schema_name, {table} AS table_name,
        count(*) AS estimated_size FROM {name}""",
    "duckdb_views()": "SELECT '' AS database_name, '' AS schema_name, '' AS view_name, TRUE AS internal",
    "duckdb_columns()": """
        SELECT 'emulator' AS database_name, '_results' AS schema_name, {table} AS table_name, name AS column_name,
        NOT "notnull" AS is_nullable FROM pragma_table_info({quoted})""",
}


def hasten(database: Any) -> None:
    """Look tables and columns up where they are.

    For every query the emulator asks DuckDB's lists a dozen times, and for each answer DuckDB goes through every table
    of every data set and measures it.
    """
    import duckdb

    listed = database.fetch

    def fetch(sql: str, params: list[Any] | None = None) -> list[tuple[Any, ...]]:
        project, dataset, table = (*(params or []), None, None, None)[:3]
        if "duckdb_" not in sql or not isinstance(project, str) or (project == "emulator" and table is None):
            return list(listed(sql, params))
        names = {"project": project, "catalog": database.quote(f"__ducklake_metadata_{project}")}
        if project == "emulator":
            names["name"] = database.quote(project, dataset, table)
            names |= {"table": _text(table), "quoted": _text(names["name"])}
        for name, entries in (RESULT if project == "emulator" else LISTS).items():
            sql = sql.replace(name, f"({entries.format(**names)})")
        try:
            return list(listed(sql, params))
        except duckdb.CatalogException:
            # There is no such project, or no such result.
            return []

    database.fetch = fetch


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def forget(database: Any) -> None:
    """Drop the results of queries that are old, without end: each of them slows down every query."""
    since: dict[str, float] = {}
    while True:
        time.sleep(KEPT / 10)
        now = time.monotonic()
        since = {name: since.get(name, now) for name, *_ in database.objects("emulator", "_results")}
        for name in [name for name, first in since.items() if now - first > KEPT]:
            database.execute(f"DROP TABLE IF EXISTS {database.quote('emulator', '_results', name)}")


def main() -> None:
    """Serve."""
    folder, project = Path(sys.argv[1]), sys.argv[2]
    # An address in the environment would send gs:// elsewhere.
    os.environ.pop("STORAGE_EMULATOR_HOST", None)
    import uvicorn
    from local_bigquery import app
    from local_bigquery.engine import database
    from local_bigquery.grpc import server
    from local_bigquery.settings import settings

    settings.data_dir = folder
    settings.default_project_id = project
    hasten(database)
    database.attach(project)
    threading.Thread(target=forget, args=(database,), daemon=True).start()
    _, grpc_port = server.start("127.0.0.1", 0)
    rest = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=rest.run, daemon=True)
    thread.start()
    while not rest.started and thread.is_alive():
        thread.join(0.01)
    print(rest.servers[0].sockets[0].getsockname()[1], grpc_port, flush=True)
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
