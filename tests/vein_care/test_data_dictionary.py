"""The data dictionary is the models, or this fails."""

from pathlib import Path

from django.apps import apps

from vein_care import data_dictionary

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "data-dictionary.md"


def test_page_is_what_the_models_say():
    assert PAGE.read_text(encoding="utf-8") == data_dictionary.render(), "Run manage.py data_dictionary and commit the page."


def test_every_column_of_every_table_is_listed():
    page = data_dictionary.render()
    models = [model for label in data_dictionary.APPS for model in apps.get_app_config(label).get_models()]
    columns = [f"`{field.column}`" for model in models for field in model._meta.concrete_fields]

    assert len(columns) > 150
    assert all(column in page for column in columns)
