"""Toll: anomaly detection by targeted collapse, a black hole in latent space.

The method is in `objective.py` and `training.py`; everything else serves it.
"""
