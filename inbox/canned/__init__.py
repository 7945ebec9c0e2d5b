"""Canned replies: texts that a team, or one person, writes once and puts into answers by a short code."""
