"""A person's own data: read from a file, checked against a plan, stored as a dataset.

    plan = ImportPlan(label_column="state", normal_values=("good",))
    import_own(Path("sensors.csv"), "sensors", plan)

`importing.py` is the way in; what is stored is described at the top of `files.py`.
"""
