"""A vintage as one open data package (Data Package 2.0): CSV, Parquet, and what describes them.

`tables` says what each table holds, `filling` writes their rows, `describing` the description and the
read-me, `making` puts all of it in one archive beside the vintages.
"""
