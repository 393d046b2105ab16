"""Targeted collapse for other programs: a scikit-learn estimator and a loss term."""
