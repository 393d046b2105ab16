"""From a run's config to everything in its folder: training, recorded as it goes."""
