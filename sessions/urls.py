from django.urls import path

from sessions import site_offer, views, views_worker

app_name = "sessions"

urlpatterns = [
    path("records/", views.record_hand_in, name="record-hand-in"),
    path("sites/<int:pk>/offer/", site_offer.site_offer, name="site-offer"),
    path("looked-at/", views.quarantine_list, name="quarantine-list"),
    path("mine/", views_worker.my_work_page, name="my-work"),
    path("mine/<int:pk>/void/", views_worker.session_void, name="session-void"),
    path("new/", views_worker.session_new, name="session-new"),
    path("slip/", views_worker.record_slip, name="record-slip"),
    path("my-data/", views_worker.my_data, name="my-data"),
    path("my-data/file/", views_worker.my_data_file, name="my-data-file"),
]
