"""The film's player: plain JavaScript that draws in a browser what `toll/film` packs."""
