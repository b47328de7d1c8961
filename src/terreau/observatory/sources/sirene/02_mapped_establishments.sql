-- The same for every register: dates, place, section, and the headcount as an interval with an estimate.
SELECT
    e.unit,
    e.grp,
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
LEFT JOIN sirene_section_of AS s
    ON s.division = CASE
        WHEN '$nomenclature' = 'naf2025' AND e.activity_25 IS NOT NULL THEN substring(e.activity_25, 1, 2)
        ELSE substring(e.activity, 1, 2)
    END
    AND s.name = CASE
        WHEN '$nomenclature' = 'naf2025' AND e.activity_25 IS NOT NULL THEN 'NAF25'
        ELSE e.nomenclature
    END
