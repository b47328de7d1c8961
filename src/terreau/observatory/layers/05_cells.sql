-- The finest counts: a place, a group of decisions, a section.
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
    count(*) FILTER (WHERE created >= DATE '$one_year_before' AND created < DATE '$on') AS created,
    count(*) FILTER (WHERE NOT active AND closed >= DATE '$one_year_before' AND closed < DATE '$on') AS closed,
    count(*) FILTER (WHERE created >= DATE '$four_years_before' AND created < DATE '$three_years_before') AS cohort,
    count(*) FILTER (
        WHERE created >= DATE '$four_years_before' AND created < DATE '$three_years_before'
        AND (active OR closed >= created + INTERVAL 3 YEAR)
    ) AS survivors
FROM enriched_establishments
WHERE reason IS NULL
GROUP BY place, grp, section
