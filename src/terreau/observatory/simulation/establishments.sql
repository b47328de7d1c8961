-- The genuine files are in the order of their units.
SELECT
    siren,
    lpad(CAST(10 + k AS VARCHAR), 5, '0') AS nic,
    siren || lpad(CAST(10 + k AS VARCHAR), 5, '0') AS siret,
    CASE WHEN withheld THEN 'P' ELSE 'O' END AS statutDiffusionEtablissement,
    CAST(created + CAST(floor((DATE '$on' - created) * CASE WHEN k = 0 THEN 0 ELSE 1 - chance_closing END) AS INTEGER) AS DATE) AS dateCreationEtablissement,
    CASE
        WHEN jobs = 0 THEN 'NN'
        WHEN jobs < 3 THEN '01'
        WHEN jobs < 6 THEN '02'
        WHEN jobs < 10 THEN '03'
        WHEN jobs < 20 THEN '11'
        WHEN jobs < 50 THEN '12'
        WHEN jobs < 100 THEN '21'
        WHEN jobs < 200 THEN '22'
        WHEN jobs < 250 THEN '31'
        WHEN jobs < 500 THEN '32'
        WHEN jobs < 1000 THEN '41'
        WHEN jobs < 2000 THEN '42'
        WHEN jobs < 5000 THEN '51'
        WHEN jobs < 10000 THEN '52'
        ELSE '53'
    END AS trancheEffectifsEtablissement,
    CASE WHEN jobs > 0 THEN CAST(year(DATE '$on') - 2 AS VARCHAR) END AS anneeEffectifsEtablissement,
    NULL::VARCHAR AS activitePrincipaleRegistreMetiersEtablissement,
    TIMESTAMP '$on 06:00:00' - to_days(CAST(1 + i % 27 AS INTEGER)) AS dateDernierTraitementEtablissement,
    k = 0 AS etablissementSiege,
    1 AS nombrePeriodesEtablissement,
    NULL::VARCHAR AS complementAdresseEtablissement,
    NULL::VARCHAR AS numeroVoieEtablissement,
    NULL::VARCHAR AS indiceRepetitionEtablissement,
    NULL::VARCHAR AS typeVoieEtablissement,
    NULL::VARCHAR AS libelleVoieEtablissement,
    NULL::VARCHAR AS codePostalEtablissement,
    NULL::VARCHAR AS libelleCommuneEtablissement,
    NULL::VARCHAR AS libelleCommuneEtrangerEtablissement,
    NULL::VARCHAR AS distributionSpecialeEtablissement,
    commune AS codeCommuneEtablissement,
    NULL::VARCHAR AS codeCedexEtablissement,
    NULL::VARCHAR AS libelleCedexEtablissement,
    NULL::VARCHAR AS codePaysEtrangerEtablissement,
    NULL::VARCHAR AS libellePaysEtrangerEtablissement,
    NULL::VARCHAR AS complementAdresse2Etablissement,
    NULL::VARCHAR AS numeroVoie2Etablissement,
    NULL::VARCHAR AS indiceRepetition2Etablissement,
    NULL::VARCHAR AS typeVoie2Etablissement,
    NULL::VARCHAR AS libelleVoie2Etablissement,
    NULL::VARCHAR AS codePostal2Etablissement,
    NULL::VARCHAR AS libelleCommune2Etablissement,
    NULL::VARCHAR AS libelleCommuneEtranger2Etablissement,
    NULL::VARCHAR AS distributionSpeciale2Etablissement,
    NULL::VARCHAR AS codeCommune2Etablissement,
    NULL::VARCHAR AS codeCedex2Etablissement,
    NULL::VARCHAR AS libelleCedex2Etablissement,
    NULL::VARCHAR AS codePaysEtranger2Etablissement,
    NULL::VARCHAR AS libellePaysEtranger2Etablissement,
    CASE
        WHEN open THEN created
        ELSE CAST(DATE '$on' - CAST(floor((DATE '$on' - created) * chance_closing * (1 - chance_closing)) AS INTEGER) AS DATE)
    END AS dateDebut,
    CASE WHEN open THEN 'A' ELSE 'F' END AS etatAdministratifEtablissement,
    NULL::VARCHAR AS enseigne1Etablissement,
    NULL::VARCHAR AS enseigne2Etablissement,
    NULL::VARCHAR AS enseigne3Etablissement,
    NULL::VARCHAR AS denominationUsuelleEtablissement,
    rev2 AS activitePrincipaleEtablissement,
    'NAFRev2' AS nomenclatureActivitePrincipaleEtablissement,
    CASE WHEN jobs > 0 THEN 'O' ELSE 'N' END AS caractereEmployeurEtablissement,
    NULL::VARCHAR AS dernierNumeroVoieEtablissement,
    NULL::VARCHAR AS indiceRepetitionDernierNumeroVoieEtablissement,
    NULL::VARCHAR AS identifiantAdresseEtablissement,
    NULL::VARCHAR AS coordonneeLambertAbscisseEtablissement,
    NULL::VARCHAR AS coordonneeLambertOrdonneeEtablissement,
    naf25 AS activitePrincipaleNAF25Etablissement,
    '$mention' AS donneesSimulees
FROM drawn_establishments
ORDER BY siret
