"""The inbox's pages, one file per kind: home, lists, one thread, writes, a lead by hand.

Addresses are ../urls.py; whoever is let in is decided by core/accounts/access.py and ../access.py.
"""
