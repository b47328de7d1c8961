-- What was decided of each number of facts: units are joined by one number, in the place of seven texts.
SELECT f.facts, d.decision, d.grp, d.conflict
FROM facts AS f
JOIN decisions AS d
    ON d.form = f.form AND d.region = f.region AND d.activity = f.activity AND d.nomenclature = f.nomenclature
    AND d.ess_flag = f.ess_flag AND d.listed = f.listed AND d.approvals = f.approvals
