"""Lessons lie under /deliver/, because that is where the tablet's service worker may keep them (docs/decisions/0044)."""

from django.urls import path

from training.views import lessons

app_name = "lessons"

urlpatterns = [
    path("", lessons.course, name="course"),
    path("<slug:slug>/<int:number>/<int:position>/", lessons.lesson, name="lesson"),
]
