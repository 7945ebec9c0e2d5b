"""Collecting facts, folding them into days, and filling in what was before."""
