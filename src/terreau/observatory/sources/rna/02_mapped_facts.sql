-- An association recognised as of public interest has a legal category of its own.
SELECT
    hash('rna', recognised) AS facts,
    CASE WHEN recognised THEN '9230' ELSE '9220' END AS form,
    '' AS region,
    '' AS activity,
    '' AS nomenclature,
    '' AS ess_flag,
    '' AS listed,
    '' AS approvals
FROM (SELECT DISTINCT recognised FROM rna_staged) AS r
