-- Generated from the declarations by `make ddl`; do not edit.
-- First days of seasons, for schedules that lack them.
SELECT 2019 AS season_year, DATE '2019-10-22' AS opener
UNION ALL
SELECT 2020 AS season_year, DATE '2020-12-22' AS opener
UNION ALL
SELECT 2021 AS season_year, DATE '2021-10-19' AS opener
UNION ALL
SELECT 2022 AS season_year, DATE '2022-10-18' AS opener
UNION ALL
SELECT 2023 AS season_year, DATE '2023-10-24' AS opener
UNION ALL
SELECT 2024 AS season_year, DATE '2024-10-22' AS opener
UNION ALL
SELECT 2025 AS season_year, DATE '2025-10-21' AS opener
