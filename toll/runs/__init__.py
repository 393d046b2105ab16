"""A run's folder: all that training and viewing share. `run.py` lists the files in it."""
