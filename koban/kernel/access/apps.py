from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class AccessConfig(AppConfig):
    name = "koban.kernel.access"
    label = "access"

    def ready(self) -> None:
        from allauth.mfa.signals import authenticator_added

        from koban.kernel.access.second_step import shown

        # Every room says in its `rights.py` what can be done in it.
        autodiscover_modules("rights")
        # The library offers no other place to hear of a second step that was just set up.
        authenticator_added.connect(shown, dispatch_uid="koban.second_step")
