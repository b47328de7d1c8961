-- Units of which what is known does not agree: for a person to look at. Those that asked not to be shown are
-- counted in the decisions, not named.
SELECT coalesce(u.written, lpad(CAST(u.unit AS VARCHAR), 9, '0')) AS unit, u.active, u.decision
FROM decided_units AS u
WHERE u.conflict AND u.nameable
ORDER BY unit
