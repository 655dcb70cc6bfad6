"""BigQuery at the rim: raw tables are extracted from it, and the lake's tables are published to it."""
