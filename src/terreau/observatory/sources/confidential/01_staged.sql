-- What a State knows of each establishment and does not publish. What cannot be read is told, not guessed.
SELECT
    TRY_CAST(substring(r.siret, 1, 9) AS UINTEGER) AS unit,
    TRY_CAST(substring(r.siret, 10, 5) AS USMALLINT) AS rank,
    r.siret,
    TRY_CAST(r.emplois AS DOUBLE) AS jobs,
    TRY_CAST(r.masseSalariale AS DOUBLE) AS wages,
    TRY_CAST(r.chiffreAffaires AS DOUBLE) AS turnover,
    NOT regexp_full_match(r.siret, '\d{14}')
        OR (r.emplois IS NOT NULL AND coalesce(TRY_CAST(r.emplois AS DOUBLE), -1) NOT BETWEEN 0 AND 1e15)
        OR (r.masseSalariale IS NOT NULL AND coalesce(TRY_CAST(r.masseSalariale AS DOUBLE), -1) NOT BETWEEN 0 AND 1e15)
        OR (r.chiffreAffaires IS NOT NULL AND coalesce(TRY_CAST(r.chiffreAffaires AS DOUBLE), -1) NOT BETWEEN 0 AND 1e15) AS wrong
FROM (
    SELECT
        lpad(coalesce(CAST(siret AS VARCHAR), ''), 14, '0') AS siret,
        emplois,
        masseSalariale,
        chiffreAffaires
    FROM raw_confidential
) AS r
