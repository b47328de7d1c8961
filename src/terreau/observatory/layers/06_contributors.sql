-- Each cell of a table with its margins: how many legal units, what they make together, the largest, and who is
-- alone, those of which everyone knows that they bring nothing left aside. Contributors are grouped by legal unit in
-- every cell: a unit with two sites counts once in their sum.
SELECT
    territory,
    coalesce(family, '*') AS family,
    coalesce(section, '*') AS section,
    count(*) AS units,
    CAST(sum(value) AS DOUBLE) AS value,
    CAST(max(value) AS DOUBLE) AS largest,
    CASE
        WHEN count(*) FILTER (WHERE NOT known_nil) = 1 THEN CAST(min(unit) FILTER (WHERE NOT known_nil) AS BIGINT)
        ELSE -1
    END AS sole
FROM (
    SELECT
        h.territory,
        f.family,
        s.code AS section,
        c.unit,
        sum(c.$measure) AS value,
        bool_and(c.no_jobs) AND '$measure' = 'jobs' AS known_nil
    FROM contributions AS c
    JOIN family_of AS f ON f.grp = c.grp
    JOIN sections AS s ON s.number = c.section
    JOIN table_places AS h ON h.place = c.place
    WHERE c.$measure IS NOT NULL
    GROUP BY GROUPING SETS (
        (h.territory, c.unit, f.family, s.code),
        (h.territory, c.unit, f.family),
        (h.territory, c.unit, s.code),
        (h.territory, c.unit)
    )
) AS by_unit
GROUP BY territory, family, section
