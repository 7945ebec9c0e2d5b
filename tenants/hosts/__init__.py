"""Host names: which may be registered and for whom, which look alike, and a workspace's own being changed.

Which place a host leads to is tenants/sites.py; the rows are tenants.models.Domain.
"""
