"""The words of the demo: names, companies, and what people write to a studio, an event agency and a dentist.

How they become rows is one folder up, in people.py and talk.py.
"""
