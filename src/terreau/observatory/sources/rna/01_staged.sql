-- Associations of the national directory that Sirene does not have, by neither of their two numbers.
-- The year 1 is how the directory writes « no date ».
SELECT
    CAST(2000000000 + row_number() OVER (ORDER BY r.id) AS UINTEGER) AS unit,
    r.id AS written,
    r.rup_mi IS NOT NULL AS recognised,
    NULLIF(TRY_CAST(r.date_creat AS DATE), DATE '0001-01-01') AS created,
    NULLIF(TRY_CAST(r.date_disso AS DATE), DATE '0001-01-01') AS closed,
    r.adrs_codeinsee AS commune,
    r.position,
    CASE
        WHEN r.id IS NULL THEN 'numéro absent'
        WHEN r.position IS NULL OR r.position NOT IN ('A', 'D', 'S') THEN
            'position inconnue : ' || coalesce(r.position, '(vide)')
        -- Files of two months put together; the active one is kept, if there is one.
        WHEN row_number() OVER (PARTITION BY r.id ORDER BY r.position, r.date_creat, r.adrs_codeinsee) > 1
            THEN 'association écrite plusieurs fois'
    END AS reason
FROM raw_rna AS r
WHERE NOT EXISTS (SELECT 1 FROM raw_units AS u WHERE u.identifiantAssociationUniteLegale = r.id)
    AND NOT EXISTS (SELECT 1 FROM raw_units AS u WHERE u.siren = substring(r.siret, 1, 9))
