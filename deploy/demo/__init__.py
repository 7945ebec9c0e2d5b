"""Demo data: its words (words/), how rows are made of them from a seed, how they get into the database.

The commands are deploy/management/commands/{seed_demo,demo_table}.py.
"""
