"""Studies: many runs under one plan, such as a table of the paper."""
