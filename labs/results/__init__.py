"""What the labs measured, as CSV: `labs.runner.table` reads it, `make labs` makes it again."""
