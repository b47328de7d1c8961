"""The portal's own pages."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from terreau.core.registry import workspace_tasks


def home(request: HttpRequest) -> HttpResponse:
    """The first page."""
    return render(request, "portal/home.html")


@login_required
def workspace(request: HttpRequest) -> HttpResponse:
    """What waits for the person."""
    tasks = [item for task in workspace_tasks for item in task.items(request.user)]
    return render(request, "portal/workspace.html", {"tasks": tasks})


def methods(request: HttpRequest) -> HttpResponse:
    """How each figure is made."""
    return render(request, "portal/methods.html")


def legal_forms(request: HttpRequest) -> HttpResponse:
    """The tables of legal forms by country."""
    return render(request, "portal/legal_forms.html")


def accessibility(request: HttpRequest) -> HttpResponse:
    """What is accessible, what is not, whom to tell."""
    return render(request, "portal/accessibility.html")
