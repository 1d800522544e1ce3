"""Sessions know their person; wrong passwords are counted in a table of our own; passwords of printed slips are marked.

Everybody logs in again once: the rows of Django's own sessions are deleted, and so are the tables of django-axes, which hold
logins and network addresses.
"""

import datetime

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


AXES = ["axes_accessattemptexpiration", "axes_accessattempt", "axes_accessfailurelog", "axes_accesslog"]


def mark_unused_slips(apps, schema_editor):
    """Students who have never been in have the password of a slip, if any."""
    people = apps.get_model("courses", "Person").objects.using(schema_editor.connection.alias)
    never_in = people.filter(last_login=None, email=None).exclude(password__startswith="!").exclude(password="")
    never_in.update(paper_password_ends_at=django.utils.timezone.now() + datetime.timedelta(days=365))


def delete_old_sessions(apps, schema_editor):
    apps.get_model("sessions", "Session").objects.using(schema_editor.connection.alias).all().delete()


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0007_roles_apart'),
        ('sessions', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='WrongPasswords',
            fields=[
                ('key', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('count', models.PositiveIntegerField(default=0)),
                ('last_at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='person',
            name='paper_password_ends_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.CreateModel(
            name='LoginSession',
            fields=[
                ('session_key', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='session key')),
                ('session_data', models.TextField(verbose_name='session data')),
                ('expire_date', models.DateTimeField(db_index=True, verbose_name='expire date')),
                ('began_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('device', models.CharField(blank=True, max_length=60)),
                ('is_shared', models.BooleanField(default=False)),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='login_sessions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-began_at'],
            },
        ),
        migrations.RunPython(mark_unused_slips, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(delete_old_sessions, migrations.RunPython.noop, elidable=True),
        *[migrations.RunSQL(f"DROP TABLE IF EXISTS {table}", migrations.RunSQL.noop, elidable=True) for table in AXES],
    ]
