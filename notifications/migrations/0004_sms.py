from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0003_appointments_and_chores")]

    operations = [
        migrations.AddField(
            model_name="preference",
            name="sms",
            field=models.BooleanField(db_default=False, default=False, verbose_name="Text messages (SMS)"),
        ),
        migrations.AlterField(
            model_name="notice",
            name="channel",
            field=models.CharField(
                choices=[("mail", "E-mail"), ("push", "Notification"), ("sms", "Text message")],
                max_length=10,
                verbose_name="channel",
            ),
        ),
    ]
