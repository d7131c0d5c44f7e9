from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_cache_table'),
    ]

    operations = [
        migrations.AddField(
            model_name='organisation',
            name='needlestick_contact',
            field=models.TextField(blank=True, db_default='', default='', help_text='Whom your workers call, day and night, and where they go.', max_length=400, verbose_name='after a needlestick injury'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='out_of_hours',
            field=models.TextField(blank=True, db_default='', default='', help_text='What somebody can do in the evening or at the weekend: a number, a place, a website. Shown to everyone on “Get help now”.', max_length=600, verbose_name='when nobody is there'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='safeguarding_contact',
            field=models.TextField(blank=True, db_default='', default='', help_text='Whom your workers call about a child or an adult at risk.', max_length=400, verbose_name="worried about somebody's safety"),
        ),
        migrations.AddField(
            model_name='site',
            name='support_contact',
            field=models.CharField(blank=True, db_default='', default='', help_text='Whom a worker here can call during a shift, or after a hard talk. A name and a number.', max_length=160, verbose_name='support contact'),
        ),
    ]
