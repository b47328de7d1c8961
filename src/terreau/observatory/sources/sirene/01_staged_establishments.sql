-- Establishments as the file tells them, typed, of the units that were kept: those of sole traders stop here.
-- A closed one closed on the day its last period began; it is left when it closed before the year of the flows
-- and is not of the year survival looks at: it serves no figure. Unit 0 stands for a number that cannot be read: its rows keep their reason.
SELECT
    e.unit,
    u.grp,
    e.state,
    e.state = 'A' AS active,
    e.seat,
    TRY_CAST(e.created_written AS DATE) AS created,
    CASE WHEN e.state = 'F' THEN TRY_CAST(e.since_written AS DATE) END AS closed,
    e.band,
    NULLIF(e.commune, '[ND]') AS commune,
    coalesce(e.commune = '[ND]', FALSE) AS commune_withheld,
    e.activity,
    e.nomenclature,
    e.activity_25,
    CASE
        WHEN e.unit = 0 THEN 'siren illisible : ' || coalesce(e.siren, '(vide)')
        WHEN e.state NOT IN ('A', 'F') OR e.state IS NULL
            THEN 'état administratif inconnu : ' || coalesce(e.state, '(vide)')
        WHEN e.created_written IS NOT NULL AND TRY_CAST(e.created_written AS DATE) IS NULL
            AND CAST(e.created_written AS VARCHAR) <> '[ND]'
            THEN 'date de création illisible : ' || CAST(e.created_written AS VARCHAR)
        WHEN e.since_written IS NOT NULL AND TRY_CAST(e.since_written AS DATE) IS NULL
            AND CAST(e.since_written AS VARCHAR) <> '[ND]'
            THEN 'date de début illisible : ' || CAST(e.since_written AS VARCHAR)
        WHEN CAST(e.abroad AS VARCHAR) <> '[ND]' THEN 'établissement à l’étranger'
    END AS reason,
    TRY_CAST(e.nic AS USMALLINT) AS rank,
    CASE WHEN e.unit = 0 THEN coalesce(e.siren, '') || ' ' || coalesce(e.nic, '') END AS written
FROM (
    SELECT
        CASE WHEN length(siren) = 9 THEN coalesce(TRY_CAST(siren AS UINTEGER), 0) ELSE 0 END AS unit,
        siren,
        nic,
        etatAdministratifEtablissement AS state,
        coalesce(TRY_CAST(etablissementSiege AS BOOLEAN), FALSE) AS seat,
        dateCreationEtablissement AS created_written,
        dateDebut AS since_written,
        coalesce(NULLIF(trancheEffectifsEtablissement, '[ND]'), 'NN') AS band,
        codeCommuneEtablissement AS commune,
        codePaysEtrangerEtablissement AS abroad,
        activitePrincipaleEtablissement AS activity,
        nomenclatureActivitePrincipaleEtablissement AS nomenclature,
        activitePrincipaleNAF25Etablissement AS activity_25
    FROM raw_establishments
    WHERE etatAdministratifEtablissement IS DISTINCT FROM 'F'
        OR TRY_CAST(dateDebut AS DATE) >= DATE '$one_year_before'
        OR TRY_CAST(dateDebut AS DATE) IS NULL
        OR (
            TRY_CAST(dateCreationEtablissement AS DATE) >= DATE '$four_years_before'
            AND TRY_CAST(dateCreationEtablissement AS DATE) < DATE '$three_years_before'
        )
) AS e
JOIN decided_units AS u ON u.unit = e.unit AND u.reason IS NULL
