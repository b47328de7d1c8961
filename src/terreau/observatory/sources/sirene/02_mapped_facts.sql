-- What the file tells that the rules ask for, each once, in one nomenclature of activities. « [ND] » is a value
-- withheld from the public: here, not known.
SELECT
    hash(u.form, u.activity, u.nomenclature, u.activity_25, u.ess_flag, l.is_listed) AS facts,
    coalesce(NULLIF(CAST(u.form AS VARCHAR), '[ND]'), '') AS form,
    '' AS region,
    CASE
        WHEN '$nomenclature' = 'naf2025' AND NULLIF(u.activity_25, '[ND]') IS NOT NULL THEN u.activity_25
        ELSE coalesce(NULLIF(u.activity, '[ND]'), '')
    END AS activity,
    CASE
        WHEN '$nomenclature' = 'naf2025' AND NULLIF(u.activity_25, '[ND]') IS NOT NULL THEN 'naf2025'
        WHEN NULLIF(u.activity, '[ND]') IS NULL THEN ''
        ELSE coalesce(n.nomenclature, lower(u.nomenclature), '')
    END AS nomenclature,
    coalesce(NULLIF(u.ess_flag, '[ND]'), '') AS ess_flag,
    CASE WHEN l.is_listed THEN 'oui' WHEN $has_list THEN 'non' ELSE '' END AS listed,
    '' AS approvals
FROM (SELECT DISTINCT form, activity, nomenclature, activity_25, ess_flag FROM sirene_staged_units) AS u
CROSS JOIN (SELECT FALSE AS is_listed UNION ALL SELECT TRUE AS is_listed) AS l
LEFT JOIN sirene_nomenclatures AS n ON n.name = u.nomenclature
