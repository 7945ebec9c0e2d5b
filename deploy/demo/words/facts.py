"""The small facts that conversations are told with: where, when, how much."""

from deploy.demo.words.lists import words

PLACES = words("Lisbon Kraków Malmö Bath Lyon Köln Brno Bilbao Trieste Ghent Tromsø Cork")
MONTHS = words("January February March April May June July August September October November December")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
TIMES = ("8:30", "9:00", "10:15", "11:30", "14:00", "15:30", "16:45")
SUMS = ("€ 480", "€ 950", "€ 1,400", "€ 2,600", "€ 3,800", "€ 5,200", "€ 7,400", "€ 12,500")
