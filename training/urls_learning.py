"""One's own training."""

from django.urls import path

from training.views import certificates, learning

urlpatterns = [
    path("", learning.mine, name="mine"),
    path("me.json", learning.me, name="me"),
    path("places/", learning.places, name="places"),
    path("read/<slug:slug>/<int:number>/<int:position>/", learning.lesson_done, name="lesson-done"),
    path("again/<slug:slug>/", learning.module_again, name="module-again"),
    path("peer/", learning.peer, name="peer"),
    path("reminders/", learning.reminders, name="reminders"),
    path("my-file/", learning.my_file, name="my-file"),
    path("certificates/<int:pk>.pdf", certificates.own_certificate, name="certificate"),
]
