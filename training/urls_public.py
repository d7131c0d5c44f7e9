"""The page on which anybody can check a certificate."""

from django.urls import path

from training.views import certificates

urlpatterns = [path("certificates/", certificates.check, name="certificate-check")]
