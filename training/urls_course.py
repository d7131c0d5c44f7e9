"""The editors' pages about the course, below /training/course/."""

from django.urls import path

from cards.views import releases
from training.course_pages import COURSE_PAGES
from training.views import course

urlpatterns = [
    path("", course.course, name="course"),
    path("modules/<slug:slug>/", course.module_detail, name="module-detail"),
    *releases.paths(COURSE_PAGES, namespace="training:"),
    path("releases/<int:pk>/modules/<slug:slug>/", course.module_edit, name="module-edit"),
    path("releases/<int:pk>/modules/<slug:slug>/version/", course.module_version, name="module-version"),
]
