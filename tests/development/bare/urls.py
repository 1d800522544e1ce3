"""One page of one student's week: six queries beside those of the session and the user."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.urls import path

from tests.development.bare.models import STUDENTS, Lesson, Notice, Student, Work


@login_required
def week(request):
    student = Student.objects.get(pk=request.user.pk % STUDENTS + 1)
    context = {
        "student": student,
        "lessons": list(Lesson.objects.filter(group=student.group, week=1).order_by("day", "pk")),
        "works": list(Work.objects.filter(student=student, week=1).order_by("pk")),
        "late": Work.objects.filter(student=student, week=0, is_done=False).count(),
        "notices": list(Notice.objects.filter(group=student.group)),
        "classmates": Student.objects.filter(group=student.group).count(),
        "links": range(60),
    }
    return render(request, "bare/week.html", context)


urlpatterns = [path("", week)]
