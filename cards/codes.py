"""Practice areas as rows, kept equal to the shipped table. A code is never renamed or removed, only retired."""

from django.apps import apps as installed_apps

from cards import content_files


def load_practice_areas(*, using="default", apps=installed_apps, **_signal):
    """Insert missing areas and bring labels, definitions and order up to date. Safe to repeat.

    apps: the models as the migrations run so far left them; without the table there is nothing to fill yet.
    """
    from cards.models import PracticeArea

    if "practicearea" not in apps.all_models["cards"]:
        return
    rows = [
        PracticeArea(code=code, label=area["label"], definition=area["definition"], position=position)
        for position, (code, area) in enumerate(content_files.areas().items(), start=1)
    ]
    PracticeArea.objects.using(using).bulk_create(
        rows, update_conflicts=True, unique_fields=["code"], update_fields=["label", "definition", "position"]
    )
