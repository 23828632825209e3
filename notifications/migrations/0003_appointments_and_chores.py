from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_devices")]

    operations = [
        migrations.AddField(
            model_name="preference",
            name="appointment_mails",
            field=models.BooleanField(db_default=True, default=True, verbose_name="E-mails about appointments"),
        ),
        migrations.AlterModelOptions(
            name="choretime",
            options={"verbose_name": "chore", "verbose_name_plural": "chores"},
        ),
        migrations.AlterField(
            model_name="choretime",
            name="name",
            field=models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="chore"),
        ),
        migrations.AlterField(
            model_name="choretime", name="next_at", field=models.DateTimeField(verbose_name="next time")
        ),
        migrations.AddField(
            model_name="choretime", name="done_at", field=models.DateTimeField(null=True, verbose_name="done")
        ),
        migrations.AddField(
            model_name="choretime", name="found", field=models.JSONField(null=True, verbose_name="result")
        ),
    ]
