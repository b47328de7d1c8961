-- An association recognised as of public interest has a legal category of its own.
SELECT
    unit,
    position = 'A' AS active,
    TRUE AS nameable,
    CASE WHEN recognised THEN '9230' ELSE '9220' END AS form,
    '' AS region,
    '' AS activity,
    '' AS nomenclature,
    '' AS ess_flag,
    '' AS listed,
    '' AS approvals,
    reason,
    written
FROM rna_staged
