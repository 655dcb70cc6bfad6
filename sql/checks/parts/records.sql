-- Failure records of the dates that are asked for, without notes.
SELECT table_name, analysis_date AS day, entity_type, entity_id, failure_class
FROM `nba_processing.processing_failures`
WHERE analysis_date BETWEEN @start AND @end AND analysis_date IN UNNEST(@dates) AND failure_class <> 'note'
