-- The enterprises of the list of ESS France; spreadsheets have eaten the zeros that begin some numbers.
SELECT DISTINCT TRY_CAST(trim(CAST(SIREN AS VARCHAR)) AS UINTEGER) AS unit
FROM raw_ess_list
WHERE TRY_CAST(trim(CAST(SIREN AS VARCHAR)) AS UINTEGER) IS NOT NULL
