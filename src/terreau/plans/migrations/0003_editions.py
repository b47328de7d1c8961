import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("plans", "0002_governance"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PlanEdition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="numéro")),
                ("as_of", models.DateField(verbose_name="situation au")),
                ("words", models.CharField(max_length=300, verbose_name="pourquoi cette édition")),
                ("is_public", models.BooleanField(default=False, verbose_name="publique")),
                ("content", models.TextField(verbose_name="contenu")),
                ("digest", models.CharField(max_length=64, verbose_name="empreinte")),
                ("made_at", models.DateTimeField(verbose_name="figée le")),
            ],
            options={
                "verbose_name": "édition du plan",
                "verbose_name_plural": "éditions du plan",
                "ordering": ("-number",),
            },
        ),
        migrations.RemoveConstraint(
            model_name="evidence",
            name="evidence_once",
        ),
        migrations.AddField(
            model_name="evidence",
            name="digest",
            field=models.CharField(blank=True, max_length=64, verbose_name="empreinte"),
        ),
        migrations.AddField(
            model_name="evidence",
            name="is_public",
            # What was added before stays where visitors have read it.
            field=models.BooleanField(default=True, verbose_name="visible du public"),
        ),
        migrations.AlterField(
            model_name="evidence",
            name="is_public",
            field=models.BooleanField(default=False, verbose_name="visible du public"),
        ),
        migrations.AddField(
            model_name="evidence",
            name="name",
            field=models.CharField(blank=True, max_length=200, verbose_name="nom du fichier"),
        ),
        migrations.AddField(
            model_name="evidence",
            name="size",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="taille"),
        ),
        migrations.AlterField(
            model_name="evidence",
            name="url",
            field=models.URLField(blank=True, max_length=500, verbose_name="adresse"),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.UniqueConstraint(
                condition=models.Q(("url", ""), _negated=True),
                fields=("action", "url"),
                name="evidence_address_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.UniqueConstraint(
                condition=models.Q(("digest", ""), _negated=True),
                fields=("action", "digest"),
                name="evidence_file_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("digest__gt", ""), ("url", "")),
                    models.Q(("digest", ""), ("url__gt", "")),
                    _connector="OR",
                ),
                name="evidence_one_of_two",
            ),
        ),
        migrations.AddField(
            model_name="planedition",
            name="made_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="figée par",
            ),
        ),
        migrations.AddField(
            model_name="planedition",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="editions",
                to="plans.plan",
                verbose_name="plan d’action",
            ),
        ),
        migrations.AddConstraint(
            model_name="planedition",
            constraint=models.UniqueConstraint(fields=("plan", "number"), name="plan_edition_once"),
        ),
    ]
