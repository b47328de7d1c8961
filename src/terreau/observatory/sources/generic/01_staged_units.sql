-- Units as a register of any country tells them, under the names of the mapping file.
SELECT
    CAST(row_number() OVER (ORDER BY id) AS UINTEGER) AS unit,
    id,
    form,
    region,
    activity,
    approval,
    CASE
        WHEN id IS NULL THEN 'numéro d’unité absent'
        WHEN count(*) OVER (PARTITION BY id) > 1 THEN 'unité écrite de plusieurs façons'
    END AS reason
FROM raw_units
