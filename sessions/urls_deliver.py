from django.urls import path

from sessions import deliver, offline

app_name = "deliver"

urlpatterns = [
    path("", deliver.shell, name="shell"),
    path("me.json", deliver.me, name="me"),
    path("sign-out/", deliver.sign_out, name="sign-out"),
    path("counter/", deliver.counter, name="counter"),
    path("deck/<str:digest>.json", deliver.deck, name="deck"),
    path("manifest.webmanifest", offline.manifest, name="manifest"),
    path("worker.js", offline.worker, name="worker"),
]
