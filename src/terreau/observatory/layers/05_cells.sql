-- The finest counts: a place, a group of decisions, a section.
SELECT
    c.place,
    c.grp,
    s.code AS section,
    c.establishments,
    c.units,
    c.employers,
    c.unknown_sizes,
    c.open_sizes,
    c.jobs_low,
    c.jobs_high,
    c.jobs,
    c.created,
    c.closed,
    c.cohort,
    c.survivors
FROM (
    SELECT
        place,
        grp,
        section,
        count(*) FILTER (WHERE active) AS establishments,
        count(*) FILTER (WHERE active AND seat) AS units,
        count(*) FILTER (WHERE active AND size_low >= 1) AS employers,
        count(*) FILTER (WHERE active AND size_unknown) AS unknown_sizes,
        count(*) FILTER (WHERE active AND size_high IS NULL) AS open_sizes,
        CAST(coalesce(sum(size_low) FILTER (WHERE active), 0) AS BIGINT) AS jobs_low,
        CAST(coalesce(sum(coalesce(size_high, size_low)) FILTER (WHERE active), 0) AS BIGINT) AS jobs_high,
        CAST(coalesce(sum(size_estimate) FILTER (WHERE active), 0) AS DOUBLE) AS jobs,
        count(*) FILTER (WHERE is_creation) AS created,
        count(*) FILTER (WHERE is_closure) AS closed,
        count(*) FILTER (WHERE in_cohort) AS cohort,
        count(*) FILTER (WHERE in_cohort AND lived_three_years) AS survivors
    FROM counted
    GROUP BY place, grp, section
) AS c
JOIN sections AS s ON s.number = c.section
