-- Each unit with what was decided of its combination. Unit 0 is that of rows whose unit cannot be read.
SELECT u.unit, u.active, u.nameable, u.written, d.decision, d.grp, d.conflict
FROM unioned_units AS u
JOIN decisions AS d
    ON d.form = u.form AND d.region = u.region AND d.activity = u.activity AND d.nomenclature = u.nomenclature
    AND d.ess_flag = u.ess_flag AND d.listed = u.listed AND d.approvals = u.approvals
WHERE u.reason IS NULL
UNION ALL
SELECT 0, FALSE, FALSE, NULL, NULL, NULL, FALSE
