"""Addresses of the accounts: signing in, one's account, the network's roles.

Only what a sign-in by code needs is taken from allauth: there is no password, so no page about one.
The names that allauth looks for are kept, without a namespace.
"""

from __future__ import annotations

from allauth.account import views as allauth_views
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as keys
from django.urls import URLPattern, URLResolver, path

from terreau.accounts import key_views, network_views, personal_views, team_views, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("compte/connexion/", views.sign_in, name="account_login"),
    path("compte/connexion/", views.sign_in, name="account_request_login_code"),
    # allauth looks for a page to sign up: it is the same, an account is opened by its first code.
    path("compte/connexion/", views.sign_in, name="account_signup"),
    path("compte/connexion/code/", views.confirm_code, name="account_confirm_login_code"),
    path("compte/adresse/", allauth_views.email_verification_sent, name="account_email_verification_sent"),
    path("compte/deconnexion/", allauth_views.logout, name="account_logout"),
    path("compte/ferme/", allauth_views.account_inactive, name="account_inactive"),
    path("compte/cle/", key_views.sign_in, name="mfa_login_webauthn"),
    path("compte/seconde-preuve/", key_views.prove, name="mfa_authenticate"),
    path("compte/preuve/", factors.reauthenticate, name="mfa_reauthenticate"),
    path("compte/preuve/cle/", key_views.prove_again, name="mfa_reauthenticate_webauthn"),
    path("compte/preuve/", factors.reauthenticate, name="account_reauthenticate"),
    path("compte/securite/", factors.index, name="mfa_index"),
    path("compte/securite/application/", key_views.activate_totp, name="mfa_activate_totp"),
    path("compte/securite/application/fin/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("compte/securite/cles/", keys.list_webauthn, name="mfa_list_webauthn"),
    path("compte/securite/cles/ajouter/", key_views.add, name="mfa_add_webauthn"),
    path("compte/securite/cles/<int:pk>/retirer/", keys.remove_webauthn, name="mfa_remove_webauthn"),
    path("compte/securite/cles/<int:pk>/nom/", keys.edit_webauthn, name="mfa_edit_webauthn"),
    path("compte/securite/secours/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "compte/securite/secours/nouveaux/",
        recovery.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "compte/securite/secours/fichier/",
        recovery.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path("espace/compte/", views.my_account, name="accounts_mine"),
    # Where allauth sends a person who has nothing left to prove.
    path("espace/compte/", views.my_account, name="account_email"),
    path("espace/compte/sessions/", views.sign_out_elsewhere, name="accounts_sign_out_elsewhere"),
    path("espace/reseau/", network_views.network, name="accounts_network"),
    path("espace/reseau/ouvrir/", network_views.open_one, name="accounts_open"),
    path("espace/reseau/secretariat/", network_views.name_secretariat, name="accounts_name_secretariat"),
    path("espace/reseau/retirer/<int:grant_id>/", network_views.withdraw, name="accounts_withdraw"),
    path("espace/donnees/", personal_views.mine, name="accounts_data"),
    path("espace/donnees/telecharger/", personal_views.take, name="accounts_data_take"),
    path("espace/donnees/effacer/", personal_views.erase, name="accounts_data_erase"),
    path("espace/role/<int:grant_id>/fin/", team_views.end_role, name="accounts_end_role"),
    path("espace/role/<int:grant_id>/nom/", team_views.be_named, name="accounts_be_named"),
    path("espace/invitation/<uuid:key>/retirer/", team_views.withdraw_invitation, name="accounts_uninvite"),
    path("invitation/<str:token>/", team_views.answer, name="accounts_invitation"),
    path("espace/<slug:code>/equipe/", team_views.team, name="accounts_team"),
    path("espace/<slug:code>/equipe/inviter/", team_views.invite, name="accounts_invite"),
    path("espace/<slug:code>/equipe/partage/", team_views.share, name="accounts_share"),
    path("espace/<slug:code>/journal/", network_views.journal, name="accounts_journal"),
]
