-- One establishment each, where the association has its seat; the directory knows nothing of jobs.
SELECT
    r.unit,
    u.grp,
    position = 'A' AND (closed IS NULL OR closed > DATE '$on') AS active,
    TRUE AS seat,
    created,
    closed,
    commune AS place,
    FALSE AS place_withheld,
    '' AS section,
    0 AS size_low,
    0 AS size_high,
    CAST(0 AS FLOAT) AS size_estimate,
    TRUE AS size_unknown,
    CAST(NULL AS VARCHAR) AS reason,
    CAST(NULL AS USMALLINT) AS rank,
    r.written
FROM rna_staged AS r
JOIN decided_units AS u ON u.unit = r.unit AND u.reason IS NULL
WHERE r.reason IS NULL AND (position = 'A' OR closed >= DATE '$four_years_before')
