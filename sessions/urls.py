from django.urls import path

from sessions import site_offer, views

app_name = "sessions"

urlpatterns = [
    path("records/", views.record_hand_in, name="record-hand-in"),
    path("sites/<int:pk>/offer/", site_offer.site_offer, name="site-offer"),
    path("looked-at/", views.quarantine_list, name="quarantine-list"),
]
