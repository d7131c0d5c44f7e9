from django.urls import path

from cards.views import card_drafts, deck, releases

app_name = "cards"

urlpatterns = [
    path("", deck.deck, name="deck"),
    path("pictures/<slug:digest>/", deck.picture, name="picture"),
    path("cards/<slug:slug>/", deck.card_detail, name="card-detail"),
    path("cards/<slug:slug>/recall/", deck.card_recall, name="card-recall"),
    path("cards/<slug:slug>/show-again/", deck.card_show_again, name="card-show-again"),
    path("drafts/new/", releases.draft_begin, name="draft-begin"),
    path("releases/<int:pk>/", releases.release_detail, name="release-detail"),
    path("releases/<int:pk>/ask/", releases.review_ask, name="review-ask"),
    path("releases/<int:pk>/review/", releases.review_give, name="review-give"),
    path("releases/<int:pk>/publish/", releases.publish, name="release-publish"),
    path("releases/<int:pk>/discard/", releases.draft_discard, name="draft-discard"),
    path("releases/<int:pk>/up-to-date/", releases.draft_up_to_date, name="draft-up-to-date"),
    path("releases/<int:pk>/back/", releases.go_back, name="release-back"),
    path("releases/<int:pk>/readers/", releases.reviewers, name="release-readers"),
    path("releases/<int:pk>/cards/<slug:slug>/", card_drafts.card_edit, name="card-edit"),
    path("releases/<int:pk>/cards/<slug:slug>/picture/", card_drafts.card_picture, name="card-picture"),
    path("releases/<int:pk>/cards/<slug:slug>/version/", card_drafts.card_version, name="card-version"),
]
