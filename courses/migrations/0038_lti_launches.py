import courses.launches.values
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def give_client_ids(apps, schema_editor):
    """Another one to each way that there is: a default would give all the same."""
    for connection in apps.get_model("courses", "ResourceConnection").objects.all():
        connection.client_id = courses.launches.values.new_key()
        connection.save(update_fields=["client_id"])


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0037_second_factor"),
    ]

    operations = [
        migrations.CreateModel(
            name="LaunchIntent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("mark", models.CharField(max_length=64, unique=True)),
                ("shown", models.CharField(blank=True, max_length=64)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("used_at", models.DateTimeField(null=True)),
                ("failed_at", models.DateTimeField(null=True)),
                (
                    "fault",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("repeated", "It sent the same parameter twice."),
                            ("client", "It sent a client id that isn’t one of ours."),
                            (
                                "address",
                                "It wants the answer at an address that isn’t entered here.",
                            ),
                            ("state", "It sent no state."),
                            ("type", "It wants something other than response_type=id_token."),
                            ("mode", "It wants something other than response_mode=form_post."),
                            ("scope", "It wants something other than scope=openid."),
                            ("prompt", "It sent something other than prompt=none."),
                            ("nonce", "It sent no nonce."),
                            ("message", "It sent an lti_message_hint that we hadn’t given."),
                        ],
                        max_length=8,
                    ),
                ),
                ("asked_address", models.CharField(blank=True, max_length=500)),
            ],
            options={
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.AddField(
            model_name="resourceconnection",
            name="client_id",
            field=models.CharField(default="", editable=False, max_length=32),
        ),
        migrations.RunPython(give_client_ids, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name="resourceconnection",
            name="client_id",
            field=models.CharField(
                default=courses.launches.values.new_key, unique=True, editable=False, max_length=32
            ),
        ),
        migrations.AddField(
            model_name="resourceconnection",
            name="login_address",
            field=models.URLField(
                blank=True,
                help_text="The provider calls it the OIDC login initiation URL.",
                max_length=500,
                validators=[django.core.validators.URLValidator(schemes=["https"])],
                verbose_name="LTI 1.3: login address",
            ),
        ),
        migrations.AddField(
            model_name="resourceconnection",
            name="other_addresses",
            field=models.TextField(
                blank=True,
                help_text="One a line. The answer goes to the launch address, or to one of these if the service asks for it (redirect URIs).",
                max_length=2000,
                verbose_name="LTI 1.3: further redirect addresses",
            ),
        ),
        migrations.AddField(
            model_name="resourceconnection",
            name="other_origins",
            field=models.TextField(
                blank=True,
                help_text="One a line, such as https://app.example. Where the service leads on from its launch address to another site: the browser stops it unless that site is named here.",
                max_length=2000,
                verbose_name="LTI 1.3: further sites on its way",
            ),
        ),
        migrations.AlterField(
            model_name="launch",
            name="way",
            field=models.CharField(
                choices=[
                    ("ent", "through the ENT: a plain link, which tells nothing"),
                    ("signed", "signed link: a code for each person, no name"),
                    ("lti", "LTI 1.3: a code for each person, no name"),
                ],
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="resourceconnection",
            name="address",
            field=models.URLField(
                blank=True,
                help_text="It begins with https://. Through the ENT: the resource’s address in its médiacentre, or at the GAR. Signed link: the address that the provider names, without “?”. LTI 1.3: its launch address (target link URI).",
                max_length=500,
                validators=[django.core.validators.URLValidator(schemes=["https"])],
                verbose_name="address",
            ),
        ),
        migrations.AlterField(
            model_name="resourceconnection",
            name="way",
            field=models.CharField(
                choices=[
                    ("ent", "through the ENT: a plain link, which tells nothing"),
                    ("signed", "signed link: a code for each person, no name"),
                    ("lti", "LTI 1.3: a code for each person, no name"),
                ],
                default="ent",
                max_length=8,
                verbose_name="way",
            ),
        ),
        migrations.AddConstraint(
            model_name="resourceconnection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_practice", True),
                    models.Q(("login_address", ""), ("way", "lti"), _negated=True),
                    _connector="OR",
                ),
                name="resource_connection_lti_begins_somewhere",
                violation_error_message="LTI 1.3 needs the login address.",
            ),
        ),
        migrations.AddField(
            model_name="launchintent",
            name="connection",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="intents",
                to="courses.resourceconnection",
            ),
        ),
        migrations.AddField(
            model_name="launchintent",
            name="school",
            field=models.ForeignKey(
                help_text="Empty: a test of the way.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="courses.organisation",
            ),
        ),
        migrations.AddField(
            model_name="launchintent",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
