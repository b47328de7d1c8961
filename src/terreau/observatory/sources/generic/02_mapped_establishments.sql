-- The same for every register: dates, place, section, and the size as an interval with an estimate. A size that
-- is not public is unknown from here on, and no reason repeats it: nothing that follows could let it out. A register
-- extracted after the day it is asked of, or one that keeps its whole past, holds establishments not there yet.
SELECT
    e.unit,
    u.grp,
    (e.closed IS NULL OR e.closed > DATE '$on') AND (e.created IS NULL OR e.created <= DATE '$on') AS active,
    e.seat,
    e.created,
    e.closed,
    e.place,
    FALSE AS place_withheld,
    coalesce((
        SELECT arg_max(s.section, length(s.prefix)) FROM generic_sections AS s WHERE starts_with(e.activity, s.prefix)
    ), '') AS section,
    CASE WHEN $size_public THEN coalesce(b.low, e.exact, 0) ELSE 0 END AS size_low,
    CASE
        WHEN NOT $size_public THEN 0
        WHEN b.written IS NOT NULL THEN b.high
        ELSE coalesce(e.exact, 0)
    END AS size_high,
    CAST(CASE
        WHEN NOT $size_public THEN 0
        WHEN b.written IS NOT NULL THEN (b.low + coalesce(b.high, b.low)) / 2.0
        ELSE coalesce(e.exact, 0)
    END AS FLOAT) AS size_estimate,
    NOT $size_public OR e.size IS NULL AS size_unknown,
    CASE
        WHEN e.unit = 0 THEN 'unité absente : ' || coalesce(e.unit_id, '(vide)')
        WHEN e.is_twice THEN 'établissement écrit plusieurs fois'
        WHEN e.exact < 0 THEN 'effectif négatif' || CASE WHEN $size_public THEN ' : ' || e.size ELSE '' END
        WHEN e.size IS NOT NULL AND e.exact IS NULL AND b.written IS NULL
            THEN 'effectif illisible' || CASE WHEN $size_public THEN ' : ' || e.size ELSE '' END
        WHEN e.wages < 0 THEN 'masse salariale négative'
        WHEN e.wages_written IS NOT NULL AND e.wages IS NULL THEN 'masse salariale illisible'
        WHEN e.turnover < 0 THEN 'chiffre d’affaires négatif'
        WHEN e.turnover_written IS NOT NULL AND e.turnover IS NULL THEN 'chiffre d’affaires illisible'
        WHEN e.created_written IS NOT NULL AND e.created IS NULL
            THEN 'date de création illisible : ' || e.created_written
        WHEN e.closed_written IS NOT NULL AND e.closed IS NULL
            THEN 'date de fermeture illisible : ' || e.closed_written
    END AS reason,
    e.rank,
    coalesce(e.unit_id, '') || ' ' || coalesce(e.id, '') AS written
FROM generic_staged_establishments AS e
JOIN decided_units AS u ON u.unit = e.unit AND u.reason IS NULL
LEFT JOIN generic_bands AS b ON b.written = e.size
WHERE e.closed IS NULL OR e.closed >= DATE '$four_years_before'
