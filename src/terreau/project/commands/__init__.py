"""One module a command; see `terreau.project.cli`."""
