-- Each unit's draws, by a hash of its number: kind, activity, state, dates.
SELECT
    d.i,
    lpad(CAST(100000000 + d.i AS VARCHAR), 9, '0') AS siren,
    k.form,
    k.employing,
    k.size,
    k.spread,
    a.rev2,
    a.naf25,
    d.chance_state < CASE WHEN k.form LIKE '9%' THEN 0.92 WHEN k.form LIKE '7%' THEN 0.95 ELSE 0.52 END AS active,
    CASE
        WHEN d.chance_flag < k.flagged THEN 'O'
        WHEN d.chance_flag >= 1 - k.refused THEN 'N'
    END AS flag,
    d.chance_flag < k.flagged * 0.97 OR (k.form = '5710' AND d.chance_flag BETWEEN 0.5 AND 0.5004) AS listed,
    -- Half of what was created is younger than about nine years.
    CAST(DATE '$on' - CAST(floor(-ln(1 - d.chance_age) * 4700) AS INTEGER) AS DATE) AS created,
    d.chance_withheld < 0.02 AS withheld
FROM (
    SELECT
        range AS i,
        hash($seed * 1000000000007 + range * 131072 + 1) / 18446744073709551616.0 AS chance_kind,
        hash($seed * 1000000000007 + range * 131072 + 2) / 18446744073709551616.0 AS chance_activity,
        hash($seed * 1000000000007 + range * 131072 + 3) / 18446744073709551616.0 AS chance_state,
        hash($seed * 1000000000007 + range * 131072 + 4) / 18446744073709551616.0 AS chance_flag,
        hash($seed * 1000000000007 + range * 131072 + 5) / 18446744073709551617.0 AS chance_age,
        hash($seed * 1000000000007 + range * 131072 + 6) / 18446744073709551616.0 AS chance_withheld
    FROM range($units)
) AS d
JOIN kinds AS k ON d.chance_kind >= k.low AND d.chance_kind < k.high
JOIN activities AS a ON a.form = k.form AND d.chance_activity >= a.low AND d.chance_activity < a.high
