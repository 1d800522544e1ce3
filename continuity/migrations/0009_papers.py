"""Papers of weeks and lessons become rows of `courses.Paper`.

Those that wait for the worker are drawn under its task.
"""

from django.db import migrations

DRAW_PAPER = "courses.documents.tasks.draw_paper"
DRAW_WEEK = ("continuity.tasks.draw_week", "continuity.week.tasks.draw_week")
DRAW_LESSON = ("continuity.tasks.draw_lesson", "continuity.plans.tasks.draw_lesson")
FIELDS = ("public_id", "fingerprint", "asked_at", "file", "failed")


def move(apps, schema_editor):
    paper = apps.get_model("courses", "Paper")
    tasks = apps.get_model("django_tasks_database", "DBTaskResult").objects

    def moved(row, task_paths, **named):
        made = paper.objects.create(**{name: getattr(row, name) for name in FIELDS}, **named)
        for task in tasks.filter(task_path__in=task_paths, status="READY"):
            if task.args_kwargs["args"] == [row.pk]:
                task.task_path, task.args_kwargs = DRAW_PAPER, {"args": [made.pk], "kwargs": {}}
                task.save(update_fields=["task_path", "args_kwargs"])
                return

    for row in apps.get_model("continuity", "WeekPaper").objects.all():
        about = f"{row.student_id} {row.monday}"
        moved(row, DRAW_WEEK, kind="continuity.week", about=about, owner_id=row.student_id, language=row.language)
    for row in apps.get_model("continuity", "LessonPaper").objects.select_related("lesson__author"):
        language = row.lesson.author.language
        moved(row, DRAW_LESSON, kind="continuity.lesson", about=str(row.lesson_id), language=language)
    # Of what ran before only the record is left; its number means another paper now.
    tasks.filter(task_path__in=DRAW_WEEK + DRAW_LESSON).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("continuity", "0008_sound_hand_ins"),
        ("courses", "0015_paper"),
        ("django_tasks_database", "0021_conditional_partial_index_ordering"),
    ]

    operations = [
        migrations.RunPython(move, migrations.RunPython.noop),
        migrations.DeleteModel(name="LessonPaper"),
        migrations.DeleteModel(name="WeekPaper"),
    ]
