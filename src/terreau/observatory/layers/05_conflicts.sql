-- Units of which what is known does not agree: for a person to look at. Those that asked not to be shown are
-- counted in the decisions, not named.
SELECT coalesce(written, lpad(CAST(unit AS VARCHAR), 9, '0')) AS unit, active, decision
FROM decided_units
WHERE conflict AND nameable
