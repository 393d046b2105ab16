"""The command line: `python -m toll`."""
