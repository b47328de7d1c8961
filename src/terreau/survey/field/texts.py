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
    "en": "This survey is conducted by %(territory)s. Answering is free.",
    "ar": "يُجري هذا الاستبيان %(territory)s. الإجابة اختيارية.",
}
CONSENT_LABEL: Final[Texts] = {
    "fr": "Êtes-vous d’accord pour que vos réponses soient gardées et servent à cela\u00a0?",
    "en": "Do you agree that your answers be kept and used for this?",
    "ar": "هل توافق على حفظ إجاباتك واستعمالها لهذا الغرض؟",
}
YES_NO: Final[dict[str, Texts]] = {
    YES: {"fr": "Oui", "en": "Yes", "ar": "نعم"},
    NO: {"fr": "Non", "en": "No", "ar": "لا"},
}
COLLEGE_LABEL: Final[Texts] = {
    "fr": "Vous répondez en tant que…",
    "en": "You answer as…",
    "ar": "تجيب بصفتك…",
}
COLLEGES: Final[dict[str, Texts]] = {
    "actors": {
        "fr": "acteur de l’économie sociale et solidaire",
        "en": "an actor of the social and solidarity economy",
        "ar": "فاعل في الاقتصاد الاجتماعي والتضامني",
    },
    "elected": {"fr": "élu ou élue", "en": "an elected official", "ar": "منتخب أو منتخبة"},
    "staff": {
        "fr": "agent ou agente des services",
        "en": "a member of staff",
        "ar": "موظف أو موظفة في المصالح",
    },
}
SHEET_LABEL: Final[Texts] = {
    "fr": "Nom de votre organisation, si vous voulez lier votre réponse à sa fiche de l’annuaire",
    "en": "Name of your organisation, if you want to tie your answer to its sheet in the directory",
    "ar": "اسم منظمتك، إن أردت ربط إجابتك ببطاقتها في الدليل",
}
# As it was put before; exports of then are still read.
FORMER_SHEET_LABEL: Final[Texts] = {
    "fr": "Code de la fiche de votre organisation dans l’annuaire, si vous voulez y lier votre réponse",
    "en": "Code of the sheet of your organisation in the directory, if you want to tie your answer to it",
    "ar": "رمز بطاقة منظمتك في الدليل، إن أردت ربط إجابتك بها",
}
WHO_TITLE: Final[Texts] = {
    "fr": "Vous joindre (facultatif)",
    "en": "How to reach you (optional)",
    "ar": "للاتصال بك (اختياري)",
}
WHO_INTRO: Final[Texts] = {
    "fr": "Les renseignements qui suivent sont gardés à part des réponses.",
    "en": "The details that follow are kept apart from the answers.",
    "ar": "تُحفظ المعلومات التالية بمعزل عن الإجابات.",
}
WHO: Final[dict[str, Texts]] = {
    NAME: {"fr": "Votre nom", "en": "Your name", "ar": "اسمك"},
    EMAIL: {"fr": "Votre adresse électronique", "en": "Your e-mail address", "ar": "بريدك الإلكتروني"},
    PHONE: {"fr": "Votre téléphone", "en": "Your telephone", "ar": "هاتفك"},
}
NEEDED: Final[Texts] = {
    "fr": "Cette réponse est nécessaire.",
    "en": "This answer is required.",
    "ar": "هذه الإجابة لازمة.",
}
WHOLE_NUMBER: Final[Texts] = {
    "fr": "Un nombre entier, zéro ou plus.",
    "en": "A whole number, zero or more.",
    "ar": "عدد صحيح، صفر أو أكثر.",
}
# What is invented says so wherever it goes.
SIMULATED: Final[Texts] = {
    "fr": "Données simulées\u00a0: enquête inventée pour s’exercer.",
    "en": "Simulated data: a survey invented for practice.",
    "ar": "بيانات محاكاة: استبيان مُختلق للتدريب.",
}
