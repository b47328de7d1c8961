import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("survey", "0003_field"),
        ("territories", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Shortlist",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "variant",
                    models.CharField(
                        choices=[
                            ("hanlon", "Hanlon\xa0: (A + B) × C ÷ 3, B de 0 à 20"),
                            ("naccho", "variante NACCHO\xa0: (A + 2 B) × C, B de 0 à 10"),
                        ],
                        default="hanlon",
                        max_length=8,
                        verbose_name="formule",
                    ),
                ),
                ("committee", models.CharField(blank=True, max_length=200, verbose_name="qui a noté")),
                ("worked_on", models.DateField(verbose_name="noté le")),
                ("ratings", models.JSONField(default=dict, verbose_name="notes")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
                (
                    "survey",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shortlist",
                        to="survey.survey",
                        verbose_name="enquête",
                    ),
                ),
            ],
            options={
                "verbose_name": "liste courte",
                "verbose_name_plural": "listes courtes",
            },
        ),
        migrations.CreateModel(
            name="ResultsEdition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="numéro")),
                ("as_of", models.DateField(verbose_name="date des réponses comptées")),
                ("content", models.TextField(verbose_name="contenu")),
                ("digest", models.CharField(max_length=64, verbose_name="empreinte")),
                ("pictures", models.JSONField(default=dict, verbose_name="dessins")),
                ("answers", models.JSONField(default=list, verbose_name="réponses comptées")),
                ("published_at", models.DateTimeField(verbose_name="publiée le")),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="results_editions",
                        to="survey.survey",
                        verbose_name="enquête",
                    ),
                ),
                (
                    "territory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="results_editions",
                        to="territories.territory",
                        verbose_name="territoire",
                    ),
                ),
            ],
            options={
                "verbose_name": "édition des résultats",
                "verbose_name_plural": "éditions des résultats",
                "ordering": ("territory", "-number"),
                "constraints": [
                    models.UniqueConstraint(fields=("territory", "number"), name="results_edition_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ShownRemark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("question", models.CharField(max_length=48, verbose_name="question")),
                (
                    "text",
                    models.TextField(verbose_name="remarque, sans rien qui fasse reconnaître quelqu’un"),
                ),
                ("shown_at", models.DateTimeField(auto_now=True)),
                (
                    "shown_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shown_remarks",
                        to="survey.submission",
                    ),
                ),
            ],
            options={
                "verbose_name": "remarque montrée",
                "verbose_name_plural": "remarques montrées",
                "constraints": [
                    models.UniqueConstraint(fields=("submission", "question"), name="remark_shown_once")
                ],
            },
        ),
    ]
