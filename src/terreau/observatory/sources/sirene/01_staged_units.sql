-- Legal units as the file tells them, typed. Sole traders (category 1000) stop here: they are persons.
-- « [ND] » is a value withheld from the public: here, not known.
SELECT
    CASE WHEN length(siren) = 9 THEN TRY_CAST(siren AS UINTEGER) END AS unit,
    CASE WHEN etatAdministratifUniteLegale = 'A' THEN TRUE WHEN etatAdministratifUniteLegale = 'C' THEN FALSE END
        AS active,
    statutDiffusionUniteLegale IS NOT DISTINCT FROM 'O' AS nameable,
    NULLIF(CAST(categorieJuridiqueUniteLegale AS VARCHAR), '[ND]') AS form,
    NULLIF(activitePrincipaleUniteLegale, '[ND]') AS activity,
    nomenclatureActivitePrincipaleUniteLegale AS nomenclature,
    NULLIF(activitePrincipaleNAF25UniteLegale, '[ND]') AS activity_25,
    NULLIF(economieSocialeSolidaireUniteLegale, '[ND]') AS ess_flag,
    CASE
        WHEN length(siren) IS DISTINCT FROM 9 OR TRY_CAST(siren AS UINTEGER) IS NULL
            THEN 'siren illisible : ' || coalesce(siren, '(vide)')
        WHEN etatAdministratifUniteLegale NOT IN ('A', 'C') OR etatAdministratifUniteLegale IS NULL
            THEN 'état administratif inconnu : ' || coalesce(etatAdministratifUniteLegale, '(vide)')
        WHEN economieSocialeSolidaireUniteLegale NOT IN ('O', 'N', '[ND]')
            THEN 'signe ESS inconnu : ' || economieSocialeSolidaireUniteLegale
    END AS reason,
    siren AS written
FROM raw_units
WHERE CAST(categorieJuridiqueUniteLegale AS VARCHAR) IS DISTINCT FROM '1000'
