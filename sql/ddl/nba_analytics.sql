-- Generated from the declarations by `make ddl`; do not edit.
CREATE SCHEMA IF NOT EXISTS `nba_analytics`
OPTIONS (location = "US", description = "what happened in a game and what was known before it, per player and team");
