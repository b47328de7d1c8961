-- The enterprises of the list of ESS France. Spreadsheets have eaten the zeros that begin some numbers, or put a
-- decimal point after others; they may be written by threes, or be those of establishments, which begin with that of
-- their unit.
SELECT DISTINCT TRY_CAST(l.digits AS UINTEGER) AS unit
FROM (
    SELECT CASE WHEN length(n.digits) BETWEEN 12 AND 14 THEN substring(lpad(n.digits, 14, '0'), 1, 9) ELSE n.digits END AS digits
    FROM (
        SELECT regexp_replace(CAST(SIREN AS VARCHAR), '[ \x{A0}\x{202F}]|\.0+$$', '', 'g') AS digits
        FROM raw_ess_list
    ) AS n
) AS l
WHERE TRY_CAST(l.digits AS UINTEGER) IS NOT NULL
