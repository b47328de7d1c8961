-- What the rules of the perimeters look at, each combination once: they decide in Python, never here.
SELECT DISTINCT form, region, activity, nomenclature, ess_flag, listed, approvals
FROM facts
