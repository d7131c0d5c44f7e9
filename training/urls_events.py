"""Face-to-face events, under training/events/."""

from django.urls import path

from training.views import attendance, events, printing

urlpatterns = [
    path("", events.event_list, name="event-list"),
    path("new/", events.event_new, name="event-new"),
    path("<int:pk>/", events.event_detail, name="event-detail"),
    path("<int:pk>/change/", events.event_edit, name="event-edit"),
    path("<int:pk>/people/", events.event_people, name="event-people"),
    path("<int:pk>/covered/", events.event_coverage, name="event-coverage"),
    path("<int:pk>/cancel/", events.event_cancel, name="event-cancel"),
    path("<int:pk>/attendance/", attendance.attendance, name="event-attendance"),
    path("<int:pk>/sheet/", printing.sign_in_sheet, name="event-sheet"),
    path("<int:pk>/pack/", printing.facilitator_pack, name="event-pack"),
]
