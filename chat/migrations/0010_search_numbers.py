from django.db import migrations


class Migration(migrations.Migration):
    """The rules of the index changed: 0015 notes that, and a worker builds it anew while the old one serves."""

    dependencies = [("chat", "0009_last_reaction")]

    operations = []
