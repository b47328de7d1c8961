import django.db.models.deletion
from django.db import migrations, models

import terreau.territories.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="DataState",
            fields=[
                ("key", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("value", models.CharField(max_length=100)),
            ],
            options={
                "verbose_name": "version des données",
                "verbose_name_plural": "versions des données",
            },
        ),
        migrations.CreateModel(
            name="Territory",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=60, unique=True, verbose_name="code public")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("country", "pays"),
                            ("region", "région"),
                            ("department", "département ou province"),
                            ("grouping", "groupement de communes"),
                            ("commune", "commune"),
                            ("borough", "arrondissement"),
                            ("sector", "secteur"),
                            ("village", "village"),
                        ],
                        max_length=12,
                        verbose_name="nature",
                    ),
                ),
                (
                    "subkind",
                    models.CharField(
                        blank=True,
                        help_text="CC, CA, CU, métropole…",
                        max_length=40,
                        verbose_name="type précis",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="nom")),
                ("name_folded", models.CharField(db_index=True, max_length=200)),
                (
                    "country_code",
                    models.CharField(db_index=True, max_length=2, verbose_name="pays (ISO 3166)"),
                ),
                (
                    "national_code",
                    models.CharField(blank=True, db_index=True, max_length=20, verbose_name="code national"),
                ),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="existe depuis")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="n’existe plus depuis")),
                (
                    "dates_note",
                    models.CharField(
                        blank=True,
                        help_text="quand la source ne les donne pas",
                        max_length=200,
                        verbose_name="réserve sur ces dates",
                    ),
                ),
                ("longitude", models.FloatField(blank=True, null=True, verbose_name="longitude")),
                ("latitude", models.FloatField(blank=True, null=True, verbose_name="latitude")),
                (
                    "population",
                    models.PositiveBigIntegerField(
                        blank=True, null=True, verbose_name="population la plus récente"
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="source")),
                (
                    "is_reference",
                    models.BooleanField(
                        default=False,
                        help_text="non ajouté par une ville",
                        verbose_name="fait partie des données livrées",
                    ),
                ),
                (
                    "opened_on",
                    models.DateField(blank=True, null=True, verbose_name="ouvert dans le réseau le"),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="territories.territory",
                        verbose_name="dans",
                    ),
                ),
            ],
            options={
                "verbose_name": "territoire",
                "verbose_name_plural": "territoires",
                "ordering": ("name_folded", "code"),
            },
        ),
        migrations.CreateModel(
            name="Succession",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField(blank=True, null=True, verbose_name="le")),
                ("reason", models.CharField(blank=True, max_length=120, verbose_name="motif")),
                (
                    "former",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="successors",
                        to="territories.territory",
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="predecessors",
                        to="territories.territory",
                    ),
                ),
            ],
            options={
                "verbose_name": "succession",
                "verbose_name_plural": "successions",
            },
        ),
        migrations.CreateModel(
            name="PostalCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(db_index=True, max_length=12)),
                (
                    "territory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="postal_codes",
                        to="territories.territory",
                    ),
                ),
            ],
            options={
                "verbose_name": "code postal",
                "verbose_name_plural": "codes postaux",
            },
        ),
        migrations.CreateModel(
            name="Population",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="année")),
                ("value", models.PositiveBigIntegerField(verbose_name="habitants")),
                ("source", models.CharField(max_length=200, verbose_name="source")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="réserve")),
                (
                    "territory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="populations",
                        to="territories.territory",
                    ),
                ),
            ],
            options={
                "verbose_name": "population",
                "verbose_name_plural": "populations",
                "ordering": (models.OrderBy(models.F("year"), descending=True, nulls_last=True), "source"),
            },
        ),
        migrations.CreateModel(
            name="Outline",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("vintage", models.PositiveSmallIntegerField(verbose_name="millésime")),
                ("geometry", terreau.territories.fields.GeometryField(verbose_name="géométrie")),
                ("west", models.FloatField()),
                ("south", models.FloatField()),
                ("east", models.FloatField()),
                ("north", models.FloatField()),
                ("source", models.CharField(max_length=200, verbose_name="source")),
                (
                    "note",
                    models.CharField(
                        blank=True,
                        help_text="par exemple la réunion de contours antérieurs",
                        max_length=300,
                        verbose_name="réserve",
                    ),
                ),
                (
                    "territory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="outlines",
                        to="territories.territory",
                    ),
                ),
            ],
            options={
                "verbose_name": "contour",
                "verbose_name_plural": "contours",
            },
        ),
        migrations.CreateModel(
            name="NetworkTie",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("board", "présence au Bureau"),
                            ("accession", "adhésion"),
                            ("associate", "ville associée"),
                            ("host", "accueil d’une assemblée, d’un congrès ou d’un Bureau"),
                            ("project", "projet soutenu"),
                            ("document", "document fourni"),
                        ],
                        max_length=12,
                        verbose_name="lien",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="année")),
                ("evidence", models.TextField(verbose_name="attestation")),
                (
                    "territory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="network_ties",
                        to="territories.territory",
                    ),
                ),
            ],
            options={
                "verbose_name": "lien avec le réseau",
                "verbose_name_plural": "liens avec le réseau",
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("valid_from", models.DateField(blank=True, null=True)),
                ("valid_to", models.DateField(blank=True, null=True)),
                (
                    "grouping",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="member_links",
                        to="territories.territory",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="grouping_links",
                        to="territories.territory",
                    ),
                ),
            ],
            options={
                "verbose_name": "appartenance",
                "verbose_name_plural": "appartenances",
            },
        ),
        migrations.CreateModel(
            name="EarlierPeriod",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="existait depuis")),
                ("valid_to", models.DateField(verbose_name="jusqu’au")),
                (
                    "territory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="earlier_periods",
                        to="territories.territory",
                    ),
                ),
            ],
            options={
                "verbose_name": "existence antérieure",
                "verbose_name_plural": "existences antérieures",
            },
        ),
        migrations.CreateModel(
            name="Ancestry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "ancestor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="descendant_links",
                        to="territories.territory",
                    ),
                ),
                (
                    "descendant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ancestor_links",
                        to="territories.territory",
                    ),
                ),
            ],
            options={
                "verbose_name": "inclusion",
                "verbose_name_plural": "inclusions",
            },
        ),
        migrations.CreateModel(
            name="TerritoryName",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("name_folded", models.CharField(db_index=True, max_length=200)),
                ("language", models.CharField(blank=True, max_length=8)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("official", "nom officiel"),
                            ("former", "ancien nom"),
                            ("translated", "nom traduit"),
                            ("usual", "nom d’usage"),
                        ],
                        default="usual",
                        max_length=12,
                    ),
                ),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="porté depuis")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="porté jusqu’au")),
                (
                    "territory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="names",
                        to="territories.territory",
                    ),
                ),
            ],
            options={
                "verbose_name": "autre nom",
                "verbose_name_plural": "autres noms",
            },
        ),
        migrations.AddIndex(
            model_name="territory",
            index=models.Index(fields=["country_code", "kind", "national_code"], name="territory_national"),
        ),
        migrations.AddIndex(
            model_name="territory",
            index=models.Index(fields=["country_code", "kind", "name_folded"], name="territory_named"),
        ),
        migrations.AddConstraint(
            model_name="succession",
            constraint=models.UniqueConstraint(fields=("former", "successor", "on"), name="succession_once"),
        ),
        migrations.AddConstraint(
            model_name="postalcode",
            constraint=models.UniqueConstraint(fields=("territory", "code"), name="postal_code_once"),
        ),
        migrations.AddConstraint(
            model_name="population",
            constraint=models.UniqueConstraint(
                fields=("territory", "year", "source"), name="population_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="population",
            constraint=models.UniqueConstraint(
                condition=models.Q(("year__isnull", True)),
                fields=("territory", "source"),
                name="population_undated_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="population",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("year__isnull", False), models.Q(("note", ""), _negated=True), _connector="OR"
                ),
                name="population_dated_or_said",
            ),
        ),
        migrations.AddIndex(
            model_name="outline",
            index=models.Index(fields=["west", "east", "south", "north"], name="outline_bounds"),
        ),
        migrations.AddConstraint(
            model_name="outline",
            constraint=models.UniqueConstraint(fields=("territory", "vintage"), name="outline_once"),
        ),
        migrations.AddConstraint(
            model_name="networktie",
            constraint=models.UniqueConstraint(fields=("territory", "kind", "evidence"), name="tie_once"),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                fields=("grouping", "member", "valid_from"), name="membership_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(("grouping", models.F("member")), _negated=True),
                name="membership_not_itself",
            ),
        ),
        migrations.AddConstraint(
            model_name="earlierperiod",
            constraint=models.UniqueConstraint(fields=("territory", "valid_to"), name="period_once"),
        ),
        migrations.AddConstraint(
            model_name="ancestry",
            constraint=models.UniqueConstraint(fields=("descendant", "ancestor"), name="ancestry_once"),
        ),
        migrations.AddConstraint(
            model_name="territoryname",
            constraint=models.UniqueConstraint(
                fields=("territory", "name", "language"), name="territory_name_once"
            ),
        ),
    ]
