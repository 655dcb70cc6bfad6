"""Running tables over dates: inputs, engines, cells and the backfill that ties them together."""
