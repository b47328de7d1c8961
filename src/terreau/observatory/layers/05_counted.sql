-- Of an establishment, what the counts look at.
SELECT
    place,
    grp,
    section,
    active,
    seat,
    is_creation,
    is_closure,
    in_cohort,
    lived_three_years,
    size_low,
    size_high,
    size_estimate,
    size_unknown
FROM enriched_establishments
WHERE reason IS NULL
