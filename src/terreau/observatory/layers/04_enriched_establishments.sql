-- Each establishment with its place among the territories, and the flows it is part of.
SELECT
    e.unit,
    e.rank,
    e.grp,
    CAST(CASE WHEN e.place_withheld THEN 0 ELSE p.place END AS INTEGER) AS place,
    s.number AS section,
    e.active,
    e.seat,
    e.created >= DATE '$one_year_before' AND e.created < DATE '$on' AS is_creation,
    NOT e.active AND e.closed >= DATE '$one_year_before' AND e.closed < DATE '$on' AS is_closure,
    e.created >= DATE '$four_years_before' AND e.created < DATE '$three_years_before' AS in_cohort,
    CASE
        WHEN e.created >= DATE '$four_years_before' AND e.created < DATE '$three_years_before'
            THEN e.active OR e.closed >= e.created + INTERVAL 3 YEAR
    END AS lived_three_years,
    e.size_low,
    e.size_high,
    e.size_estimate,
    e.size_unknown,
    CASE
        WHEN e.reason IS NOT NULL THEN e.reason
        WHEN e.place_withheld OR p.place IS NOT NULL THEN NULL
        WHEN e.place IS NULL THEN 'commune absente'
        ELSE 'commune inconnue au millésime : ' || e.place
    END AS reason,
    CASE
        WHEN e.reason IS NOT NULL OR (p.place IS NULL AND NOT e.place_withheld)
            THEN coalesce(
                e.written,
                lpad(CAST(e.unit AS VARCHAR), 9, '0') || ' ' || lpad(CAST(e.rank AS VARCHAR), 5, '0')
            )
    END AS written
FROM unioned_establishments AS e
LEFT JOIN places AS p ON p.code = e.place
LEFT JOIN sections AS s ON s.code = e.section
