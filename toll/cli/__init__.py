"""The command line: `toll`, or `python -m toll` where it is not installed."""
