-- What the register tells that the rules ask for, each once, as its mapping file reads it.
SELECT
    hash(u.form, u.region, u.activity, u.approval) AS facts,
    coalesce(f.code, u.form, '') AS form,
    coalesce(u.region, '') AS region,
    coalesce(u.activity, '') AS activity,
    '$nomenclature' AS nomenclature,
    '' AS ess_flag,
    '' AS listed,
    coalesce(a.condition, '') AS approvals
FROM (SELECT DISTINCT form, region, activity, approval FROM generic_staged_units) AS u
LEFT JOIN generic_forms AS f ON f.written = u.form AND f.region = coalesce(u.region, '')
LEFT JOIN generic_approvals AS a ON a.written = u.approval
