"""Migrations 0001 to 0015 in one, for a new database: Django takes the replaced ones where some of them are
applied. What those do to rows finds none here.
"""

import cms.guidance.models.papers
import cms.indicators.models
import courses.digest.queries
import courses.documents.values
import courses.squashed
import django.core.serializers.json
import django.db.models.deletion
import django.utils.timezone
import modelcluster.fields
import modelsearch.index
import uuid
import wagtail.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('cms', '0001_pages'),
        ('cms', '0002_guidance'),
        ('cms', '0003_erased_accounts_and_counts'),
        ('cms', '0004_roles_of_the_academie'),
        ('cms', '0005_heartbeat'),
        ('cms', '0006_table_block'),
        ('cms', '0007_table_rows'),
        ('cms', '0008_page_about_a_resource'),
        ('cms', '0009_plain_english'),
        ('cms', '0010_text_may_be_empty'),
        ('cms', '0011_plain_english_2'),
        ('cms', '0012_tile_of_a_resource'),
        ('cms', '0013_indicators'),
        ('cms', '0014_year_figures'),
        ('cms', '0015_left_out_weeks'),
    ]

    initial = True

    dependencies = [
        ('courses', '0048_person_is_counted'),
        ('wagtailcore', '0098_apitoken'),
    ]

    operations = [
        courses.squashed.CreateModels(
            creations=[migrations.CreateModel(
                name='HomePage',
                fields=[
                    ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                    ('lead', models.CharField(blank=True, help_text='One sentence, under the title and in lists.', max_length=300, verbose_name='summary')),
                    ('body', wagtail.fields.StreamField([('heading', 0), ('text', 1), ('steps', 2), ('callout', 6), ('figure', 10), ('video', 17), ('file', 20), ('facts', 26), ('terms', 27), ('table', 29), ('contact', 35), ('live', 38), ('resource', 40)], blank=True, block_lookup={0: ('cms.guidance.blocks.HeadingBlock', (), {'max_length': 120}), 1: ('wagtail.blocks.RichTextBlock', (), {'features': ['h3', 'ol', 'ul', 'bold', 'italic', 'link', 'document-link'], 'label': 'Text', 'required': False, 'template': 'guidance/blocks/text.html'}), 2: ('cms.guidance.blocks.StepsBlock', (), {}), 3: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('calm', 'Quiet'), ('done', 'Good to know'), ('wait', 'Take care'), ('warn', 'Important'), ('moved', 'Changed'), ('closed', 'When schools are closed')], 'label': 'Tone'}), 4: ('wagtail.blocks.CharBlock', (), {'label': 'Title', 'max_length': 120}), 5: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'link', 'document-link'], 'label': 'Text'}), 6: ('wagtail.blocks.StructBlock', [[('tone', 3), ('what', 4), ('text', 5)]], {}), 7: ('wagtail.images.blocks.ImageBlock', [], {'label': 'Picture'}), 8: ('wagtail.blocks.CharBlock', (), {'label': 'Caption', 'max_length': 250, 'required': False}), 9: ('wagtail.blocks.CharBlock', (), {'label': 'Made by', 'max_length': 120, 'required': False}), 10: ('wagtail.blocks.StructBlock', [[('image', 7), ('caption', 8), ('credit', 9)]], {}), 11: ('wagtail.blocks.CharBlock', (), {'label': 'Title', 'max_length': 160}), 12: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'help_text': 'An MP4 or WebM file. Leave it empty for a link.', 'label': 'Film', 'required': False}), 13: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'help_text': 'A VTT file, in the language of this page.', 'label': 'Captions', 'required': False}), 14: ('wagtail.blocks.URLBlock', (), {'help_text': 'Where the film is, if it isn’t kept here.', 'label': 'Address', 'required': False}), 15: ('wagtail.blocks.CharBlock', (), {'help_text': 'As it is said: “4 min”.', 'label': 'Length', 'max_length': 40, 'required': False}), 16: ('wagtail.blocks.RichTextBlock', (), {'features': ['h3', 'ol', 'ul', 'bold', 'italic', 'link', 'document-link'], 'help_text': 'All that is said, and what is shown and matters.', 'label': 'Transcript', 'required': False}), 17: ('wagtail.blocks.StructBlock', [[('title', 11), ('film', 12), ('captions', 13), ('address', 14), ('length', 15), ('transcript', 16)]], {}), 18: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'label': 'File'}), 19: ('wagtail.blocks.CharBlock', (), {'label': 'What it is', 'max_length': 200, 'required': False}), 20: ('wagtail.blocks.StructBlock', [[('file', 18), ('says', 19)]], {}), 21: ('wagtail.blocks.CharBlock', (), {'help_text': 'As it is said: “6.8 million”.', 'label': 'Figure', 'max_length': 40}), 22: ('wagtail.blocks.CharBlock', (), {'label': 'What it counts', 'max_length': 200}), 23: ('wagtail.blocks.StructBlock', [[('figure', 21), ('says', 22)]], {}), 24: ('wagtail.blocks.ListBlock', (23,), {'label': 'Figures', 'min_num': 1}), 25: ('wagtail.blocks.CharBlock', (), {'label': 'Source', 'max_length': 200}), 26: ('wagtail.blocks.StructBlock', [[('figures', 24), ('source', 25)]], {}), 27: ('cms.guidance.blocks.TermsBlock', (), {}), 28: ('wagtail.blocks.TextBlock', (), {'label': 'Text', 'max_length': 1000, 'required': False, 'rows': 1}), 29: ('wagtail.contrib.typed_table_block.blocks.TypedTableBlock', [[('text', 28)]], {}), 30: ('wagtail.blocks.CharBlock', (), {'label': 'Who', 'max_length': 120}), 31: ('wagtail.blocks.CharBlock', (), {'label': 'What for', 'max_length': 200, 'required': False}), 32: ('wagtail.blocks.EmailBlock', (), {'label': 'Email address', 'required': False}), 33: ('wagtail.blocks.CharBlock', (), {'label': 'Telephone', 'max_length': 40, 'required': False}), 34: ('wagtail.blocks.CharBlock', (), {'label': 'When', 'max_length': 120, 'required': False}), 35: ('wagtail.blocks.StructBlock', [[('who', 30), ('what_for', 31), ('email', 32), ('phone', 33), ('hours', 34)]], {}), 36: ('wagtail.blocks.ChoiceBlock', [], {'choices': courses.digest.queries.live_subjects, 'label': 'Subject'}), 37: ('wagtail.blocks.IntegerBlock', (), {'default': 3, 'label': 'At most', 'max_value': 10, 'min_value': 1}), 38: ('wagtail.blocks.StructBlock', [[('subject', 36), ('most', 37)]], {}), 39: ('wagtail.blocks.ChoiceBlock', [], {'choices': courses.digest.queries.tile_choices, 'help_text': 'Students and teachers whom a subscription includes see it, with a button to open it; teachers also read when it ended or begins. Nobody else sees it.', 'label': 'Resource'}), 40: ('wagtail.blocks.StructBlock', [[('resource', 39)]], {})}, verbose_name='content')),
                    ('in_step_with', models.JSONField(editable=False, null=True)),
                    ('minor_edit', models.BooleanField(default=False, help_text='Spelling or wording, the meaning is the same: the other language stays up to date.', verbose_name='a minor edit')),
                ],
                options={
                    'verbose_name': 'home page',
                    'verbose_name_plural': 'home pages',
                },
                bases=('wagtailcore.page',),
            ), migrations.CreateModel(
                name='TextPage',
                fields=[
                    ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                    ('lead', models.CharField(blank=True, help_text='One sentence, under the title and in lists.', max_length=300, verbose_name='summary')),
                    ('body', wagtail.fields.StreamField([('heading', 0), ('text', 1), ('steps', 2), ('callout', 6), ('figure', 10), ('video', 17), ('file', 20), ('facts', 26), ('terms', 27), ('table', 29), ('contact', 35), ('live', 38), ('resource', 40)], blank=True, block_lookup={0: ('cms.guidance.blocks.HeadingBlock', (), {'max_length': 120}), 1: ('wagtail.blocks.RichTextBlock', (), {'features': ['h3', 'ol', 'ul', 'bold', 'italic', 'link', 'document-link'], 'label': 'Text', 'required': False, 'template': 'guidance/blocks/text.html'}), 2: ('cms.guidance.blocks.StepsBlock', (), {}), 3: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('calm', 'Quiet'), ('done', 'Good to know'), ('wait', 'Take care'), ('warn', 'Important'), ('moved', 'Changed'), ('closed', 'When schools are closed')], 'label': 'Tone'}), 4: ('wagtail.blocks.CharBlock', (), {'label': 'Title', 'max_length': 120}), 5: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'link', 'document-link'], 'label': 'Text'}), 6: ('wagtail.blocks.StructBlock', [[('tone', 3), ('what', 4), ('text', 5)]], {}), 7: ('wagtail.images.blocks.ImageBlock', [], {'label': 'Picture'}), 8: ('wagtail.blocks.CharBlock', (), {'label': 'Caption', 'max_length': 250, 'required': False}), 9: ('wagtail.blocks.CharBlock', (), {'label': 'Made by', 'max_length': 120, 'required': False}), 10: ('wagtail.blocks.StructBlock', [[('image', 7), ('caption', 8), ('credit', 9)]], {}), 11: ('wagtail.blocks.CharBlock', (), {'label': 'Title', 'max_length': 160}), 12: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'help_text': 'An MP4 or WebM file. Leave it empty for a link.', 'label': 'Film', 'required': False}), 13: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'help_text': 'A VTT file, in the language of this page.', 'label': 'Captions', 'required': False}), 14: ('wagtail.blocks.URLBlock', (), {'help_text': 'Where the film is, if it isn’t kept here.', 'label': 'Address', 'required': False}), 15: ('wagtail.blocks.CharBlock', (), {'help_text': 'As it is said: “4 min”.', 'label': 'Length', 'max_length': 40, 'required': False}), 16: ('wagtail.blocks.RichTextBlock', (), {'features': ['h3', 'ol', 'ul', 'bold', 'italic', 'link', 'document-link'], 'help_text': 'All that is said, and what is shown and matters.', 'label': 'Transcript', 'required': False}), 17: ('wagtail.blocks.StructBlock', [[('title', 11), ('film', 12), ('captions', 13), ('address', 14), ('length', 15), ('transcript', 16)]], {}), 18: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'label': 'File'}), 19: ('wagtail.blocks.CharBlock', (), {'label': 'What it is', 'max_length': 200, 'required': False}), 20: ('wagtail.blocks.StructBlock', [[('file', 18), ('says', 19)]], {}), 21: ('wagtail.blocks.CharBlock', (), {'help_text': 'As it is said: “6.8 million”.', 'label': 'Figure', 'max_length': 40}), 22: ('wagtail.blocks.CharBlock', (), {'label': 'What it counts', 'max_length': 200}), 23: ('wagtail.blocks.StructBlock', [[('figure', 21), ('says', 22)]], {}), 24: ('wagtail.blocks.ListBlock', (23,), {'label': 'Figures', 'min_num': 1}), 25: ('wagtail.blocks.CharBlock', (), {'label': 'Source', 'max_length': 200}), 26: ('wagtail.blocks.StructBlock', [[('figures', 24), ('source', 25)]], {}), 27: ('cms.guidance.blocks.TermsBlock', (), {}), 28: ('wagtail.blocks.TextBlock', (), {'label': 'Text', 'max_length': 1000, 'required': False, 'rows': 1}), 29: ('wagtail.contrib.typed_table_block.blocks.TypedTableBlock', [[('text', 28)]], {}), 30: ('wagtail.blocks.CharBlock', (), {'label': 'Who', 'max_length': 120}), 31: ('wagtail.blocks.CharBlock', (), {'label': 'What for', 'max_length': 200, 'required': False}), 32: ('wagtail.blocks.EmailBlock', (), {'label': 'Email address', 'required': False}), 33: ('wagtail.blocks.CharBlock', (), {'label': 'Telephone', 'max_length': 40, 'required': False}), 34: ('wagtail.blocks.CharBlock', (), {'label': 'When', 'max_length': 120, 'required': False}), 35: ('wagtail.blocks.StructBlock', [[('who', 30), ('what_for', 31), ('email', 32), ('phone', 33), ('hours', 34)]], {}), 36: ('wagtail.blocks.ChoiceBlock', [], {'choices': courses.digest.queries.live_subjects, 'label': 'Subject'}), 37: ('wagtail.blocks.IntegerBlock', (), {'default': 3, 'label': 'At most', 'max_value': 10, 'min_value': 1}), 38: ('wagtail.blocks.StructBlock', [[('subject', 36), ('most', 37)]], {}), 39: ('wagtail.blocks.ChoiceBlock', [], {'choices': courses.digest.queries.tile_choices, 'help_text': 'Students and teachers whom a subscription includes see it, with a button to open it; teachers also read when it ended or begins. Nobody else sees it.', 'label': 'Resource'}), 40: ('wagtail.blocks.StructBlock', [[('resource', 39)]], {})}, verbose_name='content')),
                    ('in_step_with', models.JSONField(editable=False, null=True)),
                    ('minor_edit', models.BooleanField(default=False, help_text='Spelling or wording, the meaning is the same: the other language stays up to date.', verbose_name='a minor edit')),
                ],
                options={
                    'verbose_name': 'page of text',
                    'verbose_name_plural': 'pages of text',
                },
                bases=('wagtailcore.page',),
            ), migrations.CreateModel(
                name='ResourcePage',
                fields=[
                    ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                    ('lead', models.CharField(blank=True, help_text='One sentence, under the title and in lists.', max_length=300, verbose_name='summary')),
                    ('body', wagtail.fields.StreamField([('heading', 0), ('text', 1), ('steps', 2), ('callout', 6), ('figure', 10), ('video', 17), ('file', 20), ('facts', 26), ('terms', 27), ('table', 29), ('contact', 35), ('live', 38), ('resource', 40)], blank=True, block_lookup={0: ('cms.guidance.blocks.HeadingBlock', (), {'max_length': 120}), 1: ('wagtail.blocks.RichTextBlock', (), {'features': ['h3', 'ol', 'ul', 'bold', 'italic', 'link', 'document-link'], 'label': 'Text', 'required': False, 'template': 'guidance/blocks/text.html'}), 2: ('cms.guidance.blocks.StepsBlock', (), {}), 3: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('calm', 'Quiet'), ('done', 'Good to know'), ('wait', 'Take care'), ('warn', 'Important'), ('moved', 'Changed'), ('closed', 'When schools are closed')], 'label': 'Tone'}), 4: ('wagtail.blocks.CharBlock', (), {'label': 'Title', 'max_length': 120}), 5: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'link', 'document-link'], 'label': 'Text'}), 6: ('wagtail.blocks.StructBlock', [[('tone', 3), ('what', 4), ('text', 5)]], {}), 7: ('wagtail.images.blocks.ImageBlock', [], {'label': 'Picture'}), 8: ('wagtail.blocks.CharBlock', (), {'label': 'Caption', 'max_length': 250, 'required': False}), 9: ('wagtail.blocks.CharBlock', (), {'label': 'Made by', 'max_length': 120, 'required': False}), 10: ('wagtail.blocks.StructBlock', [[('image', 7), ('caption', 8), ('credit', 9)]], {}), 11: ('wagtail.blocks.CharBlock', (), {'label': 'Title', 'max_length': 160}), 12: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'help_text': 'An MP4 or WebM file. Leave it empty for a link.', 'label': 'Film', 'required': False}), 13: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'help_text': 'A VTT file, in the language of this page.', 'label': 'Captions', 'required': False}), 14: ('wagtail.blocks.URLBlock', (), {'help_text': 'Where the film is, if it isn’t kept here.', 'label': 'Address', 'required': False}), 15: ('wagtail.blocks.CharBlock', (), {'help_text': 'As it is said: “4 min”.', 'label': 'Length', 'max_length': 40, 'required': False}), 16: ('wagtail.blocks.RichTextBlock', (), {'features': ['h3', 'ol', 'ul', 'bold', 'italic', 'link', 'document-link'], 'help_text': 'All that is said, and what is shown and matters.', 'label': 'Transcript', 'required': False}), 17: ('wagtail.blocks.StructBlock', [[('title', 11), ('film', 12), ('captions', 13), ('address', 14), ('length', 15), ('transcript', 16)]], {}), 18: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'label': 'File'}), 19: ('wagtail.blocks.CharBlock', (), {'label': 'What it is', 'max_length': 200, 'required': False}), 20: ('wagtail.blocks.StructBlock', [[('file', 18), ('says', 19)]], {}), 21: ('wagtail.blocks.CharBlock', (), {'help_text': 'As it is said: “6.8 million”.', 'label': 'Figure', 'max_length': 40}), 22: ('wagtail.blocks.CharBlock', (), {'label': 'What it counts', 'max_length': 200}), 23: ('wagtail.blocks.StructBlock', [[('figure', 21), ('says', 22)]], {}), 24: ('wagtail.blocks.ListBlock', (23,), {'label': 'Figures', 'min_num': 1}), 25: ('wagtail.blocks.CharBlock', (), {'label': 'Source', 'max_length': 200}), 26: ('wagtail.blocks.StructBlock', [[('figures', 24), ('source', 25)]], {}), 27: ('cms.guidance.blocks.TermsBlock', (), {}), 28: ('wagtail.blocks.TextBlock', (), {'label': 'Text', 'max_length': 1000, 'required': False, 'rows': 1}), 29: ('wagtail.contrib.typed_table_block.blocks.TypedTableBlock', [[('text', 28)]], {}), 30: ('wagtail.blocks.CharBlock', (), {'label': 'Who', 'max_length': 120}), 31: ('wagtail.blocks.CharBlock', (), {'label': 'What for', 'max_length': 200, 'required': False}), 32: ('wagtail.blocks.EmailBlock', (), {'label': 'Email address', 'required': False}), 33: ('wagtail.blocks.CharBlock', (), {'label': 'Telephone', 'max_length': 40, 'required': False}), 34: ('wagtail.blocks.CharBlock', (), {'label': 'When', 'max_length': 120, 'required': False}), 35: ('wagtail.blocks.StructBlock', [[('who', 30), ('what_for', 31), ('email', 32), ('phone', 33), ('hours', 34)]], {}), 36: ('wagtail.blocks.ChoiceBlock', [], {'choices': courses.digest.queries.live_subjects, 'label': 'Subject'}), 37: ('wagtail.blocks.IntegerBlock', (), {'default': 3, 'label': 'At most', 'max_value': 10, 'min_value': 1}), 38: ('wagtail.blocks.StructBlock', [[('subject', 36), ('most', 37)]], {}), 39: ('wagtail.blocks.ChoiceBlock', [], {'choices': courses.digest.queries.tile_choices, 'help_text': 'Students and teachers whom a subscription includes see it, with a button to open it; teachers also read when it ended or begins. Nobody else sees it.', 'label': 'Resource'}), 40: ('wagtail.blocks.StructBlock', [[('resource', 39)]], {})}, verbose_name='content')),
                    ('resource', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.resource', verbose_name='resource')),
                    ('in_step_with', models.JSONField(editable=False, null=True)),
                    ('minor_edit', models.BooleanField(default=False, help_text='Spelling or wording, the meaning is the same: the other language stays up to date.', verbose_name='a minor edit')),
                ],
                options={
                    'verbose_name': 'page of a resource',
                    'verbose_name_plural': 'pages of resources',
                },
                bases=('wagtailcore.page',),
            ), migrations.CreateModel(
                name='EditorialTask',
                fields=[
                    ('task_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.task')),
                    ('role', models.CharField(choices=[('reviewer', 'reviewer'), ('publisher', 'publisher')], max_length=10, verbose_name='role')),
                ],
                options={
                    'verbose_name': 'step of the review',
                    'verbose_name_plural': 'steps of the review',
                },
                bases=('wagtailcore.task',),
            ), migrations.CreateModel(
                name='GuidancePage',
                fields=[
                    ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                    ('lead', models.CharField(blank=True, help_text='One sentence, under the title and in lists.', max_length=300, verbose_name='summary')),
                    ('body', wagtail.fields.StreamField([('heading', 0), ('text', 1), ('steps', 2), ('callout', 6), ('figure', 10), ('video', 17), ('file', 20), ('facts', 26), ('terms', 27), ('table', 29), ('contact', 35), ('live', 38), ('resource', 40)], blank=True, block_lookup={0: ('cms.guidance.blocks.HeadingBlock', (), {'max_length': 120}), 1: ('wagtail.blocks.RichTextBlock', (), {'features': ['h3', 'ol', 'ul', 'bold', 'italic', 'link', 'document-link'], 'label': 'Text', 'required': False, 'template': 'guidance/blocks/text.html'}), 2: ('cms.guidance.blocks.StepsBlock', (), {}), 3: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('calm', 'Quiet'), ('done', 'Good to know'), ('wait', 'Take care'), ('warn', 'Important'), ('moved', 'Changed'), ('closed', 'When schools are closed')], 'label': 'Tone'}), 4: ('wagtail.blocks.CharBlock', (), {'label': 'Title', 'max_length': 120}), 5: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'link', 'document-link'], 'label': 'Text'}), 6: ('wagtail.blocks.StructBlock', [[('tone', 3), ('what', 4), ('text', 5)]], {}), 7: ('wagtail.images.blocks.ImageBlock', [], {'label': 'Picture'}), 8: ('wagtail.blocks.CharBlock', (), {'label': 'Caption', 'max_length': 250, 'required': False}), 9: ('wagtail.blocks.CharBlock', (), {'label': 'Made by', 'max_length': 120, 'required': False}), 10: ('wagtail.blocks.StructBlock', [[('image', 7), ('caption', 8), ('credit', 9)]], {}), 11: ('wagtail.blocks.CharBlock', (), {'label': 'Title', 'max_length': 160}), 12: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'help_text': 'An MP4 or WebM file. Leave it empty for a link.', 'label': 'Film', 'required': False}), 13: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'help_text': 'A VTT file, in the language of this page.', 'label': 'Captions', 'required': False}), 14: ('wagtail.blocks.URLBlock', (), {'help_text': 'Where the film is, if it isn’t kept here.', 'label': 'Address', 'required': False}), 15: ('wagtail.blocks.CharBlock', (), {'help_text': 'As it is said: “4 min”.', 'label': 'Length', 'max_length': 40, 'required': False}), 16: ('wagtail.blocks.RichTextBlock', (), {'features': ['h3', 'ol', 'ul', 'bold', 'italic', 'link', 'document-link'], 'help_text': 'All that is said, and what is shown and matters.', 'label': 'Transcript', 'required': False}), 17: ('wagtail.blocks.StructBlock', [[('title', 11), ('film', 12), ('captions', 13), ('address', 14), ('length', 15), ('transcript', 16)]], {}), 18: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'label': 'File'}), 19: ('wagtail.blocks.CharBlock', (), {'label': 'What it is', 'max_length': 200, 'required': False}), 20: ('wagtail.blocks.StructBlock', [[('file', 18), ('says', 19)]], {}), 21: ('wagtail.blocks.CharBlock', (), {'help_text': 'As it is said: “6.8 million”.', 'label': 'Figure', 'max_length': 40}), 22: ('wagtail.blocks.CharBlock', (), {'label': 'What it counts', 'max_length': 200}), 23: ('wagtail.blocks.StructBlock', [[('figure', 21), ('says', 22)]], {}), 24: ('wagtail.blocks.ListBlock', (23,), {'label': 'Figures', 'min_num': 1}), 25: ('wagtail.blocks.CharBlock', (), {'label': 'Source', 'max_length': 200}), 26: ('wagtail.blocks.StructBlock', [[('figures', 24), ('source', 25)]], {}), 27: ('cms.guidance.blocks.TermsBlock', (), {}), 28: ('wagtail.blocks.TextBlock', (), {'label': 'Text', 'max_length': 1000, 'required': False, 'rows': 1}), 29: ('wagtail.contrib.typed_table_block.blocks.TypedTableBlock', [[('text', 28)]], {}), 30: ('wagtail.blocks.CharBlock', (), {'label': 'Who', 'max_length': 120}), 31: ('wagtail.blocks.CharBlock', (), {'label': 'What for', 'max_length': 200, 'required': False}), 32: ('wagtail.blocks.EmailBlock', (), {'label': 'Email address', 'required': False}), 33: ('wagtail.blocks.CharBlock', (), {'label': 'Telephone', 'max_length': 40, 'required': False}), 34: ('wagtail.blocks.CharBlock', (), {'label': 'When', 'max_length': 120, 'required': False}), 35: ('wagtail.blocks.StructBlock', [[('who', 30), ('what_for', 31), ('email', 32), ('phone', 33), ('hours', 34)]], {}), 36: ('wagtail.blocks.ChoiceBlock', [], {'choices': courses.digest.queries.live_subjects, 'label': 'Subject'}), 37: ('wagtail.blocks.IntegerBlock', (), {'default': 3, 'label': 'At most', 'max_value': 10, 'min_value': 1}), 38: ('wagtail.blocks.StructBlock', [[('subject', 36), ('most', 37)]], {}), 39: ('wagtail.blocks.ChoiceBlock', [], {'choices': courses.digest.queries.tile_choices, 'help_text': 'Students and teachers whom a subscription includes see it, with a button to open it; teachers also read when it ended or begins. Nobody else sees it.', 'label': 'Resource'}), 40: ('wagtail.blocks.StructBlock', [[('resource', 39)]], {})}, verbose_name='content')),
                    ('in_step_with', models.JSONField(editable=False, null=True)),
                    ('minor_edit', models.BooleanField(default=False, help_text='Spelling or wording, the meaning is the same: the other language stays up to date.', verbose_name='a minor edit')),
                    ('audience', models.CharField(blank=True, help_text='“Teachers of all subjects”.', max_length=160, verbose_name='for whom')),
                    ('change_note', models.CharField(blank=True, help_text='For readers: what is new in the version that you publish now.', max_length=200, verbose_name='what changed')),
                    ('resource', models.ForeignKey(blank=True, help_text='The page of this resource then leads here, and this page there.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='courses.resource', verbose_name='about the resource')),
                ],
                options={
                    'verbose_name': 'guidance page',
                    'verbose_name_plural': 'guidance pages',
                },
                bases=('wagtailcore.page',),
            ), migrations.CreateModel(
                name='NewsIndexPage',
                fields=[
                    ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                    ('lead', models.CharField(blank=True, help_text='One sentence, under the title and in lists.', max_length=300, verbose_name='summary')),
                    ('body', wagtail.fields.StreamField([('heading', 0), ('text', 1), ('steps', 2), ('callout', 6), ('figure', 10), ('video', 17), ('file', 20), ('facts', 26), ('terms', 27), ('table', 29), ('contact', 35), ('live', 38), ('resource', 40)], blank=True, block_lookup={0: ('cms.guidance.blocks.HeadingBlock', (), {'max_length': 120}), 1: ('wagtail.blocks.RichTextBlock', (), {'features': ['h3', 'ol', 'ul', 'bold', 'italic', 'link', 'document-link'], 'label': 'Text', 'required': False, 'template': 'guidance/blocks/text.html'}), 2: ('cms.guidance.blocks.StepsBlock', (), {}), 3: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('calm', 'Quiet'), ('done', 'Good to know'), ('wait', 'Take care'), ('warn', 'Important'), ('moved', 'Changed'), ('closed', 'When schools are closed')], 'label': 'Tone'}), 4: ('wagtail.blocks.CharBlock', (), {'label': 'Title', 'max_length': 120}), 5: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'link', 'document-link'], 'label': 'Text'}), 6: ('wagtail.blocks.StructBlock', [[('tone', 3), ('what', 4), ('text', 5)]], {}), 7: ('wagtail.images.blocks.ImageBlock', [], {'label': 'Picture'}), 8: ('wagtail.blocks.CharBlock', (), {'label': 'Caption', 'max_length': 250, 'required': False}), 9: ('wagtail.blocks.CharBlock', (), {'label': 'Made by', 'max_length': 120, 'required': False}), 10: ('wagtail.blocks.StructBlock', [[('image', 7), ('caption', 8), ('credit', 9)]], {}), 11: ('wagtail.blocks.CharBlock', (), {'label': 'Title', 'max_length': 160}), 12: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'help_text': 'An MP4 or WebM file. Leave it empty for a link.', 'label': 'Film', 'required': False}), 13: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'help_text': 'A VTT file, in the language of this page.', 'label': 'Captions', 'required': False}), 14: ('wagtail.blocks.URLBlock', (), {'help_text': 'Where the film is, if it isn’t kept here.', 'label': 'Address', 'required': False}), 15: ('wagtail.blocks.CharBlock', (), {'help_text': 'As it is said: “4 min”.', 'label': 'Length', 'max_length': 40, 'required': False}), 16: ('wagtail.blocks.RichTextBlock', (), {'features': ['h3', 'ol', 'ul', 'bold', 'italic', 'link', 'document-link'], 'help_text': 'All that is said, and what is shown and matters.', 'label': 'Transcript', 'required': False}), 17: ('wagtail.blocks.StructBlock', [[('title', 11), ('film', 12), ('captions', 13), ('address', 14), ('length', 15), ('transcript', 16)]], {}), 18: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'label': 'File'}), 19: ('wagtail.blocks.CharBlock', (), {'label': 'What it is', 'max_length': 200, 'required': False}), 20: ('wagtail.blocks.StructBlock', [[('file', 18), ('says', 19)]], {}), 21: ('wagtail.blocks.CharBlock', (), {'help_text': 'As it is said: “6.8 million”.', 'label': 'Figure', 'max_length': 40}), 22: ('wagtail.blocks.CharBlock', (), {'label': 'What it counts', 'max_length': 200}), 23: ('wagtail.blocks.StructBlock', [[('figure', 21), ('says', 22)]], {}), 24: ('wagtail.blocks.ListBlock', (23,), {'label': 'Figures', 'min_num': 1}), 25: ('wagtail.blocks.CharBlock', (), {'label': 'Source', 'max_length': 200}), 26: ('wagtail.blocks.StructBlock', [[('figures', 24), ('source', 25)]], {}), 27: ('cms.guidance.blocks.TermsBlock', (), {}), 28: ('wagtail.blocks.TextBlock', (), {'label': 'Text', 'max_length': 1000, 'required': False, 'rows': 1}), 29: ('wagtail.contrib.typed_table_block.blocks.TypedTableBlock', [[('text', 28)]], {}), 30: ('wagtail.blocks.CharBlock', (), {'label': 'Who', 'max_length': 120}), 31: ('wagtail.blocks.CharBlock', (), {'label': 'What for', 'max_length': 200, 'required': False}), 32: ('wagtail.blocks.EmailBlock', (), {'label': 'Email address', 'required': False}), 33: ('wagtail.blocks.CharBlock', (), {'label': 'Telephone', 'max_length': 40, 'required': False}), 34: ('wagtail.blocks.CharBlock', (), {'label': 'When', 'max_length': 120, 'required': False}), 35: ('wagtail.blocks.StructBlock', [[('who', 30), ('what_for', 31), ('email', 32), ('phone', 33), ('hours', 34)]], {}), 36: ('wagtail.blocks.ChoiceBlock', [], {'choices': courses.digest.queries.live_subjects, 'label': 'Subject'}), 37: ('wagtail.blocks.IntegerBlock', (), {'default': 3, 'label': 'At most', 'max_value': 10, 'min_value': 1}), 38: ('wagtail.blocks.StructBlock', [[('subject', 36), ('most', 37)]], {}), 39: ('wagtail.blocks.ChoiceBlock', [], {'choices': courses.digest.queries.tile_choices, 'help_text': 'Students and teachers whom a subscription includes see it, with a button to open it; teachers also read when it ended or begins. Nobody else sees it.', 'label': 'Resource'}), 40: ('wagtail.blocks.StructBlock', [[('resource', 39)]], {})}, verbose_name='content')),
                    ('in_step_with', models.JSONField(editable=False, null=True)),
                    ('minor_edit', models.BooleanField(default=False, help_text='Spelling or wording, the meaning is the same: the other language stays up to date.', verbose_name='a minor edit')),
                ],
                options={
                    'verbose_name': 'list of news',
                    'verbose_name_plural': 'lists of news',
                },
                bases=('wagtailcore.page',),
            ), migrations.CreateModel(
                name='NewsPage',
                fields=[
                    ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                    ('lead', models.CharField(blank=True, help_text='One sentence, under the title and in lists.', max_length=300, verbose_name='summary')),
                    ('body', wagtail.fields.StreamField([('heading', 0), ('text', 1), ('steps', 2), ('callout', 6), ('figure', 10), ('video', 17), ('file', 20), ('facts', 26), ('terms', 27), ('table', 29), ('contact', 35), ('live', 38), ('resource', 40)], blank=True, block_lookup={0: ('cms.guidance.blocks.HeadingBlock', (), {'max_length': 120}), 1: ('wagtail.blocks.RichTextBlock', (), {'features': ['h3', 'ol', 'ul', 'bold', 'italic', 'link', 'document-link'], 'label': 'Text', 'required': False, 'template': 'guidance/blocks/text.html'}), 2: ('cms.guidance.blocks.StepsBlock', (), {}), 3: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('calm', 'Quiet'), ('done', 'Good to know'), ('wait', 'Take care'), ('warn', 'Important'), ('moved', 'Changed'), ('closed', 'When schools are closed')], 'label': 'Tone'}), 4: ('wagtail.blocks.CharBlock', (), {'label': 'Title', 'max_length': 120}), 5: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'link', 'document-link'], 'label': 'Text'}), 6: ('wagtail.blocks.StructBlock', [[('tone', 3), ('what', 4), ('text', 5)]], {}), 7: ('wagtail.images.blocks.ImageBlock', [], {'label': 'Picture'}), 8: ('wagtail.blocks.CharBlock', (), {'label': 'Caption', 'max_length': 250, 'required': False}), 9: ('wagtail.blocks.CharBlock', (), {'label': 'Made by', 'max_length': 120, 'required': False}), 10: ('wagtail.blocks.StructBlock', [[('image', 7), ('caption', 8), ('credit', 9)]], {}), 11: ('wagtail.blocks.CharBlock', (), {'label': 'Title', 'max_length': 160}), 12: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'help_text': 'An MP4 or WebM file. Leave it empty for a link.', 'label': 'Film', 'required': False}), 13: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'help_text': 'A VTT file, in the language of this page.', 'label': 'Captions', 'required': False}), 14: ('wagtail.blocks.URLBlock', (), {'help_text': 'Where the film is, if it isn’t kept here.', 'label': 'Address', 'required': False}), 15: ('wagtail.blocks.CharBlock', (), {'help_text': 'As it is said: “4 min”.', 'label': 'Length', 'max_length': 40, 'required': False}), 16: ('wagtail.blocks.RichTextBlock', (), {'features': ['h3', 'ol', 'ul', 'bold', 'italic', 'link', 'document-link'], 'help_text': 'All that is said, and what is shown and matters.', 'label': 'Transcript', 'required': False}), 17: ('wagtail.blocks.StructBlock', [[('title', 11), ('film', 12), ('captions', 13), ('address', 14), ('length', 15), ('transcript', 16)]], {}), 18: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'label': 'File'}), 19: ('wagtail.blocks.CharBlock', (), {'label': 'What it is', 'max_length': 200, 'required': False}), 20: ('wagtail.blocks.StructBlock', [[('file', 18), ('says', 19)]], {}), 21: ('wagtail.blocks.CharBlock', (), {'help_text': 'As it is said: “6.8 million”.', 'label': 'Figure', 'max_length': 40}), 22: ('wagtail.blocks.CharBlock', (), {'label': 'What it counts', 'max_length': 200}), 23: ('wagtail.blocks.StructBlock', [[('figure', 21), ('says', 22)]], {}), 24: ('wagtail.blocks.ListBlock', (23,), {'label': 'Figures', 'min_num': 1}), 25: ('wagtail.blocks.CharBlock', (), {'label': 'Source', 'max_length': 200}), 26: ('wagtail.blocks.StructBlock', [[('figures', 24), ('source', 25)]], {}), 27: ('cms.guidance.blocks.TermsBlock', (), {}), 28: ('wagtail.blocks.TextBlock', (), {'label': 'Text', 'max_length': 1000, 'required': False, 'rows': 1}), 29: ('wagtail.contrib.typed_table_block.blocks.TypedTableBlock', [[('text', 28)]], {}), 30: ('wagtail.blocks.CharBlock', (), {'label': 'Who', 'max_length': 120}), 31: ('wagtail.blocks.CharBlock', (), {'label': 'What for', 'max_length': 200, 'required': False}), 32: ('wagtail.blocks.EmailBlock', (), {'label': 'Email address', 'required': False}), 33: ('wagtail.blocks.CharBlock', (), {'label': 'Telephone', 'max_length': 40, 'required': False}), 34: ('wagtail.blocks.CharBlock', (), {'label': 'When', 'max_length': 120, 'required': False}), 35: ('wagtail.blocks.StructBlock', [[('who', 30), ('what_for', 31), ('email', 32), ('phone', 33), ('hours', 34)]], {}), 36: ('wagtail.blocks.ChoiceBlock', [], {'choices': courses.digest.queries.live_subjects, 'label': 'Subject'}), 37: ('wagtail.blocks.IntegerBlock', (), {'default': 3, 'label': 'At most', 'max_value': 10, 'min_value': 1}), 38: ('wagtail.blocks.StructBlock', [[('subject', 36), ('most', 37)]], {}), 39: ('wagtail.blocks.ChoiceBlock', [], {'choices': courses.digest.queries.tile_choices, 'help_text': 'Students and teachers whom a subscription includes see it, with a button to open it; teachers also read when it ended or begins. Nobody else sees it.', 'label': 'Resource'}), 40: ('wagtail.blocks.StructBlock', [[('resource', 39)]], {})}, verbose_name='content')),
                    ('in_step_with', models.JSONField(editable=False, null=True)),
                    ('minor_edit', models.BooleanField(default=False, help_text='Spelling or wording, the meaning is the same: the other language stays up to date.', verbose_name='a minor edit')),
                    ('dated', models.DateField(default=django.utils.timezone.localdate, verbose_name='dated')),
                ],
                options={
                    'verbose_name': 'piece of news',
                    'verbose_name_plural': 'news',
                },
                bases=('wagtailcore.page',),
            ), migrations.CreateModel(
                name='TopicPage',
                fields=[
                    ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                    ('lead', models.CharField(blank=True, help_text='One sentence, under the title and in lists.', max_length=300, verbose_name='summary')),
                    ('body', wagtail.fields.StreamField([('heading', 0), ('text', 1), ('steps', 2), ('callout', 6), ('figure', 10), ('video', 17), ('file', 20), ('facts', 26), ('terms', 27), ('table', 29), ('contact', 35), ('live', 38), ('resource', 40)], blank=True, block_lookup={0: ('cms.guidance.blocks.HeadingBlock', (), {'max_length': 120}), 1: ('wagtail.blocks.RichTextBlock', (), {'features': ['h3', 'ol', 'ul', 'bold', 'italic', 'link', 'document-link'], 'label': 'Text', 'required': False, 'template': 'guidance/blocks/text.html'}), 2: ('cms.guidance.blocks.StepsBlock', (), {}), 3: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('calm', 'Quiet'), ('done', 'Good to know'), ('wait', 'Take care'), ('warn', 'Important'), ('moved', 'Changed'), ('closed', 'When schools are closed')], 'label': 'Tone'}), 4: ('wagtail.blocks.CharBlock', (), {'label': 'Title', 'max_length': 120}), 5: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'link', 'document-link'], 'label': 'Text'}), 6: ('wagtail.blocks.StructBlock', [[('tone', 3), ('what', 4), ('text', 5)]], {}), 7: ('wagtail.images.blocks.ImageBlock', [], {'label': 'Picture'}), 8: ('wagtail.blocks.CharBlock', (), {'label': 'Caption', 'max_length': 250, 'required': False}), 9: ('wagtail.blocks.CharBlock', (), {'label': 'Made by', 'max_length': 120, 'required': False}), 10: ('wagtail.blocks.StructBlock', [[('image', 7), ('caption', 8), ('credit', 9)]], {}), 11: ('wagtail.blocks.CharBlock', (), {'label': 'Title', 'max_length': 160}), 12: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'help_text': 'An MP4 or WebM file. Leave it empty for a link.', 'label': 'Film', 'required': False}), 13: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'help_text': 'A VTT file, in the language of this page.', 'label': 'Captions', 'required': False}), 14: ('wagtail.blocks.URLBlock', (), {'help_text': 'Where the film is, if it isn’t kept here.', 'label': 'Address', 'required': False}), 15: ('wagtail.blocks.CharBlock', (), {'help_text': 'As it is said: “4 min”.', 'label': 'Length', 'max_length': 40, 'required': False}), 16: ('wagtail.blocks.RichTextBlock', (), {'features': ['h3', 'ol', 'ul', 'bold', 'italic', 'link', 'document-link'], 'help_text': 'All that is said, and what is shown and matters.', 'label': 'Transcript', 'required': False}), 17: ('wagtail.blocks.StructBlock', [[('title', 11), ('film', 12), ('captions', 13), ('address', 14), ('length', 15), ('transcript', 16)]], {}), 18: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'label': 'File'}), 19: ('wagtail.blocks.CharBlock', (), {'label': 'What it is', 'max_length': 200, 'required': False}), 20: ('wagtail.blocks.StructBlock', [[('file', 18), ('says', 19)]], {}), 21: ('wagtail.blocks.CharBlock', (), {'help_text': 'As it is said: “6.8 million”.', 'label': 'Figure', 'max_length': 40}), 22: ('wagtail.blocks.CharBlock', (), {'label': 'What it counts', 'max_length': 200}), 23: ('wagtail.blocks.StructBlock', [[('figure', 21), ('says', 22)]], {}), 24: ('wagtail.blocks.ListBlock', (23,), {'label': 'Figures', 'min_num': 1}), 25: ('wagtail.blocks.CharBlock', (), {'label': 'Source', 'max_length': 200}), 26: ('wagtail.blocks.StructBlock', [[('figures', 24), ('source', 25)]], {}), 27: ('cms.guidance.blocks.TermsBlock', (), {}), 28: ('wagtail.blocks.TextBlock', (), {'label': 'Text', 'max_length': 1000, 'required': False, 'rows': 1}), 29: ('wagtail.contrib.typed_table_block.blocks.TypedTableBlock', [[('text', 28)]], {}), 30: ('wagtail.blocks.CharBlock', (), {'label': 'Who', 'max_length': 120}), 31: ('wagtail.blocks.CharBlock', (), {'label': 'What for', 'max_length': 200, 'required': False}), 32: ('wagtail.blocks.EmailBlock', (), {'label': 'Email address', 'required': False}), 33: ('wagtail.blocks.CharBlock', (), {'label': 'Telephone', 'max_length': 40, 'required': False}), 34: ('wagtail.blocks.CharBlock', (), {'label': 'When', 'max_length': 120, 'required': False}), 35: ('wagtail.blocks.StructBlock', [[('who', 30), ('what_for', 31), ('email', 32), ('phone', 33), ('hours', 34)]], {}), 36: ('wagtail.blocks.ChoiceBlock', [], {'choices': courses.digest.queries.live_subjects, 'label': 'Subject'}), 37: ('wagtail.blocks.IntegerBlock', (), {'default': 3, 'label': 'At most', 'max_value': 10, 'min_value': 1}), 38: ('wagtail.blocks.StructBlock', [[('subject', 36), ('most', 37)]], {}), 39: ('wagtail.blocks.ChoiceBlock', [], {'choices': courses.digest.queries.tile_choices, 'help_text': 'Students and teachers whom a subscription includes see it, with a button to open it; teachers also read when it ended or begins. Nobody else sees it.', 'label': 'Resource'}), 40: ('wagtail.blocks.StructBlock', [[('resource', 39)]], {})}, verbose_name='content')),
                    ('in_step_with', models.JSONField(editable=False, null=True)),
                    ('minor_edit', models.BooleanField(default=False, help_text='Spelling or wording, the meaning is the same: the other language stays up to date.', verbose_name='a minor edit')),
                ],
                options={
                    'verbose_name': 'topic',
                    'verbose_name_plural': 'topics',
                },
                bases=('wagtailcore.page',),
            ), migrations.CreateModel(
                name='MissedSearch',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('words', models.CharField(max_length=200, verbose_name='words')),
                    ('language', models.CharField(max_length=2, verbose_name='language')),
                    ('count', models.PositiveIntegerField(default=1, verbose_name='times')),
                    ('last_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='last asked')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('words', 'language'), name='missed_search_once_a_language')],
                },
            ), migrations.CreateModel(
                name='PagePdf',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('digest', models.CharField(max_length=64)),
                    ('file', models.FileField(storage=cms.guidance.models.papers.private_storage, upload_to='pages')),
                    ('size', models.PositiveIntegerField()),
                    ('drawn_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('page', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.WAGTAIL_PAGE_MODEL)),
                ],
            ), migrations.CreateModel(
                name='Pair',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=courses.documents.values.public_id, editable=False, max_length=12, unique=True)),
                    ('translation_key', models.UUIDField(editable=False, unique=True)),
                    ('kind', models.CharField(editable=False, max_length=40)),
                    ('check_months', models.PositiveSmallIntegerField(default=6, verbose_name='months between two checks')),
                    ('checked_at', models.DateTimeField(null=True)),
                    ('check_on', models.DateField(null=True, verbose_name='to be checked by')),
                    ('times_told', models.PositiveSmallIntegerField(default=0)),
                    ('links_checked_at', models.DateTimeField(null=True)),
                    ('links_due_on', models.DateField(null=True)),
                    ('source', models.JSONField(default=list)),
                    ('source_published_at', models.DateTimeField(null=True)),
                    ('french_state', models.CharField(choices=[('missing', 'missing'), ('draft', 'draft'), ('live', 'online'), ('in_step', 'up to date'), ('behind', 'behind')], default='missing', max_length=8)),
                    ('english_state', models.CharField(choices=[('missing', 'missing'), ('draft', 'draft'), ('live', 'online'), ('in_step', 'up to date'), ('behind', 'behind')], default='missing', max_length=8)),
                    ('lag', models.JSONField(default=list)),
                    ('lag_blocks', models.PositiveSmallIntegerField(default=0)),
                    ('source_blocks', models.PositiveSmallIntegerField(default=0)),
                    ('lag_since', models.DateTimeField(null=True)),
                    ('checked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('collection', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.collection')),
                    ('deputy', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='deputy')),
                    ('english', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.WAGTAIL_PAGE_MODEL)),
                    ('french', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.WAGTAIL_PAGE_MODEL)),
                    ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                    ('topic', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='pages', to='cms.pair')),
                ],
                options={
                    'verbose_name': 'page in two languages',
                    'verbose_name_plural': 'pages in two languages',
                    'indexes': [models.Index(fields=['english_state', 'lag_since'], name='pair_by_lag'), models.Index(fields=['check_on'], name='pair_by_check')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('owner', models.F('deputy')), _negated=True), name='pair_deputy_is_another'), models.CheckConstraint(condition=models.Q(models.Q(('english_state', 'behind'), _negated=True), ('lag_blocks__gt', 0), _connector='OR'), name='pair_behind_by_some_blocks'), models.CheckConstraint(condition=models.Q(models.Q(('lag_blocks', 0), ('lag_since', None)), models.Q(('lag_blocks__gt', 0), ('lag_since__isnull', False)), _connector='OR'), name='pair_lag_has_a_date')],
                },
            ), migrations.CreateModel(
                name='Opinion',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=courses.documents.values.public_id, editable=False, max_length=12, unique=True)),
                    ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    ('language', models.CharField(choices=[('fr', 'French'), ('en', 'English')], max_length=2)),
                    ('was_useful', models.BooleanField(verbose_name='was it useful?')),
                    ('words', models.TextField(blank=True, max_length=1000, verbose_name='words')),
                    ('said_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                    ('state', models.CharField(choices=[('new', 'new'), ('answered', 'answered'), ('closed', 'closed')], default='new', max_length=8, verbose_name='state')),
                    ('answer', models.TextField(blank=True, max_length=2000, verbose_name='answer')),
                    ('answered_at', models.DateTimeField(null=True)),
                    ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('pair', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='opinions', to='cms.pair')),
                ],
                options={
                    'verbose_name': 'reader’s opinion',
                    'verbose_name_plural': 'readers’ opinions',
                    'indexes': [models.Index(fields=['state', '-said_at'], name='opinion_by_state')],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'answered'), _negated=True), models.Q(models.Q(('answer', ''), _negated=True), ('answered_at__isnull', False)), _connector='OR'), name='opinion_answered_in_words')],
                },
            ), migrations.CreateModel(
                name='DeadLink',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('language', models.CharField(choices=[('fr', 'French'), ('en', 'English')], max_length=2)),
                    ('address', models.CharField(max_length=1000, verbose_name='address')),
                    ('address_hash', models.CharField(editable=False, max_length=64)),
                    ('words', models.CharField(blank=True, max_length=200, verbose_name='words of the link')),
                    ('fault', models.CharField(choices=[('page_gone', 'The page doesn’t exist any more.'), ('page_offline', 'The page isn’t online.'), ('file_gone', 'The file doesn’t exist any more.'), ('no_such_address', 'There is no such address on this site.'), ('not_an_address', 'This is no web address.'), ('not_found', 'The other site says that there is no such page.'), ('host_unknown', 'No site has this name.'), ('refused', 'The other site can’t be reached.'), ('too_slow', 'The other site doesn’t answer in time.'), ('certificate', 'The other site’s certificate isn’t valid: browsers warn of it.'), ('broken', 'The other site answers with an error of its own.'), ('goes_round', 'The other site leads from one address to the next without end.'), ('private', 'The address lies in a private network: readers can’t reach it.')], max_length=16, verbose_name='cause')),
                    ('found_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('tried_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('is_certain', models.BooleanField(default=True)),
                    ('pair', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='dead_links', to='cms.pair')),
                ],
                options={
                    'verbose_name': 'dead link',
                    'verbose_name_plural': 'dead links',
                    'constraints': [models.UniqueConstraint(fields=('pair', 'language', 'address_hash'), name='dead_link_once_per_page')],
                },
            ), migrations.CreateModel(
                name='RelatedPage',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
                    ('other', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.WAGTAIL_PAGE_MODEL, verbose_name='page')),
                    ('page', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='related_pages', to='cms.guidancepage')),
                ],
                options={
                    'verbose_name': 'related page',
                    'ordering': ['sort_order'],
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='Scope',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('role', models.CharField(choices=[('author', 'author'), ('translator', 'translator'), ('reviewer', 'reviewer'), ('publisher', 'publisher'), ('chief', 'chief adviser')], max_length=10, verbose_name='role')),
                    ('language', models.CharField(blank=True, choices=[('fr', 'French'), ('en', 'English')], help_text='None: both. Authors write in French and translators in English, unless another is chosen.', max_length=2, verbose_name='language')),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scopes', to=settings.AUTH_USER_MODEL, verbose_name='adviser')),
                    ('topic', models.ForeignKey(blank=True, help_text='With all the pages below it. If none is chosen: the whole site, news and resources too.', limit_choices_to={'kind': 'topicpage'}, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='scopes', to='cms.pair', verbose_name='topic')),
                ],
                options={
                    'verbose_name': 'editorial role',
                    'verbose_name_plural': 'editorial roles',
                    'constraints': [models.UniqueConstraint(fields=('person', 'role', 'topic', 'language'), name='scope_once_per_topic', violation_error_message='This adviser has this role already.'), models.UniqueConstraint(condition=models.Q(('topic', None)), fields=('person', 'role', 'language'), name='scope_once_for_all', violation_error_message='This adviser has this role already.'), models.CheckConstraint(condition=models.Q(models.Q(('role', 'chief'), _negated=True), models.Q(('language', ''), ('topic', None)), _connector='OR'), name='scope_chief_for_all', violation_error_message='A chief adviser has all topics and both languages: leave them empty.'), models.CheckConstraint(condition=models.Q(models.Q(('role__in', ['author', 'translator']), _negated=True), models.Q(('language', ''), _negated=True), _connector='OR'), name='scope_writes_in_one_language', violation_error_message='Choose the language to write in.')],
                },
            ), migrations.CreateModel(
                name='SearchEntry',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.CharField(max_length=80)),
                    ('language', models.CharField(max_length=2)),
                    ('under', models.CharField(blank=True, db_index=True, max_length=80)),
                    ('kind', models.CharField(choices=[('resource', 'Resources'), ('page', 'Guidance and help'), ('training', 'Trainings'), ('session', 'Sessions'), ('news', 'News')], max_length=10)),
                    ('title', models.CharField(max_length=255)),
                    ('summary', models.TextField(blank=True)),
                    ('text', models.TextField(blank=True)),
                    ('url', models.CharField(max_length=500)),
                    ('url_elsewhere', models.CharField(blank=True, max_length=500)),
                    ('starts_at', models.DateTimeField(null=True)),
                    ('ends_at', models.DateTimeField(null=True)),
                    ('title_terms', models.TextField(blank=True)),
                    ('summary_terms', models.TextField(blank=True)),
                    ('terms', models.TextField(blank=True)),
                    ('fingerprint', models.CharField(max_length=32)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('key', 'language'), name='search_entry_once_a_language')],
                },
                bases=(modelsearch.index.Indexed, models.Model),
            ), migrations.CreateModel(
                name='SearchTerm',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('language', models.CharField(max_length=2)),
                    ('word', models.CharField(max_length=40)),
                    ('stem', models.CharField(db_index=True, max_length=40)),
                    ('shown', models.CharField(max_length=60)),
                    ('count', models.PositiveIntegerField()),
                ],
                options={
                    'indexes': [models.Index(fields=['word'], name='search_term_by_word')],
                    'constraints': [models.UniqueConstraint(fields=('language', 'word'), name='search_term_once_a_language')],
                },
            ), migrations.CreateModel(
                name='UrgentNotice',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=courses.documents.values.public_id, editable=False, max_length=12, unique=True)),
                    ('text_fr', models.CharField(max_length=200, verbose_name='words in French')),
                    ('text_en', models.CharField(max_length=200, verbose_name='words in English')),
                    ('starts_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('ends_at', models.DateTimeField(verbose_name='until')),
                    ('outcome', models.CharField(blank=True, choices=[('kept', 'kept'), ('taken_back', 'taken back')], max_length=10)),
                    ('words', models.CharField(blank=True, max_length=500, verbose_name='to the author')),
                    ('reviewed_at', models.DateTimeField(null=True)),
                    ('before', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision')),
                    ('page', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.WAGTAIL_PAGE_MODEL)),
                    ('published_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('reviewed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('revision', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision')),
                ],
                options={
                    'verbose_name': 'urgent publication',
                    'verbose_name_plural': 'urgent publications',
                    'indexes': [models.Index(fields=['ends_at'], name='urgent_by_end')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gte', models.F('starts_at'))), name='urgent_ends_after_it_starts'), models.CheckConstraint(condition=models.Q(models.Q(('outcome', ''), ('reviewed_at', None), ('reviewed_by', None)), models.Q(models.Q(('outcome', ''), _negated=True), ('reviewed_at__isnull', False), ('reviewed_by__isnull', False)), _connector='OR'), name='urgent_reviewed_by_somebody')],
                },
            ), migrations.CreateModel(
                name='KeptVersion',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(default=courses.documents.values.public_id, editable=False, max_length=12, unique=True)),
                    ('content', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                    ('began_with', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, null=True)),
                    ('kept_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('settled_at', models.DateTimeField(null=True)),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('page', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='kept_versions', to=settings.WAGTAIL_PAGE_MODEL, verbose_name='page')),
                    ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'version put aside',
                    'verbose_name_plural': 'versions put aside',
                    'indexes': [models.Index(fields=['page', 'settled_at'], name='kept_versions_of_page')],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('settled_at', None), ('settled_by', None)), models.Q(('settled_at__isnull', False), ('settled_by__isnull', False)), _connector='OR'), name='kept_version_settled_by_somebody')],
                },
            ), migrations.CreateModel(
                name='ErasedAccount',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('person_public_id', models.CharField(max_length=12, unique=True)),
                    ('erased_at', models.DateTimeField(default=django.utils.timezone.now)),
                ],
            ), migrations.CreateModel(
                name='ErasedCount',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('day', models.DateField()),
                    ('model', models.CharField(max_length=80)),
                    ('rows', models.PositiveIntegerField(default=0)),
                    ('files', models.PositiveIntegerField(default=0)),
                ],
                options={
                    'ordering': ['-day', 'model'],
                    'constraints': [models.UniqueConstraint(fields=('day', 'model'), name='erased_count_once_a_day')],
                },
            ), migrations.CreateModel(
                name='Heartbeat',
                fields=[
                    ('name', models.CharField(max_length=20, primary_key=True, serialize=False)),
                    ('at', models.DateTimeField()),
                ],
            ), migrations.CreateModel(
                name='ClosedDay',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('day', models.DateField(unique=True)),
                    ('closed_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('late_pages', models.PositiveIntegerField(default=0)),
                ],
            ), migrations.CreateModel(
                name='ClosedWeek',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('week', models.DateField(unique=True)),
                    ('closed_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('schools', models.PositiveIntegerField()),
                    ('is_invented', models.BooleanField(db_default=False, default=False)),
                ],
                options={
                    'ordering': ['-week'],
                },
            ), migrations.CreateModel(
                name='HourPeople',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('hour', models.DateTimeField(unique=True)),
                    ('people', models.PositiveIntegerField()),
                ],
            ), migrations.CreateModel(
                name='CountingKey',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('span', models.CharField(choices=[('day', 'day'), ('week', 'week')], max_length=4)),
                    ('first_day', models.DateField()),
                    ('secret', models.CharField(default=cms.indicators.models.new_secret, max_length=64)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('span', 'first_day'), name='counting_key_once')],
                },
            ), migrations.CreateModel(
                name='Definition',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('code', models.SlugField(max_length=40)),
                    ('version', models.PositiveSmallIntegerField()),
                    ('since', models.DateField()),
                    ('kind', models.CharField(choices=[('things', 'things'), ('acts', 'acts'), ('people', 'people')], max_length=8)),
                    ('name_fr', models.CharField(max_length=120)),
                    ('name_en', models.CharField(max_length=120)),
                    ('definition_fr', models.TextField()),
                    ('definition_en', models.TextField()),
                    ('unit_fr', models.CharField(max_length=60)),
                    ('unit_en', models.CharField(max_length=60)),
                    ('not_said_fr', models.TextField()),
                    ('not_said_en', models.TextField()),
                ],
                options={
                    'ordering': ['code', 'version'],
                    'constraints': [models.UniqueConstraint(fields=('code', 'version'), name='definition_version_once')],
                },
            ), migrations.CreateModel(
                name='HourFigure',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('week', models.DateField()),
                    ('weekday', models.PositiveSmallIntegerField()),
                    ('hour', models.PositiveSmallIntegerField(null=True)),
                    ('pages', models.PositiveIntegerField()),
                    ('is_hidden', models.BooleanField()),
                    ('is_invented', models.BooleanField(db_default=False, default=False)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(condition=models.Q(('hour__isnull', False)), fields=('week', 'weekday', 'hour'), name='hour_figure_once'), models.UniqueConstraint(condition=models.Q(('hour__isnull', True)), fields=('week', 'weekday'), name='hour_figure_of_a_day_once'), models.CheckConstraint(condition=models.Q(('weekday__lte', 6), models.Q(('hour__isnull', True), ('hour__lte', 23), _connector='OR')), name='hour_figure_of_a_week')],
                },
            ), migrations.CreateModel(
                name='PageTally',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('hour', models.DateTimeField()),
                    ('device', models.CharField(choices=[('phone', 'phone'), ('computer', 'computer')], max_length=8)),
                    ('place', models.CharField(choices=[('class', 'class hours'), ('evening', 'evening'), ('weekend', 'weekend'), ('other', 'early morning')], max_length=8)),
                    ('pages', models.PositiveIntegerField()),
                    ('school', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.organisation')),
                ],
            ), migrations.CreateModel(
                name='DayCount',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('day', models.DateField()),
                    ('role', models.CharField(choices=[('teacher', 'teachers'), ('student', 'students'), ('other', 'others')], max_length=8)),
                    ('people', models.PositiveIntegerField()),
                    ('visits', models.PositiveIntegerField()),
                    ('school', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.organisation')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(condition=models.Q(('school__isnull', False)), fields=('day', 'school', 'role'), name='day_count_once'), models.UniqueConstraint(condition=models.Q(('school__isnull', True)), fields=('day', 'role'), name='day_count_elsewhere_once')],
                },
            ), migrations.CreateModel(
                name='HourCount',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('hour', models.DateTimeField()),
                    ('device', models.CharField(choices=[('phone', 'phone'), ('computer', 'computer')], max_length=8)),
                    ('place', models.CharField(choices=[('class', 'class hours'), ('evening', 'evening'), ('weekend', 'weekend'), ('other', 'early morning')], max_length=8)),
                    ('pages', models.PositiveIntegerField()),
                    ('school', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.organisation')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(condition=models.Q(('school__isnull', False)), fields=('hour', 'school', 'device'), name='hour_count_once'), models.UniqueConstraint(condition=models.Q(('school__isnull', True)), fields=('hour', 'device'), name='hour_count_elsewhere_once')],
                },
            ), migrations.CreateModel(
                name='SeenThisWeek',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('week', models.DateField()),
                    ('key', models.CharField(max_length=32)),
                    ('role', models.CharField(choices=[('teacher', 'teachers'), ('student', 'students'), ('other', 'others')], max_length=8)),
                    ('device', models.CharField(choices=[('phone', 'phone'), ('computer', 'computer')], max_length=8)),
                    ('place', models.CharField(choices=[('class', 'class hours'), ('evening', 'evening'), ('weekend', 'weekend'), ('other', 'early morning')], max_length=8)),
                    ('school', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.organisation')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('week', 'key', 'device', 'place'), name='seen_this_week_once')],
                },
            ), migrations.CreateModel(
                name='SeenToday',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('day', models.DateField()),
                    ('key', models.CharField(max_length=32)),
                    ('role', models.CharField(choices=[('teacher', 'teachers'), ('student', 'students'), ('other', 'others')], max_length=8)),
                    ('half_hour', models.PositiveSmallIntegerField()),
                    ('school', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.organisation')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('day', 'key', 'half_hour'), name='seen_today_once'), models.CheckConstraint(condition=models.Q(('half_hour__lt', 50)), name='seen_today_half_hour')],
                },
            ), migrations.CreateModel(
                name='WeekFigure',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('week', models.DateField()),
                    ('part', models.CharField(blank=True, max_length=20)),
                    ('value', models.PositiveIntegerField()),
                    ('is_hidden', models.BooleanField()),
                    ('is_invented', models.BooleanField(db_default=False, default=False)),
                    ('definition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='figures', to='cms.definition')),
                    ('school', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.organisation')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(condition=models.Q(('school__isnull', False)), fields=('week', 'definition', 'school', 'part'), name='week_figure_once'), models.UniqueConstraint(condition=models.Q(('school__isnull', True)), fields=('week', 'definition', 'part'), name='week_figure_of_the_region_once')],
                },
            ), migrations.CreateModel(
                name='YearFigure',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('school_year', models.PositiveSmallIntegerField()),
                    ('part', models.CharField(blank=True, max_length=20)),
                    ('total', models.PositiveBigIntegerField()),
                    ('weeks', models.PositiveSmallIntegerField()),
                    ('hidden_weeks', models.PositiveSmallIntegerField()),
                    ('definition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='years', to='cms.definition')),
                    ('school', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.organisation')),
                    ('left_out_weeks', models.PositiveSmallIntegerField(db_default=0, default=0)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(condition=models.Q(('school__isnull', False)), fields=('school_year', 'definition', 'school', 'part'), name='year_figure_once'), models.UniqueConstraint(condition=models.Q(('school__isnull', True)), fields=('school_year', 'definition', 'part'), name='year_figure_of_the_region_once')],
                },
            )],
        ),
    ]
