"""Signing in and out, the same on every site, mounted at /account/. Names are those allauth's flows use."""

from django.urls import path

from core.accounts.views import join, profile, sign_in, welcome

urlpatterns = [
    path("login/", sign_in.login, name="account_login"),
    path("login/code/", sign_in.request_login_code, name="account_request_login_code"),
    path("login/code/confirm/", sign_in.confirm_login_code, name="account_confirm_login_code"),
    path("logout/", sign_in.logout, name="account_logout"),
    path("inactive/", sign_in.inactive, name="account_inactive"),
    path("signup/", sign_in.signup, name="account_signup"),
    path("confirm-email/", sign_in.confirm_email, name="account_email_verification_sent"),
    path("password/change/", sign_in.password_change, name="account_change_password"),
    path("password/set/", sign_in.password_set, name="account_set_password"),
    path("password/reset/", sign_in.password_reset, name="account_reset_password"),
    path(
        "password/reset/confirm/",
        sign_in.confirm_password_reset_code,
        name="account_confirm_password_reset_code",
    ),
    path("password/reset/complete/", sign_in.complete_password_reset, name="account_complete_password_reset"),
    path("password/reset/done/", sign_in.password_reset_done, name="account_password_reset_completed"),
    path("profile/", profile.profile, name="account_profile"),
    path("welcome/<str:token>/", welcome.welcome, name="account_welcome"),
    path("join/<str:token>/", join.join, name="account_join"),
]
