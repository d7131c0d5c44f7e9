from django.urls import path

from sessions import views

app_name = "sessions"

urlpatterns = [
    path("records/", views.record_hand_in, name="record-hand-in"),
    path("looked-at/", views.quarantine_list, name="quarantine-list"),
]
