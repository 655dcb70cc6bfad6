-- Generated from the declarations by `make ddl`; do not edit.
SELECT
  alias_lookup,
  nba_canonical_lookup,
  is_active
FROM `nba_reference.player_aliases`;
