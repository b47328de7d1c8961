-- What could not be counted, and why.
SELECT 'unit' AS kind, written AS row_id, reason FROM decided_units WHERE reason IS NOT NULL
UNION ALL
SELECT 'establishment' AS kind, written AS row_id, reason FROM enriched_establishments WHERE reason IS NOT NULL
