from django.urls import path

from cards.presenters import DECK_PAGES
from cards.views import card_drafts, deck, releases

app_name = "cards"

urlpatterns = [
    path("", deck.deck, name="deck"),
    path("pictures/<slug:digest>/", deck.picture, name="picture"),
    path("cards/<slug:slug>/", deck.card_detail, name="card-detail"),
    path("cards/<slug:slug>/recall/", deck.card_recall, name="card-recall"),
    path("cards/<slug:slug>/show-again/", deck.card_show_again, name="card-show-again"),
    *releases.paths(DECK_PAGES, namespace="cards:"),
    path("releases/<int:pk>/cards/<slug:slug>/", card_drafts.card_edit, name="card-edit"),
    path("releases/<int:pk>/cards/<slug:slug>/picture/", card_drafts.card_picture, name="card-picture"),
    path("releases/<int:pk>/cards/<slug:slug>/version/", card_drafts.card_version, name="card-version"),
]
