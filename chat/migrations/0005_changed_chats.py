from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0004_search_all_files"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="chat",
            index=models.Index(fields=["updated_at"], name="chats_changed"),
        ),
    ]
