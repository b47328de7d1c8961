-- How many units each decision is of.
SELECT decision, count(*) AS units
FROM decided_units
WHERE reason IS NULL AND decision IS NOT NULL
GROUP BY decision
