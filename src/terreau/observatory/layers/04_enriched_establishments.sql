-- Each establishment with its place among the territories.
SELECT
    e.unit,
    e.rank,
    e.grp,
    CAST(CASE WHEN e.place_withheld THEN 0 ELSE p.place END AS INTEGER) AS place,
    e.section,
    e.active,
    e.seat,
    e.created,
    e.closed,
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
