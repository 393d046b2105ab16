"""A run as a film: everything its snapshots show, packed for a player that needs nothing else.

`frames.py` gathers what is shown, `container.py` packs it into bytes, `toll/player` draws it in a
browser, and `export.py` puts both into one HTML file. The dashboard shows the same player.
"""
