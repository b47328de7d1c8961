-- The same for every territory, each level in its own right. A territory of one place has the counts of that place:
-- most communes do, and nothing is summed for them.
WITH of_one AS (
    SELECT territory FROM holders GROUP BY territory HAVING count(*) = 1
)
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
WHERE h.territory NOT IN (SELECT territory FROM of_one)
GROUP BY h.territory, c.grp, c.section
UNION ALL
SELECT
    h.territory,
    c.grp,
    c.section,
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
FROM cells AS c
JOIN holders AS h ON h.place = c.place
JOIN of_one AS o ON o.territory = h.territory
ORDER BY territory, grp, section
