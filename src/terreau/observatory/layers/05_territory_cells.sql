-- The same for every territory, each level in its own right.
SELECT
    h.territory,
    c.grp,
    c.section,
    CAST(sum(c.establishments) AS BIGINT) AS establishments,
    CAST(sum(c.units) AS BIGINT) AS units,
    CAST(sum(c.employers) AS BIGINT) AS employers,
    CAST(sum(c.unknown_sizes) AS BIGINT) AS unknown_sizes,
    CAST(sum(c.open_sizes) AS BIGINT) AS open_sizes,
    CAST(sum(c.jobs_low) AS BIGINT) AS jobs_low,
    CAST(sum(c.jobs_high) AS BIGINT) AS jobs_high,
    CAST(sum(c.jobs) AS DOUBLE) AS jobs,
    CAST(sum(c.created) AS BIGINT) AS created,
    CAST(sum(c.closed) AS BIGINT) AS closed,
    CAST(sum(c.cohort) AS BIGINT) AS cohort,
    CAST(sum(c.survivors) AS BIGINT) AS survivors
FROM cells AS c
JOIN holders AS h ON h.place = c.place
GROUP BY h.territory, c.grp, c.section
ORDER BY h.territory, c.grp, c.section
