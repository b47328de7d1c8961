-- Establishments as a register of any country tells them, typed.
SELECT
    coalesce(u.unit, 0) AS unit,
    e.unit AS unit_id,
    e.id,
    e.place,
    e.activity,
    e.size,
    TRY_CAST(e.size AS INTEGER) AS exact,
    coalesce(e.seat IN ($seat_words), $seat_default) AS seat,
    coalesce(TRY_CAST(try_strptime(e.created, '$date_format') AS DATE), TRY_CAST(e.created AS DATE)) AS created,
    coalesce(TRY_CAST(try_strptime(e.closed, '$date_format') AS DATE), TRY_CAST(e.closed AS DATE)) AS closed,
    e.created AS created_written,
    e.closed AS closed_written
FROM raw_establishments AS e
LEFT JOIN generic_staged_units AS u ON u.id = e.unit AND u.reason IS NULL
