-- The enterprises of the list of ESS France. Spreadsheets have eaten the zeros that begin some numbers; they may be
-- written by threes, or be those of establishments, which begin with that of their unit.
SELECT DISTINCT TRY_CAST(CASE length(l.digits) WHEN 14 THEN substring(l.digits, 1, 9) ELSE l.digits END AS UINTEGER) AS unit
FROM (
    SELECT replace(replace(replace(trim(CAST(SIREN AS VARCHAR)), ' ', ''), chr(160), ''), chr(8239), '') AS digits
    FROM raw_ess_list
) AS l
WHERE TRY_CAST(CASE length(l.digits) WHEN 14 THEN substring(l.digits, 1, 9) ELSE l.digits END AS UINTEGER) IS NOT NULL
