import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def give_to_all_admins(apps, schema_editor):
    """Administrators keep what they could do until now."""
    User, StaffRight = apps.get_model("accounts", "User"), apps.get_model("accounts", "StaffRight")
    admins = User.objects.filter(role="admin").values_list("pk", flat=True)
    rows = [StaffRight(user_id=pk, right=right) for pk in admins for right in ("people", "technical")]
    StaffRight.objects.bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0015_trusted_browsers")]

    operations = [
        migrations.CreateModel(
            name="StaffRight",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "right",
                    models.CharField(
                        choices=[
                            ("people", "People and appointments"),
                            ("technical", "Settings and operation"),
                            ("data_protection", "Data protection"),
                        ],
                        max_length=20,
                        verbose_name="right",
                    ),
                ),
                (
                    "given_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="given"),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="staff_rights",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="administrator",
                    ),
                ),
            ],
            options={
                "verbose_name": "right of an administrator",
                "verbose_name_plural": "rights of administrators",
                "db_table": "staff_rights",
            },
        ),
        migrations.AddConstraint(
            model_name="staffright",
            constraint=models.UniqueConstraint(fields=["user", "right"], name="staff_rights_each_once"),
        ),
        migrations.RunPython(give_to_all_admins, migrations.RunPython.noop),
    ]
