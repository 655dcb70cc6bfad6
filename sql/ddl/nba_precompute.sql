-- Generated from the declarations by `make ddl`; do not edit.
CREATE SCHEMA IF NOT EXISTS `nba_precompute`
OPTIONS (location = "US", description = "aggregates of players and teams as of a date");
