-- What a State knows and does not publish: the exact jobs and the yearly wages of each employer.
SELECT
    siren || lpad(CAST(10 + k AS VARCHAR), 5, '0') AS siret,
    siren,
    commune AS codeCommuneEtablissement,
    rev2 AS activitePrincipaleEtablissement,
    jobs AS emplois,
    CAST(round(jobs * 29000 * exp(0.3 * normal)) AS BIGINT) AS masseSalariale,
    '$mention' AS donneesSimulees
FROM drawn_establishments
WHERE jobs > 0
