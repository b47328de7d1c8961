-- Establishments as a register of any country tells them, typed, each with a number within its unit. A year of two
-- digits where four are awaited would be one of the Romans, and the establishment closed since then: it is not read.
SELECT
    coalesce(u.unit, 0) AS unit,
    e.unit AS unit_id,
    e.id,
    CAST(row_number() OVER (PARTITION BY u.unit ORDER BY e.id) AS UINTEGER) AS rank,
    e.place,
    e.activity,
    e.size,
    TRY_CAST(e.size AS INTEGER) AS exact,
    TRY_CAST(e.size AS DOUBLE) AS jobs,
    e.wages AS wages_written,
    e.turnover AS turnover_written,
    CASE WHEN TRY_CAST(e.wages AS DOUBLE) < $too_large THEN TRY_CAST(e.wages AS DOUBLE) END AS wages,
    CASE WHEN TRY_CAST(e.turnover AS DOUBLE) < $too_large THEN TRY_CAST(e.turnover AS DOUBLE) END AS turnover,
    e.id IS NOT NULL AND count(*) OVER (PARTITION BY e.unit, e.id) > 1 AS is_twice,
    coalesce(e.seat IN ($seat_words), $seat_default) AS seat,
    CASE WHEN e.created_on >= DATE '1000-01-01' THEN e.created_on END AS created,
    CASE WHEN e.closed_on >= DATE '1000-01-01' THEN e.closed_on END AS closed,
    e.created AS created_written,
    e.closed AS closed_written
FROM (
    SELECT
        *,
        coalesce(TRY_CAST(try_strptime(created, '$date_format') AS DATE), TRY_CAST(created AS DATE)) AS created_on,
        coalesce(TRY_CAST(try_strptime(closed, '$date_format') AS DATE), TRY_CAST(closed AS DATE)) AS closed_on
    FROM raw_establishments
) AS e
LEFT JOIN generic_staged_units AS u ON u.id = e.unit AND u.reason IS NULL
