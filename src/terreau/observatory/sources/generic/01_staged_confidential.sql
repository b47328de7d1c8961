-- What the register itself tells exactly of each establishment, and is not public.
SELECT unit, rank, jobs, wages, turnover
FROM generic_staged_establishments
WHERE jobs IS NOT NULL OR wages IS NOT NULL OR turnover IS NOT NULL
