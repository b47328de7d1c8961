"""Statistical secrecy: which cells of a table must be masked, and the proof that they cannot be found again.

A table is masked in three steps: the primary rule (`primary`), the further cells that keep the first from
being subtracted out of the margins (`suppression`), and the attacker's audit of all that is published
(`attack`). `protecting` is the door for tables of one's own.
"""
