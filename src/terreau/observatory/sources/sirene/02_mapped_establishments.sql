-- The same for every register: dates, place, section, and the headcount as an interval with an estimate.
-- What closed before the four years that survival looks at serves no figure and is left.
SELECT
    e.unit,
    e.active,
    e.seat,
    e.created,
    e.closed,
    e.commune AS place,
    e.commune_withheld AS place_withheld,
    coalesce(s.section, '') AS section,
    b.low AS size_low,
    b.high AS size_high,
    b.estimate AS size_estimate,
    e.band = 'NN' AS size_unknown,
    CASE WHEN e.reason IS NULL AND b.code IS NULL THEN 'tranche d’effectifs inconnue : ' || e.band ELSE e.reason END
        AS reason,
    e.rank,
    e.written
FROM sirene_staged_establishments AS e
LEFT JOIN sirene_headcount_bands AS b ON b.code = e.band
LEFT JOIN sirene_nomenclatures AS n ON n.name = e.nomenclature
LEFT JOIN sirene_activity_sections AS s
    ON s.nomenclature = '$nomenclature'
    AND s.division = CASE
        WHEN '$nomenclature' = 'naf2025' AND e.activity_25 IS NOT NULL THEN substring(e.activity_25, 1, 2)
        WHEN n.nomenclature = '$nomenclature' THEN substring(e.activity, 1, 2)
    END
WHERE e.active OR e.closed >= DATE '$four_years_before' OR e.reason IS NOT NULL
