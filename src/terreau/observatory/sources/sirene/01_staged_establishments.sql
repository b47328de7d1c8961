-- Establishments as the file tells them, typed. A closed one closed on the day its last period began.
SELECT
    CASE WHEN length(siren) = 9 THEN TRY_CAST(siren AS UINTEGER) END AS unit,
    CASE WHEN etatAdministratifEtablissement = 'A' THEN TRUE WHEN etatAdministratifEtablissement = 'F' THEN FALSE END
        AS active,
    coalesce(TRY_CAST(etablissementSiege AS BOOLEAN), FALSE) AS seat,
    TRY_CAST(dateCreationEtablissement AS DATE) AS created,
    CASE WHEN etatAdministratifEtablissement = 'F' THEN TRY_CAST(dateDebut AS DATE) END AS closed,
    coalesce(NULLIF(trancheEffectifsEtablissement, '[ND]'), 'NN') AS band,
    NULLIF(codeCommuneEtablissement, '[ND]') AS commune,
    coalesce(codeCommuneEtablissement = '[ND]', FALSE) AS commune_withheld,
    NULLIF(activitePrincipaleEtablissement, '[ND]') AS activity,
    nomenclatureActivitePrincipaleEtablissement AS nomenclature,
    NULLIF(activitePrincipaleNAF25Etablissement, '[ND]') AS activity_25,
    CASE
        WHEN length(siren) IS DISTINCT FROM 9 OR TRY_CAST(siren AS UINTEGER) IS NULL
            THEN 'siren illisible : ' || coalesce(siren, '(vide)')
        WHEN etatAdministratifEtablissement NOT IN ('A', 'F') OR etatAdministratifEtablissement IS NULL
            THEN 'état administratif inconnu : ' || coalesce(etatAdministratifEtablissement, '(vide)')
        WHEN dateCreationEtablissement IS NOT NULL AND CAST(dateCreationEtablissement AS VARCHAR) <> '[ND]'
            AND TRY_CAST(dateCreationEtablissement AS DATE) IS NULL
            THEN 'date de création illisible : ' || CAST(dateCreationEtablissement AS VARCHAR)
        WHEN dateDebut IS NOT NULL AND CAST(dateDebut AS VARCHAR) <> '[ND]' AND TRY_CAST(dateDebut AS DATE) IS NULL
            THEN 'date de début illisible : ' || CAST(dateDebut AS VARCHAR)
        WHEN codePaysEtrangerEtablissement IS NOT NULL AND codePaysEtrangerEtablissement <> '[ND]'
            THEN 'établissement à l’étranger'
    END AS reason,
    TRY_CAST(nic AS USMALLINT) AS rank,
    CASE
        WHEN length(siren) IS DISTINCT FROM 9 OR TRY_CAST(siren AS UINTEGER) IS NULL
            THEN coalesce(siren, '') || ' ' || coalesce(nic, '')
    END AS written
FROM raw_establishments
