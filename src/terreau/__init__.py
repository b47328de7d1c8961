"""Terreau: the platform on which towns make room for the social and solidarity economy."""

__version__ = "0.1.0"
