-- How far the jobs of the field are in few hands, in every territory.
SELECT
    territory,
    perimeter,
    count(*) AS employers,
    CAST(sum(jobs) AS DOUBLE) AS jobs,
    CAST(max(jobs) AS DOUBLE) AS largest,
    CAST(sum(jobs) FILTER (WHERE place_in_order <= 5) AS DOUBLE) AS five_largest,
    CAST(sum(jobs * jobs) AS DOUBLE) AS squares
FROM (
    SELECT
        territory,
        perimeter,
        jobs,
        row_number() OVER (PARTITION BY territory, perimeter ORDER BY jobs DESC) AS place_in_order
    FROM (
        SELECT h.territory, e.perimeter, e.unit, sum(e.jobs) AS jobs
        FROM employers AS e
        JOIN holders AS h ON h.place = e.place
        GROUP BY h.territory, e.perimeter, e.unit
    ) AS by_unit
) AS ordered
GROUP BY territory, perimeter
ORDER BY territory, perimeter
