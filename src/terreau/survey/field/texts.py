"""What the form of a telephone and the sheet of paper ask beside the questionnaire, in its languages.

Names are in capitals, which no identifier of a question can be: a territory's own question never takes one.
The texts are those of the questionnaire, not of the interface: whoever is asked reads them in the language
they chose on the telephone, so they are kept here by language as in a definition.
"""

from __future__ import annotations

from typing import Final

from terreau.survey.definition import Texts

CONSENT: Final = "CONSENT"
COLLEGE: Final = "COLLEGE"
SHEET: Final = "SHEET"
NAME: Final = "NAME"
EMAIL: Final = "EMAIL"
PHONE: Final = "PHONE"
YES: Final = "yes"
NO: Final = "no"

PURPOSE_LABEL: Final[Texts] = {
    "fr": "Cette enquête est menée par %(territory)s. Répondre est libre.",
    "ar": "يُجري هذا الاستبيان %(territory)s. الإجابة اختيارية.",
}
CONSENT_LABEL: Final[Texts] = {
    "fr": "Êtes-vous d’accord pour que vos réponses soient gardées et servent à cela\u00a0?",
    "ar": "هل توافق على حفظ إجاباتك واستعمالها لهذا الغرض؟",
}
YES_NO: Final[dict[str, Texts]] = {
    YES: {"fr": "Oui", "ar": "نعم"},
    NO: {"fr": "Non", "ar": "لا"},
}
COLLEGE_LABEL: Final[Texts] = {"fr": "Vous répondez en tant que…", "ar": "تجيب بصفتك…"}
COLLEGES: Final[dict[str, Texts]] = {
    "actors": {
        "fr": "acteur de l’économie sociale et solidaire",
        "ar": "فاعل في الاقتصاد الاجتماعي والتضامني",
    },
    "elected": {"fr": "élu ou élue", "ar": "منتخب أو منتخبة"},
    "staff": {"fr": "agent ou agente des services", "ar": "موظف أو موظفة في المصالح"},
}
SHEET_LABEL: Final[Texts] = {
    "fr": "Code de la fiche de votre organisation dans l’annuaire, si vous voulez y lier votre réponse",
    "ar": "رمز بطاقة منظمتك في الدليل، إن أردت ربط إجابتك بها",
}
WHO_TITLE: Final[Texts] = {"fr": "Vous joindre (facultatif)", "ar": "للاتصال بك (اختياري)"}
WHO_INTRO: Final[Texts] = {
    "fr": "Ces renseignements sont gardés à part des réponses.",
    "ar": "تُحفظ هذه المعلومات بمعزل عن الإجابات.",
}
WHO: Final[dict[str, Texts]] = {
    NAME: {"fr": "Votre nom", "ar": "اسمك"},
    EMAIL: {"fr": "Votre adresse électronique", "ar": "بريدك الإلكتروني"},
    PHONE: {"fr": "Votre téléphone", "ar": "هاتفك"},
}
NEEDED: Final[Texts] = {"fr": "Cette réponse est nécessaire.", "ar": "هذه الإجابة لازمة."}
WHOLE_NUMBER: Final[Texts] = {"fr": "Un nombre entier, zéro ou plus.", "ar": "عدد صحيح، صفر أو أكثر."}
# What is invented says so wherever it goes.
SIMULATED: Final[Texts] = {
    "fr": "Données simulées\u00a0: enquête inventée pour s’exercer.",
    "ar": "بيانات محاكاة: استبيان مُختلق للتدريب.",
}
