-- Generated from the declarations by `make ddl`; do not edit.
CREATE SCHEMA IF NOT EXISTS `nba_predictions`
OPTIONS (location = "US", description = "the feature store and its labels");
