"""What a form may ask: kinds.py the kinds of questions, questions.py a question as a row keeps it,
conditions.py when one is asked, checking.py what a list of questions must be,
ways.py that it asks how people can be answered.
"""

from inbox.transports.form.rules.questions import default_fields

__all__ = ["default_fields"]  # the first migration names it here
