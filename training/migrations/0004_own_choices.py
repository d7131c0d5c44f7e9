import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0003_release_published_has_number"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="learningplace",
            name="restarted_at",
            field=models.DateTimeField(
                blank=True, help_text="Begun again from the start; what a device says of the time before does not count.", null=True
            ),
        ),
        migrations.CreateModel(
            name="OwnChoices",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "is_peer",
                    models.BooleanField(
                        default=False, help_text="Offers the module for peers. Seen by the person alone.", verbose_name="I work as a peer"
                    ),
                ),
                ("reminders_muted_at", models.DateTimeField(blank=True, help_text="Since when no reminder is sent; none: they are.", null=True)),
                (
                    "person",
                    models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="training_choices", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "verbose_name_plural": "own choices",
            },
        ),
    ]
