"""What somebody should know of: one row for each person and happening, a bell, and the list behind it.

What there is to be told, other apps register (kinds.py) and say (domain/notify.py).
"""
