-- Employers of the field, by legal unit and place: contributors are grouped by legal unit.
SELECT e.unit, e.place, g.perimeter, CAST(sum(e.size_estimate) AS DOUBLE) AS jobs
FROM enriched_establishments AS e
JOIN in_field AS g ON g.grp = e.grp
WHERE e.reason IS NULL AND e.active AND e.size_low >= 1
GROUP BY e.unit, e.place, g.perimeter
