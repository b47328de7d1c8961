-- Each unit has one establishment, its seat, and sometimes others; a few units have very many.
SELECT
    e.*,
    c.code AS commune,
    CASE
        WHEN e.employs
            THEN greatest(1, CAST(round(exp(e.size + e.spread * e.normal)) AS BIGINT))
        ELSE 0
    END AS jobs
FROM (
    SELECT
        n.*,
        n.open AND hash($seed * 1000000000007 + n.i * 131072 + n.k * 32 + 11) / 18446744073709551616.0 < n.employing AS employs,
        least(3.2, sqrt(-2 * ln(hash($seed * 1000000000007 + n.i * 131072 + n.k * 32 + 12) / 18446744073709551616.0 + 1e-12))
            * cos(2 * pi() * hash($seed * 1000000000007 + n.i * 131072 + n.k * 32 + 13) / 18446744073709551616.0)) AS normal,
        CAST(hash($seed * 1000000000007 + n.i * 131072 + n.k * 32 + 14) % getvariable('communes') AS INTEGER) AS place,
        hash($seed * 1000000000007 + n.i * 131072 + n.k * 32 + 15) / 18446744073709551616.0 AS chance_closing
    FROM (
        SELECT
            u.*,
            k.k,
            u.active AND (k.k = 0 OR hash(u.i, k.k, $seed, 16) / 18446744073709551616.0 < 0.55) AS open
        FROM drawn_units AS u,
            unnest(range(1 + CASE
                WHEN hash($seed * 1000000000007 + u.i * 131072 + 7) / 18446744073709551616.0 < 0.777 THEN 0
                ELSE CAST(least(2000, floor(power(
                    (1 - hash($seed * 1000000000007 + u.i * 131072 + 7) / 18446744073709551616.0) / 0.223 + 1e-9, -0.6))) AS BIGINT)
            END)) AS k (k)
    ) AS n
) AS e
JOIN communes AS c ON c.number = e.place
