"""Who is trained, and asking people to take modules."""

from django.urls import path

from training.views import assigning, people, refreshers

urlpatterns = [
    path("people/", people.grid, name="grid"),
    path("people/training.csv", people.grid_csv, name="grid-csv"),
    path("people/training.xlsx", people.grid_xlsx, name="grid-xlsx"),
    path("people/completions.csv", people.completions_csv, name="completions-csv"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/done/<int:completion>/take-back/", people.completion_withdraw, name="completion-withdraw"),
    path("people/<int:pk>/asked/<int:assignment>/take-back/", people.assignment_withdraw, name="assignment-withdraw"),
    path("assign/", assigning.assign, name="assign"),
    path("assign/made/", assigning.round_list, name="round-list"),
    path("assign/made/<int:pk>/", assigning.round_detail, name="round"),
    path("assign/made/<int:pk>/take-back/", assigning.round_withdraw, name="round-withdraw"),
    path("refreshers/", refreshers.refresher_list, name="refresher-list"),
    path("refreshers/<int:pk>/none/", refreshers.refresher_none, name="refresher-none"),
    path("refreshers/<int:pk>/ask/", refreshers.refresher_ask, name="refresher-ask"),
]
