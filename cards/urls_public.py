"""Addresses of the cards outside the tablet: public pages, and sheets to print."""

from django.urls import path

from cards import printing, public

urlpatterns = [
    path("c/", public.cards, name="public-cards"),
    path("c/code.svg", public.code, name="public-code"),
    path("c/<slug:slug>/", public.card, name="public-card"),
    path("print/cards/", printing.cards, name="print-cards"),
    path("print/overview/", printing.overview, name="print-overview"),
]
