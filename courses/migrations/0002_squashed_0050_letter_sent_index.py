"""Migrations 0002 to 0050 in one, for a new database: Django takes the replaced ones where some of them are
applied. 0001 stays apart, because django-scheduler's tables lie between (they refer to people).

Of what the replaced ones do to rows only the calendar is left: a new database has no others.
"""

import courses.documents.models
import courses.documents.values
import courses.launches.values
import courses.people.models.persons
import courses.squashed
import datetime
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


def make_the_calendar(apps, schema_editor):
    """Our one calendar of django-scheduler: every series of meetings is in it."""
    apps.get_model("schedule", "Calendar").objects.get_or_create(slug="passerelle", defaults={"name": "Passerelle"})


class Migration(migrations.Migration):

    replaces = [
        ('courses', '0002_rooms'),
        ('courses', '0003_calendar'),
        ('courses', '0004_classes_and_hours'),
        ('courses', '0005_hours_since_and_until'),
        ('courses', '0006_resource_url'),
        ('courses', '0007_roles_apart'),
        ('courses', '0008_logins'),
        ('courses', '0009_account_changes'),
        ('courses', '0010_plain_english'),
        ('courses', '0011_correction_request'),
        ('courses', '0012_plain_english_2'),
        ('courses', '0013_letter_keys'),
        ('courses', '0014_periodic_run'),
        ('courses', '0015_paper'),
        ('courses', '0016_teaching_once_while_open'),
        ('courses', '0017_provider_profile'),
        ('courses', '0018_paper_parts'),
        ('courses', '0019_returned_mail'),
        ('courses', '0020_mail_rhythm'),
        ('courses', '0021_reminder_times'),
        ('courses', '0022_guardians'),
        ('courses', '0023_guardianship_ended_by_leaving'),
        ('courses', '0024_roster'),
        ('courses', '0025_sets_from_a_folder'),
        ('courses', '0026_account_change_left_school'),
        ('courses', '0027_departures_of_before'),
        ('courses', '0028_roster_keys_of_255'),
        ('courses', '0029_timetables'),
        ('courses', '0030_identity_providers'),
        ('courses', '0031_launches'),
        ('courses', '0032_paper_codes'),
        ('courses', '0033_teachers_of_sets'),
        ('courses', '0034_identity_confirmed'),
        ('courses', '0035_protocols'),
        ('courses', '0036_saml_logins'),
        ('courses', '0037_second_factor'),
        ('courses', '0038_lti_launches'),
        ('courses', '0039_references_of_logins'),
        ('courses', '0040_roster_deltas'),
        ('courses', '0041_roster_directories'),
        ('courses', '0042_guardians_of_sets'),
        ('courses', '0043_academy_sets'),
        ('courses', '0044_merged_schools'),
        ('courses', '0045_no_names_in_the_log'),
        ('courses', '0046_academy_set_read_once'),
        ('courses', '0047_nobody_named_in_the_log'),
        ('courses', '0048_person_is_counted'),
        ('courses', '0049_costs_and_openers_by_month'),
        ('courses', '0050_letter_sent_index'),
    ]

    dependencies = [
        ('courses', '0001_people'),
        ('schedule', '0015_rename_indexes'),
        # Nothing here needs these. Each of their 120 migrations costs ten times as much once our 180 models are in
        # the state, so they come first.
        ('django_tasks_database', '0021_conditional_partial_index_ordering'),
        ('sessions', '0001_initial'),
        ('wagtailadmin', '0006_formstate'),
        ('wagtailcore', '0098_apitoken'),
        ('wagtaildocs', '0014_alter_document_file_size'),
        ('wagtailembeds', '0009_embed_cache_until'),
        ('wagtailimages', '0027_image_description'),
        ('wagtailredirects', '0008_add_verbose_name_plural'),
        ('wagtailsearch', '0010_add_text_fields'),
        ('wagtailusers', '0015_userprofile_keyboard_shortcuts'),
    ]

    operations = [
        migrations.AddField(
            model_name='person',
            name='paper_password_ends_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='person',
            name='returned_address',
            field=models.EmailField(blank=True, db_default='', default='', editable=False, max_length=254),
        ),
        migrations.AddField(
            model_name='person',
            name='returned_since',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='person',
            name='mail_rhythm',
            field=models.CharField(choices=[('at_once', 'each at once'), ('daily', 'one email a day, from Monday to Friday at 17:00'), ('weekly', 'one email a week, on Friday at 17:00')], db_default='at_once', default='at_once', max_length=8, verbose_name='emails that may wait'),
        ),
        migrations.AddField(
            model_name='person',
            name='reminders',
            field=models.CharField(choices=[('both', 'two: the day before, and an hour before'), ('day', 'one, the day before'), ('hour', 'one, an hour before'), ('none', 'none')], db_default='both', default='both', max_length=4, verbose_name='reminders of trainings'),
        ),
        migrations.AddField(
            model_name='person',
            name='reminders_chosen_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='person',
            name='is_counted',
            field=models.BooleanField(db_default=True, default=True, editable=False, verbose_name='page views are counted'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='with_guardians',
            field=models.BooleanField(db_default=False, default=False, editable=False, verbose_name='guardians follow the week'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='merged_into',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='courses.organisation'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='merged_on',
            field=models.DateField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='resource',
            name='url',
            field=models.URLField(blank=True, help_text='A public address, the same for everybody. It begins with https://.', validators=[django.core.validators.URLValidator(schemes=['https'])], verbose_name='where it is opened'),
        ),
        migrations.AlterField(
            model_name='membership',
            name='role',
            field=models.CharField(choices=[('teacher', 'Teacher'), ('trainer', 'Trainer'), ('adviser', 'Adviser'), ('planner', 'Training planner'), ('registrar', 'Registrar'), ('student', 'Student'), ('leader', 'School leader'), ('office', 'School office'), ('officer', 'Regional officer'), ('guardian', 'Guardian')], max_length=10, verbose_name='role'),
        ),
        migrations.AlterField(
            model_name='person',
            name='email',
            field=models.EmailField(blank=True, max_length=254, null=True, verbose_name='email address'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('merged_into', None), ('merged_on', None)), models.Q(('merged_into__isnull', False), ('merged_on__isnull', False), models.Q(('merged_into', models.F('pk')), _negated=True)), _connector='OR'), name='organisation_merged_into_another'),
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('returned_address', ''), ('returned_since__isnull', True)), models.Q(models.Q(('returned_address', ''), _negated=True), ('returned_since__isnull', False)), _connector='OR'), name='person_returned_address_since'),
        ),
        courses.squashed.CreateModels(
            creations=[migrations.CreateModel(
                name='Counter',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=60, unique=True)),
                    ('last', models.PositiveIntegerField(default=0)),
                ],
            ), migrations.CreateModel(
                name='RoomEvent',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('room/created', 'Room Created'), ('occupant/joined', 'Occupant Joined'), ('occupant/left', 'Occupant Left'), ('room/destroyed', 'Room Destroyed')], max_length=20)),
                    ('room_name', models.CharField(db_index=True, max_length=200)),
                    ('body', models.JSONField()),
                    ('fingerprint', models.CharField(max_length=64, unique=True)),
                    ('received_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                    ('settled_at', models.DateTimeField(blank=True, null=True)),
                ],
                options={
                    'ordering': ['received_at', 'pk'],
                },
            ), migrations.CreateModel(
                name='Meeting',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    ('public_id', models.CharField(default=courses.documents.values.public_id, editable=False, max_length=12, unique=True)),
                    ('ordinal', models.PositiveSmallIntegerField()),
                    ('cancel_reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                    ('occurrence', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='meeting', to='schedule.occurrence')),
                    ('series', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='schedule.event')),
                ],
                options={
                    'ordering': ['series', 'ordinal'],
                    'constraints': [models.UniqueConstraint(fields=('series', 'ordinal'), name='meeting_ordinal_once_in_series'), models.CheckConstraint(condition=models.Q(('ordinal__gte', 1)), name='meeting_ordinals_begin_at_one')],
                },
            ), migrations.CreateModel(
                name='CalendarEntry',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('sequence', models.PositiveIntegerField(default=0)),
                    ('method', models.CharField(choices=[('REQUEST', 'Request'), ('CANCEL', 'Cancel')], max_length=8)),
                    ('starts_at', models.DateTimeField()),
                    ('ends_at', models.DateTimeField()),
                    ('stamped_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calendar_entries', to=settings.AUTH_USER_MODEL)),
                    ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calendar_entries', to='courses.meeting')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('meeting', 'person'), name='calendar_entry_once_per_person'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='calendar_entry_ends_after_it_begins')],
                },
            ), migrations.CreateModel(
                name='Room',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=60, unique=True)),
                    ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('meeting', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='room', to='courses.meeting')),
                ],
            ), migrations.CreateModel(
                name='PracticeLine',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('occupant_jid', models.CharField(max_length=200, unique=True)),
                    ('subject', models.CharField(blank=True, max_length=200)),
                    ('shown_name', models.CharField(blank=True, max_length=200)),
                    ('is_moderator', models.BooleanField(default=False)),
                    ('room_opened_at', models.DateTimeField()),
                    ('joined_at', models.DateTimeField()),
                    ('dropped_at', models.DateTimeField(blank=True, null=True)),
                    ('left_at', models.DateTimeField(blank=True, null=True)),
                    ('room', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='practice_lines', to='courses.room')),
                ],
                options={
                    'ordering': ['joined_at', 'pk'],
                },
            ), migrations.CreateModel(
                name='RoomPass',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('subject', models.CharField(help_text="The token's context.user.id: opaque, a string.", max_length=40, unique=True)),
                    ('code', models.CharField(help_text='Shown beside the first name, as in « Emma, E5R1 ».', max_length=4)),
                    ('role', models.CharField(choices=[('moderator', 'moderator'), ('member', 'member')], max_length=10)),
                    ('is_withdrawn', models.BooleanField(default=False, help_text='The seat was given back: no entry, the code stays known.')),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='room_passes', to=settings.AUTH_USER_MODEL)),
                    ('room', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='passes', to='courses.room')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('room', 'person'), name='room_pass_once_per_person'), models.UniqueConstraint(fields=('room', 'code'), name='room_pass_code_once')],
                },
            ), migrations.CreateModel(
                name='Stay',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('room_jid', models.CharField(max_length=200)),
                    ('breakout_id', models.CharField(blank=True, max_length=200)),
                    ('occupant_jid', models.CharField(max_length=200)),
                    ('subject', models.CharField(blank=True, help_text='context.user.id of the token; empty for a guest.', max_length=200)),
                    ('shown_name', models.CharField(blank=True, max_length=200)),
                    ('joined_at', models.DateTimeField()),
                    ('left_at', models.DateTimeField(blank=True, null=True)),
                    ('is_estimated', models.BooleanField(default=False, help_text='The end was set by rule: the real one was lost.')),
                    ('room', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stays', to='courses.room')),
                ],
                options={
                    'ordering': ['joined_at', 'pk'],
                    'constraints': [models.UniqueConstraint(fields=('room_jid', 'breakout_id', 'occupant_jid', 'joined_at'), name='stay_once'), models.CheckConstraint(condition=models.Q(('left_at__isnull', True), ('left_at__gte', models.F('joined_at')), _connector='OR'), name='stay_ends_after_it_begins')],
                },
            ), migrations.CreateModel(
                name='Letter',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=courses.documents.values.public_id, editable=False, max_length=12, unique=True)),
                    ('key', models.CharField(help_text='The reason: the same reason is the same letter.', max_length=200, unique=True)),
                    ('kind', models.CharField(help_text='Key of the function that writes it, such as training.seat_confirmed.', max_length=120)),
                    ('about_model', models.CharField(blank=True, help_text="Label of the row's model, such as training.Enrolment.", max_length=60)),
                    ('about_pk', models.CharField(blank=True, max_length=40)),
                    ('details', models.JSONField(blank=True, default=dict, help_text="Plain values that the row won't tell later, such as the old hour.")),
                    ('state', models.CharField(choices=[('waiting', 'waiting to be sent'), ('gathered', 'waiting for the summary'), ('summed_up', 'in a summary'), ('sent', 'sent'), ('failed', 'could not be sent'), ('withdrawn', 'no longer needed')], default='waiting', max_length=10)),
                    ('posted_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('not_before', models.DateTimeField(blank=True, null=True)),
                    ('attempts', models.PositiveSmallIntegerField(default=0)),
                    ('last_error', models.CharField(blank=True, max_length=300)),
                    ('sent_at', models.DateTimeField(blank=True, null=True)),
                    ('address', models.EmailField(blank=True, help_text='Where it went, as it was then.', max_length=254)),
                    ('subject', models.CharField(blank=True, max_length=300)),
                    ('source', models.BinaryField(blank=True, null=True)),
                    ('to', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='letters', to=settings.AUTH_USER_MODEL)),
                    ('delays', models.PositiveSmallIntegerField(default=0, help_text='How many times a mail server said that it could not deliver it yet.')),
                    ('return_status', models.CharField(blank=True, max_length=12)),
                    ('returned_at', models.DateTimeField(blank=True, null=True)),
                    ('summary', models.ForeignKey(blank=True, help_text='The email of the day or week in which it stands.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='summed_up', to='courses.letter')),
                ],
                options={
                    'ordering': ['-posted_at', '-pk'],
                    'indexes': [models.Index(fields=['state', 'not_before'], name='letter_due'), models.Index(condition=models.Q(('sent_at__isnull', False)), fields=['sent_at'], name='letter_sent')],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('source__isnull', False), ('state', 'sent')), models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at__isnull', True)), _connector='OR'), name='letter_sent_has_its_record'), models.CheckConstraint(condition=models.Q(models.Q(('return_status', ''), ('returned_at__isnull', True)), models.Q(('returned_at__isnull', False), ('sent_at__isnull', False), models.Q(('return_status', ''), _negated=True)), _connector='OR'), name='letter_returned_was_sent')],
                },
            ), migrations.CreateModel(
                name='SchoolCalendar',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('week_a', models.DateField(help_text="The school's own date: from its week on, A and B take turns.", verbose_name='a day in a week A')),
                    ('pauses_in_holidays', models.BooleanField(default=False, help_text='Otherwise a week of holidays counts as any other, and two of them change nothing.', verbose_name='the rhythm waits during holidays')),
                    ('school', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='calendar', to='courses.organisation')),
                ],
            ), migrations.CreateModel(
                name='SchoolClass',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=courses.documents.values.public_id, editable=False, max_length=12, unique=True)),
                    ('kind', models.CharField(choices=[('class', 'Class'), ('group', 'Group across classes'), ('option', 'Option')], default='class', max_length=8, verbose_name='kind')),
                    ('name', models.CharField(help_text='As it is said in the school: 2de 4, 1re G2, Latin.', max_length=40, verbose_name='name')),
                    ('level', models.CharField(blank=True, help_text='2de, 1re, Tle, CAP…', max_length=20, verbose_name='level')),
                    ('school_year', models.PositiveSmallIntegerField(help_text='The year in which it ends.', verbose_name='school year')),
                    ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='classes', to='courses.organisation', verbose_name='school')),
                ],
                options={
                    'verbose_name': 'class',
                    'verbose_name_plural': 'classes',
                    'ordering': ['kind', 'name', 'pk'],
                    'constraints': [models.UniqueConstraint(fields=('school', 'school_year', 'name'), name='class_name_once_a_year')],
                },
            ), migrations.CreateModel(
                name='ClassMembership',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('since', models.DateField(default=courses.people.models.persons.today, verbose_name='from')),
                    ('until', models.DateField(blank=True, help_text='The first day on which it no longer applies.', null=True, verbose_name='until')),
                    ('student', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='class_memberships', to=settings.AUTH_USER_MODEL)),
                    ('school_class', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='courses.schoolclass')),
                ],
                options={
                    'ordering': ['since', 'pk'],
                    'indexes': [models.Index(fields=['student', 'since', 'until'], name='class_membership_of_student')],
                    'constraints': [models.UniqueConstraint(fields=('school_class', 'student', 'since'), name='class_membership_once_a_day'), models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('school_class', 'student'), name='class_membership_open_once'), models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gt', models.F('since')), _connector='OR'), name='class_membership_has_a_day')],
                },
            ), migrations.CreateModel(
                name='Teaching',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=courses.documents.values.public_id, editable=False, max_length=12, unique=True)),
                    ('since', models.DateField(default=courses.people.models.persons.today, verbose_name='from')),
                    ('until', models.DateField(blank=True, help_text='The first day on which it no longer applies.', null=True, verbose_name='until')),
                    ('school_class', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='teachings', to='courses.schoolclass')),
                    ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='teachings', to='courses.subject', verbose_name='subject')),
                    ('teacher', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='teachings', to=settings.AUTH_USER_MODEL, verbose_name='teacher')),
                ],
                options={
                    'ordering': ['school_class', 'subject', 'pk'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gt', models.F('since')), _connector='OR'), name='teaching_has_a_day'), models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('school_class', 'subject', 'teacher', 'since'), name='teaching_once')],
                },
            ), migrations.CreateModel(
                name='StandIn',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=courses.documents.values.public_id, editable=False, max_length=12, unique=True)),
                    ('first_day', models.DateField(verbose_name='first day')),
                    ('last_day', models.DateField(verbose_name='last day')),
                    ('teacher', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stand_ins', to=settings.AUTH_USER_MODEL, verbose_name='stand-in')),
                    ('teaching', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stand_ins', to='courses.teaching')),
                ],
                options={
                    'ordering': ['first_day', 'pk'],
                    'constraints': [models.UniqueConstraint(fields=('teaching', 'teacher', 'first_day'), name='stand_in_once'), models.CheckConstraint(condition=models.Q(('last_day__gte', models.F('first_day'))), name='stand_in_ends_after_it_begins')],
                },
            ), migrations.CreateModel(
                name='ClassHour',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=courses.documents.values.public_id, editable=False, max_length=12, unique=True)),
                    ('weekday', models.PositiveSmallIntegerField(choices=[(1, 'Monday'), (2, 'Tuesday'), (3, 'Wednesday'), (4, 'Thursday'), (5, 'Friday'), (6, 'Saturday')], verbose_name='day')),
                    ('begins', models.TimeField(verbose_name='begins')),
                    ('ends', models.TimeField(verbose_name='ends')),
                    ('rhythm', models.CharField(choices=[('', 'each week'), ('A', 'A weeks'), ('B', 'B weeks')], default='', max_length=1, verbose_name='weeks')),
                    ('place', models.CharField(blank=True, help_text='A room of the school, such as B204.', max_length=30, verbose_name='place')),
                    ('teaching', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hours', to='courses.teaching')),
                    ('since', models.DateField(default=courses.people.models.persons.today, verbose_name='from')),
                    ('until', models.DateField(blank=True, help_text='The first day on which it no longer applies.', null=True, verbose_name='until')),
                    ('is_from_file', models.BooleanField(default=False)),
                ],
                options={
                    'ordering': ['weekday', 'begins', 'pk'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('ends__gt', models.F('begins'))), name='class_hour_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gt', models.F('since')), _connector='OR'), name='class_hour_has_a_day'), models.UniqueConstraint(fields=('teaching', 'weekday', 'begins', 'rhythm', 'since'), name='class_hour_once_a_day'), models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('teaching', 'weekday', 'begins', 'rhythm'), name='class_hour_open_once')],
                },
            ), migrations.CreateModel(
                name='Tutorship',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('since', models.DateField(default=courses.people.models.persons.today, verbose_name='from')),
                    ('until', models.DateField(blank=True, null=True, verbose_name='until')),
                    ('school_class', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tutorships', to='courses.schoolclass')),
                    ('teacher', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tutorships', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('school_class', 'teacher', 'since'), name='tutorship_once'), models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gt', models.F('since')), _connector='OR'), name='tutorship_has_a_day')],
                },
            ), migrations.CreateModel(
                name='Absence',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=courses.documents.values.public_id, editable=False, max_length=12, unique=True)),
                    ('key', models.CharField(help_text='What it comes from, such as participation:<pk>.', max_length=80, unique=True)),
                    ('reason', models.CharField(help_text='As the teacher reads it: the title of a training.', max_length=200, verbose_name='reason')),
                    ('url', models.CharField(blank=True, help_text='Where the reason can be read, a path without language.', max_length=200)),
                    ('starts_at', models.DateTimeField(verbose_name='begins')),
                    ('ends_at', models.DateTimeField(verbose_name='ends')),
                    ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                    ('withdrawn_at', models.DateTimeField(blank=True, editable=False, null=True)),
                    ('settled_at', models.DateTimeField(blank=True, editable=False, help_text='Followed up since it last changed.', null=True)),
                    ('teacher', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='absences', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['starts_at', 'pk'],
                    'indexes': [models.Index(fields=['teacher', 'starts_at'], name='absence_of_teacher')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='absence_ends_after_it_begins')],
                },
            ), migrations.CreateModel(
                name='Closure',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=courses.documents.values.public_id, editable=False, max_length=12, unique=True)),
                    ('first_day', models.DateField(verbose_name='first day')),
                    ('last_day', models.DateField(verbose_name='last day')),
                    ('reason', models.CharField(max_length=120, verbose_name='reason')),
                    ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                    ('school', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='closures', to='courses.organisation')),
                ],
                options={
                    'ordering': ['first_day'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('last_day__gte', models.F('first_day'))), name='closure_ends_after_it_begins'), models.UniqueConstraint(fields=('school', 'first_day', 'last_day'), name='closure_once')],
                },
            ), migrations.CreateModel(
                name='WrongPasswords',
                fields=[
                    ('key', models.CharField(max_length=64, primary_key=True, serialize=False)),
                    ('count', models.PositiveIntegerField(default=0)),
                    ('last_at', models.DateTimeField()),
                ],
            ), migrations.CreateModel(
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
            ), migrations.CreateModel(
                name='AccountChange',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('name', 'Name'), ('login', 'Login'), ('address', 'Email address'), ('closed', 'Account closed'), ('opened', 'Account opened again')], max_length=8)),
                    ('was', models.CharField(blank=True, max_length=300)),
                    ('now', models.CharField(blank=True, max_length=300)),
                    ('at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('by', models.ForeignKey(help_text='Null: the server.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='account_changes', to=settings.AUTH_USER_MODEL)),
                    ('left_school', models.ForeignKey(blank=True, help_text='The school whose departure closed the account. Null: a registrar, or another kind.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.organisation')),
                ],
                options={
                    'ordering': ['-at', '-pk'],
                    'indexes': [models.Index(fields=['person', '-at'], name='account_change_by_person')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('left_school', None), ('kind', 'closed'), _connector='OR'), name='account_change_left_school_closes')],
                },
            ), migrations.CreateModel(
                name='CorrectionRequest',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=courses.documents.values.public_id, editable=False, max_length=12, unique=True)),
                    ('text', models.TextField(max_length=1000, verbose_name='what is wrong')),
                    ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('is_done', models.BooleanField(null=True)),
                    ('answer', models.TextField(blank=True, max_length=1000, verbose_name='answer')),
                    ('answered_at', models.DateTimeField(null=True)),
                    ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='correction_requests', to=settings.AUTH_USER_MODEL)),
                    ('school', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.organisation')),
                ],
                options={
                    'ordering': ['-asked_at', '-pk'],
                    'indexes': [models.Index(fields=['school', 'answered_at'], name='correction_request_of_school')],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at__isnull', True), ('is_done__isnull', True)), models.Q(('answered_at__isnull', False), ('is_done__isnull', False), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='correction_request_answered_in_words')],
                },
            ), migrations.CreateModel(
                name='PeriodicRun',
                fields=[
                    ('name', models.CharField(help_text='Package and function.', max_length=150, primary_key=True, serialize=False)),
                    ('started_at', models.DateTimeField(default=datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))),
                    ('ended_at', models.DateTimeField(default=datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc), null=True)),
                    ('succeeded_at', models.DateTimeField(default=datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))),
                ],
            ), migrations.CreateModel(
                name='Paper',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=courses.documents.values.public_id, editable=False, max_length=12, unique=True)),
                    ('kind', models.CharField(max_length=40)),
                    ('about', models.CharField(help_text='The row, or the person and the week, that it shows.', max_length=60)),
                    ('language', models.CharField(max_length=2)),
                    ('fingerprint', models.CharField(help_text='Of all that it says.', max_length=64)),
                    ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('file', models.FileField(blank=True, storage=courses.documents.models.private_storage, upload_to='papers/')),
                    ('failed', models.CharField(blank=True, help_text='The class of what went wrong.', max_length=200)),
                    ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='papers', to=settings.AUTH_USER_MODEL)),
                    ('selection', models.JSONField(blank=True, default=dict, help_text='The filters of a list, if it shows a list.')),
                    ('parts', models.PositiveIntegerField(default=0, help_text='Of a file made part by part.')),
                    ('parts_done', models.PositiveIntegerField(default=0)),
                ],
                options={
                    'ordering': ['-asked_at'],
                    'indexes': [models.Index(fields=['asked_at'], name='paper_by_age')],
                    'constraints': [models.UniqueConstraint(fields=('kind', 'about', 'language', 'fingerprint'), name='paper_once')],
                },
            ), migrations.CreateModel(
                name='ProviderProfile',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('about_fr', models.TextField(blank=True, max_length=600, verbose_name='in French: what it is')),
                    ('about_en', models.TextField(blank=True, max_length=600, verbose_name='in English: what it is')),
                    ('source', models.CharField(blank=True, help_text='Title and date of the text that these facts are taken from.', max_length=200, verbose_name='who says so')),
                    ('source_url', models.URLField(blank=True, help_text='A public address. It begins with https://.', validators=[django.core.validators.URLValidator(schemes=['https'])], verbose_name='where it is said')),
                    ('website', models.URLField(blank=True, validators=[django.core.validators.URLValidator(schemes=['https'])], verbose_name='public site')),
                    ('contact_url', models.URLField(blank=True, help_text='Where a school writes to the provider. It begins with https://.', validators=[django.core.validators.URLValidator(schemes=['https'])], verbose_name='page for contact')),
                    ('contact_email', models.EmailField(blank=True, help_text='A common address of the organisation, as contact@…; never a person’s.', max_length=254, verbose_name='address for contact')),
                    ('organisation', models.OneToOneField(limit_choices_to={'kind': 'provider'}, on_delete=django.db.models.deletion.CASCADE, related_name='profile', to='courses.organisation', verbose_name='provider')),
                ],
                options={
                    'verbose_name': 'provider’s page',
                    'verbose_name_plural': 'providers’ pages',
                    'ordering': ['organisation__name'],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('about_en', ''), ('about_fr', '')), models.Q(('about_fr', ''), ('about_en', ''), _connector='OR', _negated=True), _connector='OR'), name='provider_profile_in_both_languages', violation_error_message='Write it in both languages.'), models.CheckConstraint(condition=models.Q(('about_fr', ''), models.Q(('source', ''), _negated=True), _connector='OR'), name='provider_profile_names_its_source', violation_error_message='Say which text these facts are taken from.')],
                },
            ), migrations.CreateModel(
                name='ComingOfAge',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('shares', models.BooleanField(default=False, verbose_name='guardians may go on seeing the week')),
                    ('decided_at', models.DateTimeField(blank=True, null=True)),
                    ('student', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='coming_of_age', to=settings.AUTH_USER_MODEL)),
                ],
            ), migrations.CreateModel(
                name='Guardianship',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=courses.documents.values.public_id, editable=False, max_length=12, unique=True)),
                    ('quality', models.CharField(choices=[('authority', 'holds parental authority'), ('informed', 'may only be told')], max_length=9, verbose_name='legal quality')),
                    ('since', models.DateField(default=courses.people.models.persons.today, verbose_name='from')),
                    ('until', models.DateField(blank=True, help_text='The first day on which it no longer applies.', null=True, verbose_name='until')),
                    ('guardian', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='guardianships', to=settings.AUTH_USER_MODEL)),
                    ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.organisation')),
                    ('student', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='guardians', to=settings.AUTH_USER_MODEL)),
                    ('ended_by_leaving', models.BooleanField(db_default=False, default=False, help_text='The student left the school; nobody withdrew it.')),
                ],
                options={
                    'ordering': ['student', 'since', 'pk'],
                    'indexes': [models.Index(fields=['guardian', 'until'], name='guardianship_of_guardian')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('guardian', 'student', 'school'), name='guardianship_open_once'), models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gte', models.F('since')), _connector='OR'), name='guardianship_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(('guardian', models.F('student')), _negated=True), name='guardianship_of_another')],
                },
            ), migrations.CreateModel(
                name='GuardianLink',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('token_hash', models.CharField(max_length=64, unique=True)),
                    ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('ends_on', models.DateField(verbose_name='last day')),
                    ('guardianship', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='link', to='courses.guardianship')),
                ],
            ), migrations.CreateModel(
                name='Identity',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('namespace', models.CharField(max_length=60)),
                    ('value', models.CharField(max_length=255)),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='identities', to=settings.AUTH_USER_MODEL)),
                    ('confirmed_at', models.DateTimeField(null=True)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('namespace', 'value'), name='identity_once'), models.UniqueConstraint(fields=('person', 'namespace'), name='identity_one_of_a_person')],
                },
            ), migrations.CreateModel(
                name='LastSaid',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name_mark', models.CharField(max_length=40)),
                    ('school_year', models.PositiveSmallIntegerField()),
                    ('school_class', models.CharField(blank=True, max_length=40)),
                    ('groups', models.JSONField(default=list)),
                    ('gone_at', models.DateTimeField(null=True)),
                    ('identity', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='last_said', to='courses.identity')),
                    ('school', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.organisation')),
                    ('comes_of_age_on', models.DateField(null=True)),
                    ('of_age', models.CharField(blank=True, choices=[('soon', 'of age within 60 days'), ('adult', 'of age')], db_default='', default='', max_length=5)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('identity', 'school'), name='last_said_once'), models.CheckConstraint(condition=models.Q(('comes_of_age_on', None), ('of_age', 'soon'), _connector='OR'), name='last_said_day_of_coming_of_age')],
                },
            ), migrations.CreateModel(
                name='RosterFolder',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('since', models.DateTimeField(default=django.utils.timezone.now)),
                    ('applies_by_itself', models.BooleanField(default=False)),
                    ('refusal', models.JSONField(null=True)),
                    ('refused_at', models.DateTimeField(null=True)),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('school', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='roster_folder', to='courses.organisation')),
                    ('recipients', models.ManyToManyField(blank=True, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
            ), migrations.CreateModel(
                name='TimetableImport',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=courses.documents.values.public_id, editable=False, max_length=12, unique=True)),
                    ('received_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('closed_at', models.DateTimeField(null=True)),
                    ('state', models.CharField(choices=[('waiting', 'waits for your yes'), ('applied', 'applied'), ('nothing', 'nothing to do'), ('refused', 'set aside'), ('undone', 'undone')], default='waiting', max_length=8)),
                    ('since', models.DateField()),
                    ('ends_by_hand', models.BooleanField(default=False)),
                    ('files', models.JSONField(default=list)),
                    ('counts', models.JSONField(default=dict)),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.organisation')),
                    ('told_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-received_at', '-pk'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('school',), name='timetable_waits_once'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('state', 'waiting')), models.Q(models.Q(('state', 'waiting'), _negated=True), ('closed_at__isnull', False)), _connector='OR'), name='timetable_closed_when_over')],
                },
            ), migrations.CreateModel(
                name='StagedHour',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('file', models.PositiveSmallIntegerField()),
                    ('weekday', models.PositiveSmallIntegerField(choices=[(1, 'Monday'), (2, 'Tuesday'), (3, 'Wednesday'), (4, 'Thursday'), (5, 'Friday'), (6, 'Saturday')])),
                    ('begins', models.TimeField()),
                    ('ends', models.TimeField()),
                    ('rhythm', models.CharField(blank=True, choices=[('', 'each week'), ('A', 'A weeks'), ('B', 'B weeks')], default='', max_length=1)),
                    ('subject', models.CharField(max_length=80)),
                    ('teachers', models.JSONField(default=list)),
                    ('school_class', models.CharField(max_length=80)),
                    ('place', models.CharField(blank=True, max_length=30)),
                    ('since', models.DateField(null=True)),
                    ('until', models.DateField(null=True)),
                    ('is_regular', models.BooleanField(default=True)),
                    ('seen', models.PositiveSmallIntegerField(default=0)),
                    ('of', models.PositiveSmallIntegerField(default=0)),
                    ('timetable_import', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='staged', to='courses.timetableimport')),
                ],
                options={
                    'ordering': ['weekday', 'begins', 'pk'],
                },
            ), migrations.CreateModel(
                name='HourChange',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('teaching', 'teaching begun'), ('ended', 'hour ended'), ('new', 'hour begun'), ('place', 'room changed'), ('same', 'hour entered by hand that a file has, too')], max_length=8)),
                    ('before', models.JSONField(default=dict)),
                    ('hour', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='courses.classhour')),
                    ('teaching', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='courses.teaching')),
                    ('timetable_import', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='courses.timetableimport')),
                ],
                options={
                    'ordering': ['pk'],
                },
            ), migrations.CreateModel(
                name='TimetableWord',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('subject', 'subject'), ('teacher', 'teacher'), ('class', 'class or group')], max_length=7)),
                    ('word', models.CharField(max_length=80)),
                    ('used_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('school', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.organisation')),
                    ('school_class', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.schoolclass')),
                    ('subject', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.subject')),
                    ('teacher', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('school', 'kind', 'word'), name='timetable_word_once')],
                },
            ), migrations.CreateModel(
                name='IdentityProvider',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('slug', models.SlugField(help_text='Part of the address that the server has to know: /signin/ent/back/', max_length=40, unique=True, verbose_name='word in the address')),
                    ('title_fr', models.CharField(max_length=80, verbose_name='name, in French')),
                    ('title_en', models.CharField(max_length=80, verbose_name='name, in English')),
                    ('kind', models.CharField(choices=[('cas', 'CAS 3'), ('oidc', 'OpenID Connect'), ('saml', 'SAML 2.0')], default='cas', max_length=8, verbose_name='protocol')),
                    ('address', models.URLField(blank=True, help_text='CAS: https://…, without /login at the end; it often ends with /cas. OpenID Connect: the issuer, letter by letter. SAML: where its metadata is; empty if it stands below.', max_length=300, verbose_name='address of the server')),
                    ('attribute', models.CharField(blank=True, help_text='Empty: the name of the user (CAS: cas:user, OpenID Connect: sub, SAML: NameID), which is the safest.', max_length=80, verbose_name='attribute that says who it is')),
                    ('namespace', models.CharField(help_text='As the directory’s sets name it: aaf:70 for those of Normandy. Several, separated by spaces, only where each value names its académie: others that it names count for nothing.', max_length=60, verbose_name='directory of the identifiers')),
                    ('is_open', models.BooleanField(default=False, help_text='Only then it stands on the login page.', verbose_name='open')),
                    ('schools', models.ManyToManyField(blank=True, help_text='Nobody of another school comes in by it. None chosen: of all schools.', related_name='+', to='courses.organisation', verbose_name='schools')),
                    ('client_id', models.CharField(blank=True, help_text='OpenID Connect: under which name the server knows this site.', max_length=200, verbose_name='client id')),
                    ('metadata', models.TextField(blank=True, help_text='SAML: the server’s metadata, XML, where it has no address for them.', max_length=200000, verbose_name='metadata')),
                    ('scopes', models.CharField(blank=True, help_text='OpenID Connect: those that the attribute below needs, beside openid. Ask for no more than that: names and addresses are neither wanted nor kept.', max_length=200, verbose_name='more scopes')),
                    ('second_factor', models.TextField(blank=True, help_text='OpenID Connect: values of amr or acr, such as mfa. SAML: AuthnContextClassRef. Separated by spaces or lines. Empty: nothing that this server says counts as one.', max_length=1000, verbose_name='what counts as a second factor')),
                    ('secret', models.CharField(blank=True, max_length=500, verbose_name='client secret')),
                    ('token_auth', models.CharField(choices=[('client_secret_basic', 'in a header (client_secret_basic)'), ('client_secret_post', 'in the form (client_secret_post)')], default='client_secret_basic', help_text='OpenID Connect: as the server wants it.', max_length=24, verbose_name='how the secret is shown')),
                    ('value_form', models.CharField(choices=[('plain', 'the identifier alone'), ('reference', '{AAF}académie|…|identifier, as EduConnect writes it (FrEduCtRefId)')], default='plain', max_length=12, verbose_name='how it says so')),
                ],
                options={
                    'verbose_name': 'login by an ENT',
                    'verbose_name_plural': 'logins by an ENT',
                    'ordering': ['slug'],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('address', ''), _negated=True), models.Q(('kind', 'saml'), models.Q(('metadata', ''), _negated=True)), _connector='OR'), name='identity_provider_has_an_address', violation_error_message='Give the address, or for SAML the metadata.'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'oidc'), _negated=True), models.Q(models.Q(('client_id', ''), _negated=True), models.Q(('secret', ''), _negated=True)), _connector='OR'), name='identity_provider_oidc_has_a_client', violation_error_message='OpenID Connect needs a client id and a client secret.')],
                },
            ), migrations.CreateModel(
                name='ProviderTicket',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('mark', models.CharField(max_length=64, unique=True)),
                    ('session_key', models.CharField(blank=True, db_index=True, max_length=40)),
                    ('at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('provider', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tickets', to='courses.identityprovider')),
                    ('session_mark', models.CharField(blank=True, db_index=True, max_length=64)),
                    ('user_mark', models.CharField(blank=True, db_index=True, max_length=64)),
                ],
            ), migrations.CreateModel(
                name='UnknownIdentity',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('day', models.DateField()),
                    ('mark', models.CharField(max_length=64)),
                    ('times', models.PositiveIntegerField(default=0)),
                    ('provider', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='unknown', to='courses.identityprovider')),
                    ('namespace', models.CharField(blank=True, db_default='', max_length=60)),
                    ('reference', models.CharField(max_length=9, null=True, unique=True)),
                    ('value', models.CharField(blank=True, db_default='', max_length=255)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('provider', 'day', 'mark'), name='unknown_identity_once_a_day')],
                },
            ), migrations.CreateModel(
                name='PracticeNonce',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('value', models.CharField(max_length=64, unique=True)),
                    ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ],
            ), migrations.CreateModel(
                name='ResourceConnection',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('way', models.CharField(choices=[('ent', 'through the ENT: a plain link, which tells nothing'), ('signed', 'signed link: a code for each person, no name'), ('lti', 'LTI 1.3: a code for each person, no name')], default='ent', max_length=8, verbose_name='way')),
                    ('address', models.URLField(blank=True, help_text='It begins with https://. Through the ENT: the resource’s address in its médiacentre, or at the GAR. Signed link: the address that the provider names, without “?”. LTI 1.3: its launch address (target link URI).', max_length=500, validators=[django.core.validators.URLValidator(schemes=['https'])], verbose_name='address')),
                    ('is_practice', models.BooleanField(db_default=False, default=False, editable=False)),
                    ('role_telling', models.CharField(choices=[('never', 'never'), ('optional', 'if the person wishes so'), ('always', 'always')], default='never', max_length=8, verbose_name='role (teacher or student) is told')),
                    ('school_telling', models.CharField(choices=[('never', 'never'), ('optional', 'if the person wishes so'), ('always', 'always')], default='never', max_length=8, verbose_name='school (its UAI) is told')),
                    ('level_telling', models.CharField(choices=[('never', 'never'), ('optional', 'if the person wishes so'), ('always', 'always')], default='never', max_length=8, verbose_name='student’s level is told')),
                    ('purpose_fr', models.CharField(blank=True, max_length=300, verbose_name='in French: what the resource uses this for')),
                    ('purpose_en', models.CharField(blank=True, max_length=300, verbose_name='in English: what the resource uses this for')),
                    ('meanwhile_fr', models.TextField(blank=True, max_length=600, verbose_name='in French: what to do while the resource doesn’t open')),
                    ('meanwhile_en', models.TextField(blank=True, max_length=600, verbose_name='in English: what to do while the resource doesn’t open')),
                    ('code_key', models.CharField(default=courses.launches.values.new_key, editable=False, max_length=32)),
                    ('secret_seed', models.CharField(default=courses.launches.values.new_key, editable=False, max_length=32)),
                    ('resource', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='connection', to='courses.resource', verbose_name='resource')),
                    ('client_id', models.CharField(default=courses.launches.values.new_key, editable=False, max_length=32)),
                    ('login_address', models.URLField(blank=True, help_text='The provider calls it the OIDC login initiation URL.', max_length=500, validators=[django.core.validators.URLValidator(schemes=['https'])], verbose_name='LTI 1.3: login address')),
                    ('other_addresses', models.TextField(blank=True, help_text='One a line. The answer goes to the launch address, or to one of these if the service asks for it (redirect URIs).', max_length=2000, verbose_name='LTI 1.3: further redirect addresses')),
                    ('other_origins', models.TextField(blank=True, help_text='One a line, such as https://app.example. Where the service leads on from its launch address to another site: the browser stops it unless that site is named here.', max_length=2000, verbose_name='LTI 1.3: further sites on its way')),
                ],
                options={
                    'verbose_name': 'way to a resource',
                    'verbose_name_plural': 'ways to resources',
                    'ordering': ['resource__name'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('is_practice', True), models.Q(('address', ''), _negated=True), _connector='OR'), name='resource_connection_leads_somewhere', violation_error_message='Give the address.'), models.CheckConstraint(condition=models.Q(models.Q(('purpose_en', ''), ('purpose_fr', '')), models.Q(('purpose_fr', ''), ('purpose_en', ''), _connector='OR', _negated=True), _connector='OR'), name='resource_connection_purpose_in_both_languages', violation_error_message='Write it in both languages.'), models.CheckConstraint(condition=models.Q(models.Q(('meanwhile_en', ''), ('meanwhile_fr', '')), models.Q(('meanwhile_fr', ''), ('meanwhile_en', ''), _connector='OR', _negated=True), _connector='OR'), name='resource_connection_meanwhile_in_both_languages', violation_error_message='Write it in both languages.'), models.CheckConstraint(condition=models.Q(('is_practice', True), models.Q(('login_address', ''), ('way', 'lti'), _negated=True), _connector='OR'), name='resource_connection_lti_begins_somewhere', violation_error_message='LTI 1.3 needs the login address.')],
                },
            ), migrations.CreateModel(
                name='PersonalConnection',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('tells', models.JSONField(default=list)),
                    ('code_number', models.PositiveSmallIntegerField(default=0)),
                    ('fingerprint', models.CharField(blank=True, max_length=64)),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('connection', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='personal', to='courses.resourceconnection')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('person', 'connection'), name='personal_connection_once')],
                },
            ), migrations.CreateModel(
                name='Launch',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('way', models.CharField(choices=[('ent', 'through the ENT: a plain link, which tells nothing'), ('signed', 'signed link: a code for each person, no name'), ('lti', 'LTI 1.3: a code for each person, no name')], max_length=8)),
                    ('told', models.JSONField(default=dict)),
                    ('at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('failed_at', models.DateTimeField(help_text="When the person said that the resource hadn't opened.", null=True)),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='launches', to=settings.AUTH_USER_MODEL)),
                    ('resource', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.resource')),
                    ('school', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.organisation')),
                ],
                options={
                    'ordering': ['-at', '-pk'],
                    'indexes': [models.Index(fields=['person', 'resource', '-at'], name='launch_of_person')],
                },
            ), migrations.CreateModel(
                name='LaunchCount',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('week', models.DateField()),
                    ('launches', models.PositiveIntegerField(default=0)),
                    ('people', models.PositiveIntegerField(default=0)),
                    ('failures', models.PositiveIntegerField(default=0)),
                    ('resource', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.resource')),
                    ('school', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.organisation')),
                ],
                options={
                    'ordering': ['-week', 'resource', 'school'],
                    'constraints': [models.UniqueConstraint(fields=('resource', 'school', 'week'), name='launch_count_once_a_week'), models.CheckConstraint(condition=models.Q(('people__lte', models.F('launches'))), name='launch_count_more_than_people')],
                },
            ), migrations.CreateModel(
                name='PaperCode',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('mark', models.CharField(max_length=64, unique=True)),
                    ('made_at', models.DateTimeField()),
                    ('press', models.CharField(max_length=40)),
                    ('ends_on', models.DateField()),
                    ('used_at', models.DateTimeField(null=True)),
                    ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('school', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.organisation')),
                    ('student', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['pk'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('used_at', None), ('used_at__gte', models.F('made_at')), _connector='OR'), name='paper_code_used_after_it_was_made')],
                },
            ), migrations.CreateModel(
                name='LastSaidOfTeacher',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('school_year', models.PositiveSmallIntegerField()),
                    ('duties', models.JSONField(default=list)),
                    ('begun', models.JSONField(default=list)),
                    ('gone_at', models.DateTimeField(null=True)),
                    ('identity', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='last_said_of_teacher', to='courses.identity')),
                    ('membership', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='courses.membership')),
                    ('school', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.organisation')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('identity', 'school'), name='last_said_of_teacher_once')],
                },
            ), migrations.CreateModel(
                name='SamlLogin',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('once', models.CharField(max_length=64, unique=True)),
                    ('asked_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                    ('answered_at', models.DateTimeField(blank=True, null=True)),
                    ('answer', models.JSONField(default=dict)),
                    ('provider', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.identityprovider')),
                ],
            ), migrations.CreateModel(
                name='SecondFactor',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('seed', models.CharField(max_length=32)),
                    ('since', models.DateTimeField(default=django.utils.timezone.now)),
                    ('last_timecode', models.BigIntegerField(default=0)),
                    ('wrong_codes', models.PositiveSmallIntegerField(default=0)),
                    ('wrong_since', models.DateTimeField(null=True)),
                    ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='second_factor', to=settings.AUTH_USER_MODEL)),
                ],
            ), migrations.CreateModel(
                name='RecoveryCode',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('mark', models.CharField(max_length=64)),
                    ('factor', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recovery_codes', to='courses.secondfactor')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('factor', 'mark'), name='recovery_code_once')],
                },
            ), migrations.CreateModel(
                name='LaunchIntent',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('mark', models.CharField(max_length=64, unique=True)),
                    ('shown', models.CharField(blank=True, max_length=64)),
                    ('at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('used_at', models.DateTimeField(null=True)),
                    ('failed_at', models.DateTimeField(null=True)),
                    ('fault', models.CharField(blank=True, choices=[('repeated', 'It sent the same parameter twice.'), ('client', 'It sent a client id that isn’t one of ours.'), ('address', 'It wants the answer at an address that isn’t entered here.'), ('state', 'It sent no state.'), ('type', 'It wants something other than response_type=id_token.'), ('mode', 'It wants something other than response_mode=form_post.'), ('scope', 'It wants something other than scope=openid.'), ('prompt', 'It sent something other than prompt=none.'), ('nonce', 'It sent no nonce.'), ('message', 'It sent an lti_message_hint that we hadn’t given.')], max_length=8)),
                    ('asked_address', models.CharField(blank=True, max_length=500)),
                    ('connection', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='intents', to='courses.resourceconnection')),
                    ('school', models.ForeignKey(help_text='Empty: a test of the way.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.organisation')),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-at', '-pk'],
                },
            ), migrations.CreateModel(
                name='ChosenDirectory',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('namespace', models.CharField(max_length=60)),
                    ('at', models.DateTimeField()),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('school', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='chosen_directory', to='courses.organisation')),
                ],
            ), migrations.CreateModel(
                name='LastSaidOfGuardian',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.CharField(max_length=255)),
                    ('quality', models.CharField(choices=[('authority', 'holds parental authority'), ('informed', 'may only be told')], max_length=9)),
                    ('brought', models.BooleanField()),
                    ('ended_at', models.DateTimeField(null=True)),
                    ('guardianship', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='courses.guardianship')),
                    ('identity', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='last_said_of_guardians', to='courses.identity')),
                    ('school', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.organisation')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('identity', 'school', 'key'), name='last_said_of_guardian_once')],
                },
            ), migrations.CreateModel(
                name='AcademySet',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=courses.documents.values.public_id, editable=False, max_length=12, unique=True)),
                    ('file', models.CharField(max_length=80)),
                    ('digest', models.CharField(max_length=64)),
                    ('day', models.DateField(null=True)),
                    ('uais', models.JSONField(default=list)),
                    ('unknown', models.PositiveIntegerField(default=0)),
                    ('received_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('closed_at', models.DateTimeField(null=True)),
                    ('refusal', models.JSONField(null=True)),
                    ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-received_at', '-pk'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('refusal__isnull', True)), fields=('digest',), name='academy_set_read_once')],
                },
            ), migrations.CreateModel(
                name='SchoolRefusal',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('refusal', models.JSONField()),
                    ('academy_set', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='refusals', to='courses.academyset')),
                    ('school', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.organisation')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('academy_set', 'school'), name='school_refused_once')],
                },
            ), migrations.CreateModel(
                name='MonthOpeners',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('department', models.CharField(blank=True, max_length=3)),
                    ('month', models.DateField()),
                    ('people', models.PositiveIntegerField(help_text='As counted, also where it is hidden.')),
                    ('is_hidden', models.BooleanField(default=False)),
                    ('failures', models.PositiveIntegerField(blank=True, null=True)),
                    ('resource', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.resource')),
                    ('school', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.organisation')),
                ],
                options={
                    'ordering': ['-month', 'resource', 'department', 'school'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('school__isnull', False)), fields=('resource', 'school', 'month'), name='month_openers_once_a_school'), models.UniqueConstraint(condition=models.Q(('school__isnull', True)), fields=('resource', 'department', 'month'), name='month_openers_once_a_department')],
                },
            ), migrations.CreateModel(
                name='ResourceCost',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('school_year', models.PositiveSmallIntegerField()),
                    ('amount', models.DecimalField(decimal_places=2, help_text='Euros.', max_digits=10)),
                    ('resource', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='costs', to='courses.resource')),
                ],
                options={
                    'ordering': ['-school_year', 'resource'],
                    'constraints': [models.UniqueConstraint(fields=('resource', 'school_year'), name='resource_cost_once_a_year'), models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='resource_cost_is_no_debt')],
                },
            ), migrations.CreateModel(
                name='RosterImport',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=courses.documents.values.public_id, editable=False, max_length=12, unique=True)),
                    ('also_leaving', models.BooleanField(default=True)),
                    ('they_are_the_same', models.BooleanField(default=False)),
                    ('received_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('closed_at', models.DateTimeField(null=True)),
                    ('namespace', models.CharField(max_length=60)),
                    ('day', models.DateField()),
                    ('digest', models.CharField(max_length=64)),
                    ('state', models.CharField(choices=[('waiting', 'waits for your yes'), ('applying', 'being applied'), ('applied', 'applied'), ('nothing', 'nothing to do'), ('refused', 'set aside'), ('undoing', 'being undone'), ('undone', 'undone')], default='waiting', max_length=8)),
                    ('students', models.PositiveIntegerField(default=0)),
                    ('known', models.PositiveIntegerField(default=0)),
                    ('namesakes', models.PositiveIntegerField(default=0)),
                    ('missing_classes', models.JSONField(default=list)),
                    ('class_names', models.JSONField(default=list)),
                    ('bad_records', models.JSONField(default=list)),
                    ('bad', models.PositiveIntegerField(default=0)),
                    ('without_key', models.BooleanField(default=False)),
                    ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.organisation')),
                    ('told_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('known_teachers', models.PositiveIntegerField(db_default=0, default=0)),
                    ('other_staff', models.PositiveIntegerField(db_default=0, default=0)),
                    ('says_teachers', models.BooleanField(db_default=False, default=False)),
                    ('teacher_troubles', models.JSONField(db_default=[], default=list)),
                    ('teachers_staying', models.JSONField(db_default=[], default=list)),
                    ('after', models.DateField(null=True)),
                    ('base', models.JSONField(db_default={}, default=dict)),
                    ('former', models.CharField(blank=True, db_default='', default='', max_length=60)),
                    ('guardian_troubles', models.JSONField(db_default=[], default=list)),
                    ('guardians_are_the_same', models.BooleanField(db_default=False, default=False)),
                    ('guardians_staying', models.JSONField(db_default=[], default=list)),
                    ('known_guardians', models.PositiveIntegerField(db_default=0, default=0)),
                    ('reads_guardians', models.BooleanField(db_default=False, default=False)),
                    ('says_guardians', models.BooleanField(db_default=False, default=False)),
                    ('academy_set', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='imports', to='courses.academyset')),
                ],
                options={
                    'ordering': ['-received_at', '-pk'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ('waiting', 'applying', 'undoing'))), fields=('school',), name='roster_waits_once'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('state__in', ('waiting', 'applying'))), models.Q(models.Q(('state__in', ('waiting', 'applying')), _negated=True), ('closed_at__isnull', False)), _connector='OR'), name='roster_closed_when_over')],
                },
            ), migrations.CreateModel(
                name='RosterChange',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('moved', 'change of class'), ('groups', 'groups'), ('restored', 'is back'), ('renamed', 'name'), ('new', 'new'), ('suspended', 'leaves'), ('t_new', 'new teacher'), ('t_back', 'teacher is back'), ('teaches', 'classes of a teacher'), ('t_left', 'teacher leaves'), ('of_age', 'of age'), ('g_new', 'new guardian'), ('g_quality', 'legal quality of a guardian'), ('g_ended', 'guardian ends')], max_length=9)),
                    ('state', models.CharField(choices=[('proposed', 'proposed'), ('applied', 'applied'), ('kept', 'left as it is'), ('refused', 'not applied'), ('undone', 'undone'), ('stayed', 'changed since: stays')], default='proposed', max_length=8)),
                    ('key', models.CharField(max_length=255)),
                    ('before', models.JSONField(default=list)),
                    ('after', models.JSONField(default=list)),
                    ('done', models.JSONField(default=dict)),
                    ('file', models.CharField(blank=True, max_length=100)),
                    ('line', models.PositiveIntegerField(default=0)),
                    ('refusal', models.JSONField(null=True)),
                    ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('roster_import', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='courses.rosterimport')),
                    ('namespace', models.CharField(blank=True, db_default='', default='', max_length=60)),
                ],
                options={
                    'ordering': ['pk'],
                    'constraints': [models.UniqueConstraint(fields=('roster_import', 'namespace', 'key', 'kind'), name='roster_change_once')],
                },
            ), migrations.CreateModel(
                name='StagedStudent',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.CharField(max_length=255)),
                    ('given_name', models.CharField(max_length=80)),
                    ('family_name', models.CharField(max_length=80)),
                    ('school_class', models.CharField(blank=True, max_length=40)),
                    ('groups', models.JSONField(default=list)),
                    ('roster_import', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='staged', to='courses.rosterimport')),
                    ('comes_of_age_on', models.DateField(null=True)),
                    ('of_age', models.CharField(blank=True, choices=[('soon', 'of age within 60 days'), ('adult', 'of age')], db_default='', default='', max_length=5)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('roster_import', 'key'), name='staged_student_once')],
                },
            ), migrations.CreateModel(
                name='StagedTeacher',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.CharField(max_length=255)),
                    ('given_name', models.CharField(max_length=80)),
                    ('family_name', models.CharField(max_length=80)),
                    ('email', models.EmailField(blank=True, max_length=254)),
                    ('duties', models.JSONField(default=list)),
                    ('roster_import', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='staged_teachers', to='courses.rosterimport')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('roster_import', 'key'), name='staged_teacher_once')],
                },
            ), migrations.CreateModel(
                name='StagedGuardian',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.CharField(max_length=255)),
                    ('given_name', models.CharField(max_length=80)),
                    ('family_name', models.CharField(max_length=80)),
                    ('email', models.EmailField(blank=True, max_length=254)),
                    ('quality', models.CharField(choices=[('authority', 'holds parental authority'), ('informed', 'may only be told')], max_length=9)),
                    ('roster_import', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='staged_guardians', to='courses.rosterimport')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('roster_import', 'key'), name='staged_guardian_once')],
                },
            )],
        ),
        # Unique afterwards: on PostgreSQL a constraint has another name where it is made with its table.
        migrations.AlterField(
            model_name='resourceconnection',
            name='client_id',
            field=models.CharField(default=courses.launches.values.new_key, editable=False, max_length=32, unique=True),
        ),
        migrations.RunPython(make_the_calendar, migrations.RunPython.noop),
    ]
