-- Between what anyone can place the jobs of each inner cell of a table, by the headcount bands that the register
-- publishes; no upper end where a band has none.
SELECT
    h.territory,
    f.family,
    c.section,
    CAST(sum(c.jobs_low) AS DOUBLE) AS lowest,
    CASE WHEN sum(c.open_sizes) = 0 THEN CAST(sum(c.jobs_high) AS DOUBLE) END AS highest
FROM cells AS c
JOIN in_field AS i ON i.grp = c.grp AND i.perimeter = '$perimeter'
JOIN family_of AS f ON f.grp = c.grp
JOIN table_places AS h ON h.place = c.place
GROUP BY h.territory, f.family, c.section
