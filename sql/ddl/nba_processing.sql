-- Generated from the declarations by `make ddl`; do not edit.
CREATE SCHEMA IF NOT EXISTS `nba_processing`
OPTIONS (location = "US", description = "why entities have no row, and notes on rows");
