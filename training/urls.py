from django.urls import include, path

from training.views import printing

app_name = "training"

urlpatterns = [
    path("course/", include("training.urls_course")),
    path("events/", include("training.urls_events")),
    path("", include("training.urls_trainer")),
    path("", include("training.urls_learning")),
    path("manual/", printing.manual, name="manual"),
]
