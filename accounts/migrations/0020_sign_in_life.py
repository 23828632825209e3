import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0019_lock_outs"),
    ]

    operations = [
        migrations.AddField(
            model_name="alert",
            name="sign_in",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="alerts", to="accounts.signin"
            ),
        ),
        migrations.AddField(
            model_name="signin",
            name="counts_from",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), default=django.utils.timezone.now, editable=False
            ),
        ),
        migrations.AddField(
            model_name="signin",
            name="is_shared",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AlterField(
            model_name="alert",
            name="kind",
            field=models.CharField(
                choices=[
                    ("new_device", "New Device"),
                    ("password", "Password"),
                    ("ended", "Ended"),
                    ("asked", "Asked"),
                    ("address", "Address"),
                    ("factor", "Factor"),
                    ("lost", "Lost"),
                    ("ending", "Ending"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="signin",
            index=models.Index(fields=["counts_from"], name="sign_ins_counts_from"),
        ),
    ]
