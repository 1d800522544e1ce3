"""A week as plain as can be: students in classes, lessons, work to do, marks.

In the bench's own database only.
"""

from django.db import models

STUDENTS, CLASSES, WEEKS, LESSONS, WORKS = 1_200, 40, 3, 24, 16


class Student(models.Model):
    group = models.IntegerField(db_index=True)

    class Meta:
        app_label = "bare"


class Lesson(models.Model):
    group = models.IntegerField()
    week = models.IntegerField()
    day = models.IntegerField()
    title = models.CharField(max_length=120)
    text = models.TextField()
    minutes = models.IntegerField()

    class Meta:
        app_label = "bare"
        indexes = [models.Index(fields=["group", "week"], name="bare_lesson_week")]


class Work(models.Model):
    student = models.ForeignKey(Student, models.CASCADE)
    week = models.IntegerField()
    title = models.CharField(max_length=120)
    is_done = models.BooleanField()

    class Meta:
        app_label = "bare"
        indexes = [models.Index(fields=["student", "week"], name="bare_work_week")]


class Notice(models.Model):
    group = models.IntegerField(db_index=True)
    text = models.CharField(max_length=200)

    class Meta:
        app_label = "bare"


MODELS = [Student, Lesson, Work, Notice]


def fill() -> None:
    Student.objects.bulk_create(
        Student(pk=number + 1, group=number % CLASSES) for number in range(STUDENTS)
    )
    words = (
        "Lire le chapitre, relever trois arguments, en choisir un et le défendre en dix lignes. "
        * 2
    )
    Lesson.objects.bulk_create(
        Lesson(
            group=group,
            week=week,
            day=number % 5 + 1,
            title=f"Séance {number + 1}",
            text=words,
            minutes=20 + number,
        )
        for group in range(CLASSES)
        for week in range(WEEKS)
        for number in range(LESSONS)
    )
    Work.objects.bulk_create(
        (
            Work(
                student_id=student + 1,
                week=week,
                title=f"Travail {number + 1}",
                is_done=number % 3 == 0,
            )
            for student in range(STUDENTS)
            for week in range(WEEKS)
            for number in range(WORKS)
        ),
        batch_size=5_000,
    )
    Notice.objects.bulk_create(
        Notice(group=group, text="Le lycée rouvre lundi.") for group in range(CLASSES)
    )
