"""French hours and days, in Django's format characters. `static/js/lib/time.js` has the same forms."""

TIME_FORMAT = "G:i"
DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y, G:i"
SHORT_DATETIME_FORMAT = "d/m/Y G:i"
MONTH_DAY_FORMAT = "j F"
YEAR_MONTH_FORMAT = "F Y"
WEEKDAY_FORMAT = "l j F"
WEEKDAY_YEAR_FORMAT = "l j F Y"

# Django's short names differ from those of browsers ("fév" and "févr.").
SHORT_WEEKDAYS = ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim.")
SHORT_MONTHS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
SHORT_DAY = "{day} {month}"
SHORT_DAY_YEAR = "{day} {month} {year}"
FIRST_OF_MONTH = "1er"
