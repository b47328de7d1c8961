-- The same for every register: what the rules of the perimeters ask for, in one nomenclature of activities.
SELECT
    u.unit,
    u.active,
    u.nameable,
    coalesce(u.form, '') AS form,
    '' AS region,
    CASE
        WHEN '$nomenclature' = 'naf2025' AND u.activity_25 IS NOT NULL THEN u.activity_25
        ELSE coalesce(u.activity, '')
    END AS activity,
    CASE
        WHEN '$nomenclature' = 'naf2025' AND u.activity_25 IS NOT NULL THEN 'naf2025'
        WHEN u.activity IS NULL THEN ''
        ELSE coalesce(n.nomenclature, lower(u.nomenclature), '')
    END AS nomenclature,
    coalesce(u.ess_flag, '') AS ess_flag,
    CASE WHEN l.unit IS NOT NULL THEN 'oui' WHEN $has_list THEN 'non' ELSE '' END AS listed,
    '' AS approvals,
    u.reason,
    CASE WHEN u.reason IS NOT NULL THEN u.written END AS written
FROM sirene_staged_units AS u
LEFT JOIN sirene_nomenclatures AS n ON n.name = u.nomenclature
LEFT JOIN ess_list_staged_units AS l ON l.unit = u.unit
