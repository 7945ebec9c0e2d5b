"""`make screenshots`: what is taken is shots.py, what stands on the pages beside the demo scenes.py."""
