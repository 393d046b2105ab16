"""Targeted collapse for other programs: an estimator as scikit-learn has them, a loss term."""
