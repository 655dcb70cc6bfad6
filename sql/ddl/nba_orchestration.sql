-- Generated from the declarations by `make ddl`; do not edit.
CREATE SCHEMA IF NOT EXISTS `nba_orchestration`
OPTIONS (location = "US", description = "what was published, and how it was computed");
