-- What the rules of the perimeters look at, each combination once: they decide in Python, never here.
SELECT form, region, activity, nomenclature, ess_flag, listed, approvals, count(*) AS units
FROM unioned_units
WHERE reason IS NULL
GROUP BY form, region, activity, nomenclature, ess_flag, listed, approvals
