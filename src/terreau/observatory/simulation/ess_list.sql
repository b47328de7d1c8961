SELECT siren AS SIREN, 'UNITÉ SIMULÉE ' || siren AS Nom, '$mention' AS donneesSimulees
FROM drawn_units
WHERE listed AND active
