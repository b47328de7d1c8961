from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directory", "0003_history")]

    operations = [
        migrations.AddField(
            model_name="source",
            name="simulated",
            field=models.BooleanField(
                default=False,
                help_text="une liste inventée pour s’exercer\u00a0: tout ce qui en vient le dit",
                verbose_name="données simulées",
            ),
        )
    ]
