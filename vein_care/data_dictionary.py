"""docs/reference/data-dictionary.md, generated from the models. A test compares the file with this output."""

from django.apps import apps
from django.db import connection
from django.db.models import CheckConstraint, ForeignKey, UniqueConstraint

APPS = ["accounts", "cards", "care_sessions", "training"]

HEADER = """# Data dictionary

Every table and column of Vein Care, generated from the models with `manage.py data_dictionary`; a test fails when this page falls behind.
No column can hold a name, initials, a birth date, a code, an address, a picture or free text about a person a session was held with.
"""


def render():
    """The whole page as Markdown text, ending in a newline."""
    parts = [HEADER]
    for label in APPS:
        config = apps.get_app_config(label)
        parts.append(f"## {config.verbose_name}\n")
        parts.extend(_table(model) for model in sorted(config.get_models(), key=lambda model: model.__name__))
    return "\n".join(parts)


def _table(model):
    lines = [f"### {model.__name__} (`{model._meta.db_table}`)\n", f"{_summary(model)}\n"]
    lines += ["| Column | Type | May be empty | Meaning |", "| --- | --- | --- | --- |"]
    lines += [_row(field) for field in model._meta.concrete_fields]
    rules = _rules(model)
    if rules:
        lines += ["", "Rules: " + ", ".join(f"`{name}`" for name in rules) + "."]
    return "\n".join(lines) + "\n"


def _summary(model):
    text = model.__doc__ or ""
    return "" if text.startswith(f"{model.__name__}(") else " ".join(text.split())


def _row(field):
    empty = "yes" if field.null or getattr(field, "blank", False) and field.empty_strings_allowed else "no"
    meaning = str(field.help_text or "")
    if isinstance(field, ForeignKey):
        meaning = f"→ {field.related_model.__name__}. {meaning}".strip()
    if field.choices:
        meaning = f"{meaning} One of: {', '.join(str(value) for value, _label in field.flatchoices)}.".strip()
    return f"| `{field.column}` | {field.db_type(connection)} | {empty} | {meaning} |"


def _rules(model):
    return sorted(item.name for item in model._meta.constraints if isinstance(item, CheckConstraint | UniqueConstraint))
