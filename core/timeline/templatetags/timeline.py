"""The words of a line of the log, for templates."""

from django import template

from core.timeline import words

register = template.Library()
register.filter("said", words.said)
