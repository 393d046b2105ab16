"""The method of the paper (arXiv 2306.12627): its objective, networks and training.

Read `objective.py`, then `training.py`; the rest serves these two. This package needs torch.
"""
