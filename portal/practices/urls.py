"""Pages of the practices app."""

from django.urls import path

from portal.practices.trail import views as trail
from portal.practices.views import account, home, invitations, members, practice

urlpatterns = [
    path("", home.home, name="home"),
    path("practices/switch/", home.switch_practice, name="switch-practice"),
    path("practice/", practice.settings, name="practice"),
    path("account/", account.account, name="account"),
    path("account/name/", account.rename, name="account-name"),
    path("account/password/", account.change_password, name="account-password"),
    path("account/mails/", account.choose_mails, name="account-mails"),
    path("account/language/", account.choose_language, name="account-language"),
    path("account/theme/", home.theme, name="account-theme"),
    path("account/tokens/", account.make_token, name="account-tokens"),
    path("account/tokens/<uuid:pk>/revoke/", account.drop_token, name="account-token-revoke"),
    path("members/", members.members, name="members"),
    path("members/invite/", invitations.invite, name="invite"),
    path("members/<uuid:pk>/", members.member, name="member"),
    path("members/<uuid:pk>/remove/", members.remove, name="member-remove"),
    path("members/invitations/<uuid:pk>/withdraw/", invitations.withdraw, name="invitation-withdraw"),
    path("members/invitations/<uuid:pk>/resend/", invitations.resend, name="invitation-resend"),
    path("invitations/<str:key>/", invitations.answer, name="invitation"),
    path("audit/", trail.trail, name="trail"),
    path("audit/export.csv", trail.export, name="trail-export"),
    path("audit/check/", trail.check, name="trail-check"),
]
