-- Generated from the declarations by `make ddl`; do not edit.
-- Team codes as sources write them.
SELECT 'ATL' AS code, 'ATL' AS team
UNION ALL
SELECT 'BKN' AS code, 'BKN' AS team
UNION ALL
SELECT 'BOS' AS code, 'BOS' AS team
UNION ALL
SELECT 'CHA' AS code, 'CHA' AS team
UNION ALL
SELECT 'CHI' AS code, 'CHI' AS team
UNION ALL
SELECT 'CLE' AS code, 'CLE' AS team
UNION ALL
SELECT 'DAL' AS code, 'DAL' AS team
UNION ALL
SELECT 'DEN' AS code, 'DEN' AS team
UNION ALL
SELECT 'DET' AS code, 'DET' AS team
UNION ALL
SELECT 'GSW' AS code, 'GSW' AS team
UNION ALL
SELECT 'HOU' AS code, 'HOU' AS team
UNION ALL
SELECT 'IND' AS code, 'IND' AS team
UNION ALL
SELECT 'LAC' AS code, 'LAC' AS team
UNION ALL
SELECT 'LAL' AS code, 'LAL' AS team
UNION ALL
SELECT 'MEM' AS code, 'MEM' AS team
UNION ALL
SELECT 'MIA' AS code, 'MIA' AS team
UNION ALL
SELECT 'MIL' AS code, 'MIL' AS team
UNION ALL
SELECT 'MIN' AS code, 'MIN' AS team
UNION ALL
SELECT 'NOP' AS code, 'NOP' AS team
UNION ALL
SELECT 'NYK' AS code, 'NYK' AS team
UNION ALL
SELECT 'OKC' AS code, 'OKC' AS team
UNION ALL
SELECT 'ORL' AS code, 'ORL' AS team
UNION ALL
SELECT 'PHI' AS code, 'PHI' AS team
UNION ALL
SELECT 'PHX' AS code, 'PHX' AS team
UNION ALL
SELECT 'POR' AS code, 'POR' AS team
UNION ALL
SELECT 'SAC' AS code, 'SAC' AS team
UNION ALL
SELECT 'SAS' AS code, 'SAS' AS team
UNION ALL
SELECT 'TOR' AS code, 'TOR' AS team
UNION ALL
SELECT 'UTA' AS code, 'UTA' AS team
UNION ALL
SELECT 'WAS' AS code, 'WAS' AS team
UNION ALL
SELECT 'BRK' AS code, 'BKN' AS team
UNION ALL
SELECT 'PHO' AS code, 'PHX' AS team
UNION ALL
SELECT 'CHO' AS code, 'CHA' AS team
UNION ALL
SELECT 'GS' AS code, 'GSW' AS team
UNION ALL
SELECT 'SA' AS code, 'SAS' AS team
UNION ALL
SELECT 'NO' AS code, 'NOP' AS team
UNION ALL
SELECT 'NY' AS code, 'NYK' AS team
UNION ALL
SELECT 'UTAH' AS code, 'UTA' AS team
UNION ALL
SELECT 'UTH' AS code, 'UTA' AS team
UNION ALL
SELECT 'WSH' AS code, 'WAS' AS team
