from django.conf import settings

# SQLite has no information_schema; there, test_tables.py compares the names.
on_mysql = settings.DATABASES["default"]["ENGINE"].endswith("mysql")
collect_ignore = [] if on_mysql else ["test_information_schema.py"]
