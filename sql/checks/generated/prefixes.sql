-- Generated from the declarations by `make ddl`; do not edit.
-- Prefixes of game ids in scope.
SELECT '002' AS prefix, 'regular' AS kind
UNION ALL
SELECT '004' AS prefix, 'playoff' AS kind
UNION ALL
SELECT '005' AS prefix, 'play_in' AS kind
