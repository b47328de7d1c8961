-- The same for every register: a unit, and the number of the facts the rules of the perimeters ask of it.
SELECT
    u.unit,
    u.active,
    u.nameable,
    hash(u.form, u.activity, u.nomenclature, u.activity_25, u.ess_flag, l.unit IS NOT NULL) AS facts,
    u.reason,
    CASE WHEN u.reason IS NOT NULL THEN u.written END AS written
FROM sirene_staged_units AS u
LEFT JOIN ess_list_staged_units AS l ON l.unit = u.unit
