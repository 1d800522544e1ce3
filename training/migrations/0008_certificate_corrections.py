"""Requests to correct a certificate; its minutes as a number, read from its frozen words."""

import re

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import courses.documents.values

WORDS = re.compile(r"(?:(\d+)\s*h)?\s*(?:(\d+)\s*min)?")
BATCH = 500


def minutes_in(words: str) -> int:
    """Of "1 h 20 min": 80."""
    hours, minutes = (int(number or 0) for number in WORDS.match(words).groups())
    return hours * 60 + minutes


def read_minutes(apps, schema_editor):
    """From the English words: what `duration` wrote when it was issued."""
    Certificate = apps.get_model("training", "Certificate")
    batch = []
    for certificate in Certificate.objects.filter(minutes=None).order_by("pk").iterator(BATCH):
        certificate.minutes = minutes_in(certificate.content.get("en", {}).get("followed", ""))
        batch.append(certificate)
        if len(batch) == BATCH:
            Certificate.objects.bulk_update(batch, ["minutes"])
            batch = []
    Certificate.objects.bulk_update(batch, ["minutes"])


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('training', '0007_offers'),
    ]

    operations = [
        migrations.CreateModel(
            name='CertificateRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=courses.documents.values.public_id, editable=False, max_length=12, unique=True)),
                ('change', models.CharField(choices=[('name', 'My name'), ('hours', 'The time attended')], max_length=5)),
                ('wanted_name', models.CharField(blank=True, help_text='As it is printed.', max_length=250)),
                ('wanted_minutes', models.PositiveIntegerField(blank=True, null=True)),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('state', models.CharField(choices=[('open', 'Open'), ('replaced', 'Corrected'), ('refused', 'Not corrected')], default='open', max_length=8)),
                ('answer', models.CharField(blank=True, max_length=300, verbose_name='answer')),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('certificate', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='requests', to='training.certificate')),
            ],
            options={
                'ordering': ['-asked_at', '-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('certificate',), name='certificate_request_open_once'), models.CheckConstraint(condition=models.Q(models.Q(('change', 'name'), ('wanted_minutes__isnull', True), models.Q(('wanted_name', ''), _negated=True)), models.Q(('change', 'hours'), ('wanted_minutes__isnull', False), ('wanted_name', '')), _connector='OR'), name='certificate_request_wants_one_thing'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at__isnull', True), ('answered_by__isnull', True), ('state', 'open')), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), ('state', 'replaced')), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), ('state', 'refused'), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='certificate_request_refused_in_words')],
            },
        ),
        migrations.AddField(
            model_name='certificate',
            name='version',
            field=models.PositiveSmallIntegerField(default=1, editable=False),
        ),
        migrations.RemoveConstraint(
            model_name='certificate',
            name='certificate_once_per_enrolment',
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.UniqueConstraint(fields=('enrolment', 'version'), name='certificate_version_once_per_enrolment'),
        ),
        migrations.AlterField(
            model_name='certificate',
            name='replaces',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='replaced_by', to='training.certificate'),
        ),
        migrations.AddField(
            model_name='certificate',
            name='minutes',
            field=models.PositiveIntegerField(null=True, verbose_name='minutes'),
        ),
        migrations.RunPython(read_minutes, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name='certificate',
            name='minutes',
            field=models.PositiveIntegerField(verbose_name='minutes'),
        ),
    ]
