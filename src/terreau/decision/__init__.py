"""Methods that help to decide together: value, robustness, choice under a budget, votes. Pure.

`docs/methodes-par-fichier.md` says each of them with its source; `docs/adr/0026-methodes-de-decision.md` why
these. Nothing here knows the base: what is judged, weighed or chosen comes as dataclasses and goes out so.
"""
