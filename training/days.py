"""Which day it is for somebody."""

from django.utils import timezone


def today_of(person, *, now):
    """The date where this person usually works."""
    return now.astimezone(zone_of(person)).date()


def zone_of(person):
    return person.usual_site.zone if person.usual_site else timezone.get_default_timezone()
