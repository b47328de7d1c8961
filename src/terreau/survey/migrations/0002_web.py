from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("survey", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="submission",
            name="awaits",
            field=models.CharField(blank=True, max_length=120, verbose_name="remplace un envoi attendu"),
        ),
        migrations.AddField(
            model_name="submission",
            name="link_digest",
            field=models.CharField(blank=True, max_length=64, verbose_name="empreinte du lien"),
        ),
        migrations.AddField(
            model_name="survey",
            name="translations",
            field=models.JSONField(blank=True, default=dict, verbose_name="dans d’autres langues"),
        ),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(
                condition=models.Q(("awaits", ""), _negated=True),
                fields=["survey", "awaits"],
                name="submission_awaits",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.UniqueConstraint(
                condition=models.Q(("link_digest", ""), _negated=True),
                fields=("link_digest",),
                name="submission_link_once",
            ),
        ),
    ]
