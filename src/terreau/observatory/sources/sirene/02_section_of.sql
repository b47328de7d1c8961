-- A division, with the name its file gives to the classification, leads to a section of the one in use.
SELECT n.name, s.division, s.section
FROM sirene_activity_sections AS s
JOIN sirene_nomenclatures AS n ON n.nomenclature = s.nomenclature
WHERE s.nomenclature = '$nomenclature'
