-- The same for every register: what the rules of the perimeters ask for.
SELECT
    u.unit,
    TRUE AS active,
    TRUE AS nameable,
    coalesce(f.code, u.form, '') AS form,
    coalesce(u.region, '') AS region,
    coalesce(u.activity, '') AS activity,
    '$nomenclature' AS nomenclature,
    '' AS ess_flag,
    '' AS listed,
    coalesce(a.condition, '') AS approvals,
    u.reason,
    u.id AS written
FROM generic_staged_units AS u
LEFT JOIN generic_forms AS f ON f.written = u.form
LEFT JOIN generic_approvals AS a ON a.written = u.approval
