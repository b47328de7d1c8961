"""Territories of any country, dated: what they are, what contains them, what became of them."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _

from terreau.territories.enums import Kind, NameKind, TieKind
from terreau.territories.fields import GeometryField


class TerritoryQuerySet(models.QuerySet["Territory"]):
    """How territories are read."""

    def within(self, territory: Territory) -> TerritoryQuerySet:
        """The territory itself and all that lies under it, through the tree and the groupings."""
        return self.filter(ancestor_links__ancestor=territory)

    def containing(self, territory: Territory) -> TerritoryQuerySet:
        """The territory itself and all that contain it, groupings included."""
        return self.filter(descendant_links__descendant=territory)

    def in_force_on(self, day: date) -> TerritoryQuerySet:
        """Those that existed on a day, in their last period or in an earlier one."""
        last = (Q(valid_from__isnull=True) | Q(valid_from__lte=day)) & (
            Q(valid_to__isnull=True) | Q(valid_to__gt=day)
        )
        earlier = EarlierPeriod.objects.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day), valid_to__gt=day
        )
        return self.filter(last | Q(pk__in=earlier.values("territory_id")))

    def current(self) -> TerritoryQuerySet:
        """Those that have not ended."""
        return self.filter(valid_to__isnull=True)

    def by_name(self) -> TerritoryQuerySet:
        """In the order of a French dictionary: « École » before « Voiturage »."""
        return self.order_by("name_folded", "code")

    def by_size(self) -> TerritoryQuerySet:
        """Opened ones first, then the most peopled, unknown last."""
        return self.order_by(
            F("opened_on").asc(nulls_last=True), F("population").desc(nulls_last=True), "code"
        )

    def with_latest_population(self) -> TerritoryQuerySet:
        """With `latest_population`: value, year, source, note of the newest figure; undated ones last."""
        newest = Population.objects.filter(territory=OuterRef("pk")).order_by(
            F("year").desc(nulls_last=True), "-pk"
        )
        told = JSONObject(value="value", year="year", source="source", note="note")
        return self.annotate(latest_population=Subquery(newest.values_list(told)[:1]))

    def opened(self) -> TerritoryQuerySet:
        """Those the network has opened: they have an agent, or publish."""
        return self.filter(opened_on__isnull=False)


class Territory(models.Model):
    """One territory, of any kind and country, known by a stable public code.

    Codes: `fr`, `fr-reg-52`, `fr-dep-44`, `fr-epci-244400404`, `fr-com-44109`; without national
    code `<country>-gn-<geonameid>` (towns) and `<country>-adm1-<code>` (first-level regions);
    a town's own subdivisions add a suffix to the town's code.
    """

    code = models.CharField(_("code public"), max_length=60, unique=True)
    kind = models.CharField(_("nature"), max_length=12, choices=Kind.choices)
    subkind = models.CharField(
        _("type précis"), max_length=40, blank=True, help_text=_("CC, CA, CU, métropole…")
    )
    name = models.CharField(_("nom"), max_length=200)
    name_folded = models.CharField(max_length=200, db_index=True)
    country_code = models.CharField(_("pays (ISO 3166)"), max_length=2, db_index=True)
    national_code = models.CharField(_("code national"), max_length=20, blank=True, db_index=True)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("dans"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    valid_from = models.DateField(_("existe depuis"), null=True, blank=True)
    valid_to = models.DateField(_("n’existe plus depuis"), null=True, blank=True)
    dates_note = models.CharField(
        _("réserve sur ces dates"),
        max_length=200,
        blank=True,
        help_text=_("quand la source ne les donne pas"),
    )
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    population = models.PositiveBigIntegerField(_("population la plus récente"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    is_reference = models.BooleanField(
        _("fait partie des données livrées"), default=False, help_text=_("non ajouté par une ville")
    )
    opened_on = models.DateField(_("ouvert dans le réseau le"), null=True, blank=True)

    objects = TerritoryQuerySet.as_manager()

    # By what it was found, when that is not its own name: « ancien nom : Voisinlieu ».
    found_as: str = ""

    class Meta:
        verbose_name = _("territoire")
        verbose_name_plural = _("territoires")
        ordering = ("name_folded", "code")
        indexes = [
            models.Index(fields=["country_code", "kind", "national_code"], name="territory_national"),
            models.Index(fields=["country_code", "kind", "name_folded"], name="territory_named"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_current(self) -> bool:
        """Whether it has not ended."""
        return self.valid_to is None


class EarlierPeriod(models.Model):
    """A time when a territory existed, before it ended and was re-established under the same code."""

    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="earlier_periods")
    valid_from = models.DateField(_("existait depuis"), null=True, blank=True)
    valid_to = models.DateField(_("jusqu’au"))

    class Meta:
        verbose_name = _("existence antérieure")
        verbose_name_plural = _("existences antérieures")
        constraints = [models.UniqueConstraint(fields=["territory", "valid_to"], name="period_once")]

    def __str__(self) -> str:
        return f"{self.territory_id} ({self.valid_from or ''} – {self.valid_to})"


class Ancestry(models.Model):
    """Closure of the tree and of the groupings: one row per pair, each with itself too."""

    ancestor = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="descendant_links")
    descendant = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="ancestor_links")

    class Meta:
        verbose_name = _("inclusion")
        verbose_name_plural = _("inclusions")
        constraints = [models.UniqueConstraint(fields=["descendant", "ancestor"], name="ancestry_once")]

    def __str__(self) -> str:
        return f"{self.descendant_id} ⊂ {self.ancestor_id}"


class Membership(models.Model):
    """A commune's membership of a grouping that cuts across the tree, dated."""

    grouping = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="member_links")
    member = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="grouping_links")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("appartenance")
        verbose_name_plural = _("appartenances")
        constraints = [
            models.UniqueConstraint(fields=["grouping", "member", "valid_from"], name="membership_once"),
            models.CheckConstraint(condition=~Q(grouping=F("member")), name="membership_not_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} ∈ {self.grouping_id}"


class Succession(models.Model):
    """What followed a territory that ended, or a code that changed."""

    former = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="successors")
    successor = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="predecessors")
    on = models.DateField(_("le"), null=True, blank=True)
    reason = models.CharField(_("motif"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        constraints = [models.UniqueConstraint(fields=["former", "successor", "on"], name="succession_once")]

    def __str__(self) -> str:
        return f"{self.former_id} → {self.successor_id}"


class TerritoryName(models.Model):
    """Another name by which a territory is found: former, translated, usual."""

    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(max_length=200)
    name_folded = models.CharField(max_length=200, db_index=True)
    language = models.CharField(max_length=8, blank=True)
    kind = models.CharField(max_length=12, choices=NameKind.choices, default=NameKind.USUAL)
    valid_from = models.DateField(_("porté depuis"), null=True, blank=True)
    valid_to = models.DateField(_("porté jusqu’au"), null=True, blank=True)

    class Meta:
        verbose_name = _("autre nom")
        verbose_name_plural = _("autres noms")
        constraints = [
            models.UniqueConstraint(fields=["territory", "name", "language"], name="territory_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class PostalCode(models.Model):
    """A postal code that serves a commune; one code may serve several."""

    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="postal_codes")
    code = models.CharField(max_length=12, db_index=True)

    class Meta:
        verbose_name = _("code postal")
        verbose_name_plural = _("codes postaux")
        constraints = [models.UniqueConstraint(fields=["territory", "code"], name="postal_code_once")]

    def __str__(self) -> str:
        return self.code


class Population(models.Model):
    """A population figure with its year and source.

    `year` is empty when the source does not date its figure; `note` then says so.
    """

    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="populations")
    year = models.PositiveSmallIntegerField(_("année"), null=True, blank=True)
    value = models.PositiveBigIntegerField(_("habitants"))
    source = models.CharField(_("source"), max_length=200)
    note = models.CharField(_("réserve"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("population")
        verbose_name_plural = _("populations")
        ordering = (F("year").desc(nulls_last=True), "source")
        constraints = [
            models.UniqueConstraint(fields=["territory", "year", "source"], name="population_once"),
            models.UniqueConstraint(
                fields=["territory", "source"], condition=Q(year__isnull=True), name="population_undated_once"
            ),
            models.CheckConstraint(
                condition=Q(year__isnull=False) | ~Q(note=""), name="population_dated_or_said"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value} ({self.year or self.note})"


class Outline(models.Model):
    """The outline of a territory at a date, WGS84, read and written as a GeoJSON geometry."""

    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="outlines")
    vintage = models.PositiveSmallIntegerField(_("millésime"))
    geometry = GeometryField(_("géométrie"))
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    source = models.CharField(_("source"), max_length=200)
    note = models.CharField(
        _("réserve"), max_length=300, blank=True, help_text=_("par exemple la réunion de contours antérieurs")
    )

    class Meta:
        verbose_name = _("contour")
        verbose_name_plural = _("contours")
        constraints = [models.UniqueConstraint(fields=["territory", "vintage"], name="outline_once")]
        indexes = [models.Index(fields=["west", "east", "south", "north"], name="outline_bounds")]

    def __str__(self) -> str:
        return f"{self.territory_id} ({self.vintage})"


class NetworkTie(models.Model):
    """What ties a city to the network, with the evidence; not all ties make a member."""

    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="network_ties")
    kind = models.CharField(_("lien"), max_length=12, choices=TieKind.choices)
    year = models.PositiveSmallIntegerField(_("année"), null=True, blank=True)
    evidence = models.TextField(_("attestation"))

    class Meta:
        verbose_name = _("lien avec le réseau")
        verbose_name_plural = _("liens avec le réseau")
        constraints = [models.UniqueConstraint(fields=["territory", "kind", "evidence"], name="tie_once")]

    def __str__(self) -> str:
        return self.get_kind_display()


class DataState(models.Model):
    """Which version of something the database holds: the shipped data, what the memory was built from."""

    key = models.CharField(max_length=40, primary_key=True)
    value = models.CharField(max_length=100)

    class Meta:
        verbose_name = _("version des données")
        verbose_name_plural = _("versions des données")

    def __str__(self) -> str:
        return f"{self.key} = {self.value}"
