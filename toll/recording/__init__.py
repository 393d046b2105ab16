"""From a run's config to everything in its folder: training, written down as it goes."""
