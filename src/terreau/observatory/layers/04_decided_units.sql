-- Each unit with what was decided of it. Unit 0 is that of rows whose unit cannot be read.
SELECT u.unit, u.active, u.nameable, u.reason, u.written, d.decision, d.grp, d.conflict
FROM unioned_units AS u
LEFT JOIN decision_of AS d ON d.facts = u.facts
UNION ALL
SELECT CAST(0 AS UINTEGER), FALSE, FALSE, NULL, NULL, NULL, NULL, FALSE
