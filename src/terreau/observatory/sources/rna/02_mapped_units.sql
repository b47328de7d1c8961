-- The directory tells but one thing that the rules ask for.
SELECT
    unit,
    position = 'A' AS active,
    TRUE AS nameable,
    hash('rna', recognised) AS facts,
    reason,
    written
FROM rna_staged
