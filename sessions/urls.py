from django.urls import path

from sessions import notices, quarantine_pages, rescue_pages, services, session_list, site_offer, summary_rules, tablet_pages, views, views_worker
from sessions.exports import pages as exports
from sessions.feedback import poster_pages
from sessions.summaries import outcome_pages
from sessions.summaries import pages as summaries
from vein_care.accounts import urls as _registers_scope  # noqa: F401

app_name = "sessions"

urlpatterns = [
    path("records/", views.record_hand_in, name="record-hand-in"),
    path("sites/<int:pk>/offer/", site_offer.site_offer, name="site-offer"),
    path("looked-at/", quarantine_pages.quarantine_list, name="quarantine-list"),
    path("looked-at/dealt-with/", quarantine_pages.quarantine_done, name="quarantine-done"),
    path("looked-at/<int:pk>/", quarantine_pages.record_detail, name="quarantine-record"),
    path("looked-at/<int:pk>/accept/", quarantine_pages.record_accept, name="quarantine-accept"),
    path("looked-at/<int:pk>/set-aside/", quarantine_pages.record_set_aside, name="quarantine-set-aside"),
    path("summary/", summaries.summary, name="summary"),
    path("summary/outcomes/", outcome_pages.outcomes, name="outcomes"),
    path("summary/report/", outcome_pages.report, name="report"),
    path("summary/to-share/", summaries.in_plain_words, name="summary-words"),
    path("exports/", exports.export_start, name="export-start"),
    path("exports/<int:pk>/", exports.export_page, name="export"),
    path("exports/<int:pk>/how-far/", exports.how_far, name="export-how-far"),
    path("exports/<int:pk>/file/", exports.export_file, name="export-file"),
    path("exports/<int:pk>/stop/", exports.export_stop, name="export-stop"),
    path("rescue/", rescue_pages.hand_in_rescue_file, name="rescue"),
    path("all/", session_list.session_list, name="session-list"),
    path("all/<int:pk>/void/", session_list.session_void_any, name="session-void-any"),
    path("mine/", views_worker.my_work_page, name="my-work"),
    path("mine/<int:pk>/void/", views_worker.session_void, name="session-void"),
    path("new/", views_worker.session_new, name="session-new"),
    path("slip/", views_worker.record_slip, name="record-slip"),
    path("my-data/", views_worker.my_data, name="my-data"),
    path("my-data/file/", views_worker.my_data_file, name="my-data-file"),
    path("organisations/<scope:scope>/services/", services.service_list, name="service-list"),
    path("organisations/<scope:scope>/services/new/", services.service_new, name="service-new"),
    path("organisations/<scope:scope>/services/<int:pk>/", services.service_edit, name="service-edit"),
    path("organisations/<scope:scope>/services/<int:pk>/checked/", services.service_checked, name="service-checked"),
    path("organisations/<scope:scope>/help-page/", services.help_page, name="help-page"),
    path("organisations/<scope:scope>/help-page/close/", services.help_page_close, name="help-page-close"),
    path("organisations/<scope:scope>/say/", poster_pages.say_pages, name="say-pages"),
    path("organisations/<scope:scope>/say/<int:pk>/poster/", poster_pages.say_poster, name="say-poster"),
    path("organisations/<scope:scope>/say/<int:pk>/open/", poster_pages.say_open, name="say-open"),
    path("organisations/<scope:scope>/say/<int:pk>/renew/", poster_pages.say_renew, name="say-renew"),
    path("organisations/<scope:scope>/say/<int:pk>/close/", poster_pages.say_close, name="say-close"),
    path("organisations/<scope:scope>/figures/", summary_rules.summary_rules, name="summary-rules"),
    path("organisations/<scope:scope>/notice/", notices.notice, name="notice"),
    path("organisations/<scope:scope>/notice/withdraw/", notices.notice_withdraw, name="notice-withdraw"),
    path("organisations/<scope:scope>/tablets/", tablet_pages.tablet_list, name="tablet-list"),
    path("organisations/<scope:scope>/tablets/counter/", tablet_pages.counter_tablet_new, name="counter-tablet-new"),
    path("organisations/<scope:scope>/tablets/<uuid:pk>/", tablet_pages.tablet_detail, name="tablet-detail"),
    path("organisations/<scope:scope>/tablets/<uuid:pk>/revoke/", tablet_pages.tablet_revoke, name="tablet-revoke"),
    path("organisations/<scope:scope>/tablets/<uuid:pk>/code/", tablet_pages.counter_tablet_again, name="counter-tablet-again"),
    path("organisations/<scope:scope>/tablets/<uuid:pk>/allow/", tablet_pages.tablet_allow, name="tablet-allow"),
]
