-- What each legal unit of the field brings to a place and a section, from what a State does not publish; and
-- whether its headcount band already says to everyone that it brings no job.
SELECT
    e.unit,
    e.place,
    e.grp,
    e.section,
    CAST(sum(c.jobs) AS DOUBLE) AS jobs,
    CAST(sum(c.wages) AS DOUBLE) AS wages,
    CAST(sum(c.turnover) AS DOUBLE) AS turnover,
    $banded AND sum(c.jobs) = 0 AND max(coalesce(e.size_high, 1)) = 0 AS no_jobs
FROM enriched_establishments AS e
JOIN confidential AS c ON c.unit = e.unit AND c.rank = e.rank
JOIN in_field AS f ON f.grp = e.grp AND f.perimeter = '$perimeter'
WHERE e.reason IS NULL AND e.active
GROUP BY e.unit, e.place, e.grp, e.section
