-- The same for every register: a unit, and the number of the facts the rules of the perimeters ask of it.
SELECT
    unit,
    TRUE AS active,
    TRUE AS nameable,
    hash(form, region, activity, approval) AS facts,
    reason,
    id AS written
FROM generic_staged_units
