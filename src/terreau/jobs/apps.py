"""Configuration of the application « jobs »."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from terreau.core.registry import (
    PersonalData,
    PersonDoor,
    WorkspaceTask,
    person_doors,
    personal_data,
    workspace_tasks,
)


class JobsConfig(AppConfig):
    """Long work, with its progress, taken up again after a crash."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "terreau.jobs"
    label = "jobs"
    verbose_name = _("travaux")

    def ready(self) -> None:
        """Let each application register its kinds of job, and the workspace show the jobs."""
        from terreau.jobs.personal import export_jobs, forget_person
        from terreau.jobs.workspace import door, items, titles
        from terreau.journal.sentences import register, register_names, register_page

        register("job.asked", _("a demandé le travail"))
        register("job.done", _("a vu aboutir le travail"))
        register("job.failed", _("a vu échouer le travail"))
        register("job.cancelled", _("a arrêté le travail"))
        register("job.interrupted", _("a remis en attente le travail interrompu"))
        register_page("job", "jobs:job")
        register_names("job", titles)
        autodiscover_modules("jobs")
        workspace_tasks.register(WorkspaceTask("jobs", 90, items))
        personal_data.register(
            PersonalData(
                *("travaux", 50, _("Travaux demandés")),
                export=export_jobs,
                erase=forget_person,
                kept=_("les travaux eux-mêmes, sans dire qui les a demandés"),
            )
        )
        person_doors.register(PersonDoor("jobs", 70, _("Mes travaux"), door))
