import django.db.models.functions.datetime
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0020_sign_in_life"),
    ]

    operations = [
        migrations.AddField(
            model_name="signin",
            name="active_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), default=django.utils.timezone.now, editable=False
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="locks_when_idle",
            field=models.BooleanField(db_default=False, default=False, verbose_name="is locked when not used"),
        ),
    ]
