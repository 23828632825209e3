from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_unconfirmed_successor")]

    operations = [
        migrations.AddIndex(
            model_name="signin",
            index=models.Index(fields=["ended_at"], name="sign_ins_ended"),
        ),
    ]
