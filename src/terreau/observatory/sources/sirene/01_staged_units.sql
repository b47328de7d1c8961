-- Legal units as the file tells them, typed. Sole traders (category 1000) stop here: they are persons.
SELECT
    u.unit,
    CASE u.state WHEN 'A' THEN TRUE WHEN 'C' THEN FALSE END AS active,
    u.diffusion IS NOT DISTINCT FROM 'O' AS nameable,
    u.form,
    u.activity,
    u.nomenclature,
    u.activity_25,
    u.ess_flag,
    CASE
        WHEN u.unit IS NULL THEN 'siren illisible : ' || coalesce(u.siren, '(vide)')
        WHEN u.state NOT IN ('A', 'C') OR u.state IS NULL
            THEN 'état administratif inconnu : ' || coalesce(u.state, '(vide)')
        WHEN u.ess_flag NOT IN ('O', 'N', '[ND]') THEN 'signe ESS inconnu : ' || u.ess_flag
    END AS reason,
    u.siren AS written
FROM (
    SELECT
        CASE WHEN length(siren) = 9 THEN TRY_CAST(siren AS UINTEGER) END AS unit,
        siren,
        etatAdministratifUniteLegale AS state,
        statutDiffusionUniteLegale AS diffusion,
        categorieJuridiqueUniteLegale AS form,
        activitePrincipaleUniteLegale AS activity,
        nomenclatureActivitePrincipaleUniteLegale AS nomenclature,
        activitePrincipaleNAF25UniteLegale AS activity_25,
        economieSocialeSolidaireUniteLegale AS ess_flag
    FROM raw_units
    WHERE CAST(categorieJuridiqueUniteLegale AS VARCHAR) IS DISTINCT FROM '1000'
) AS u
