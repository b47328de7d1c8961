"""Long work that a person can leave and come back to."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from terreau.jobs.enums import JobState

WAITS_LONG_AFTER = timedelta(minutes=5)


class JobQuerySet(models.QuerySet["Job"]):
    """How jobs are read."""

    def of(self, person: Any) -> JobQuerySet:
        """Those that a person asked for, newest first."""
        return self.filter(person=person)

    def to_watch(self, since: datetime) -> JobQuerySet:
        """Those still under way, and those that failed since then."""
        under_way = Q(state__in=[JobState.WAITING, JobState.RUNNING])
        return self.filter(under_way | Q(state=JobState.FAILED, finished_at__gte=since))


class Job(models.Model):
    """One piece of long work: what it is, for whom, how far it has come."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("travail"), max_length=60)
    title = models.CharField(_("intitulé"), max_length=200)
    arguments = models.JSONField(default=dict, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="jobs"
    )
    territory_code = models.CharField(max_length=60, blank=True, db_index=True)
    state = models.CharField(_("état"), max_length=10, choices=JobState.choices, default=JobState.WAITING)
    done = models.PositiveBigIntegerField(_("fait"), default=0)
    total = models.PositiveBigIntegerField(_("à faire"), null=True, blank=True)
    step = models.CharField(_("étape"), max_length=200, blank=True)
    message = models.TextField(_("message"), blank=True)
    result_url = models.CharField(_("suite"), max_length=300, blank=True)
    stop_asked_at = models.DateTimeField(_("arrêt demandé"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("travail")
        verbose_name_plural = _("travaux")
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return self.title

    @property
    def share(self) -> float | None:
        """How much is done, between 0 and 1, where the whole is known."""
        return min(1.0, self.done / self.total) if self.total else None

    def waits_long(self, now: datetime) -> bool:
        """Whether no worker took it up in a time in which one that has nothing else to do would have."""
        never_begun = self.state == JobState.WAITING and self.heartbeat_at is None
        return never_begun and now - self.created_at > WAITS_LONG_AFTER

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in {JobState.DONE, JobState.FAILED, JobState.CANCELLED}
