"""The worker serves its queues in order of priority: letters first, links last."""

import threading

import pytest
from django.conf import settings
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from cms.guidance.tasks import look_at_links
from cms.management.commands.worker import Command, PatientWorker
from courses.documents.tasks import draw_paper
from courses.jobs.values import PRIORITY_OF_QUEUE
from courses.live.tasks import settle
from courses.mail.tasks import deliver
from tests.factories.worker import run_worker

pytestmark = pytest.mark.django_db


def order_of_work() -> list[str]:
    rows = DBTaskResult.objects.filter(status="SUCCESSFUL").order_by("finished_at")
    return [row.task_path.rpartition(".")[2] for row in rows]


def test_a_letter_goes_before_papers_that_were_asked_for_earlier():
    for task in (look_at_links, draw_paper, settle, deliver):
        task.enqueue(404)

    run_worker()

    assert order_of_work() == ["deliver", "settle", "draw_paper", "look_at_links"]


def test_a_letter_that_is_due_later_goes_first_once_it_is_due():
    draw_paper.enqueue(404)
    deliver.using(run_after=timezone.now()).enqueue(404, 0)

    run_worker()

    assert order_of_work() == ["deliver", "draw_paper"]


@pytest.mark.django_db(transaction=True)
def test_a_worker_of_one_queue_leaves_the_others_alone():
    for task in (draw_paper, deliver):
        task.enqueue(404)

    PatientWorker(interval=0, stop=threading.Event(), queues=["mail"]).run()

    assert order_of_work() == ["deliver"]
    assert DBTaskResult.objects.get(status="READY").queue_name == "papers"


def test_the_command_takes_each_queue_that_the_settings_name():
    parser = Command().create_parser("manage.py", "worker")

    chosen = parser.parse_args(["--queue", "mail", "--queue", "papers"])

    assert chosen.queue == ["mail", "papers"]
    assert set(settings.TASKS["jobs"]["QUEUES"]) == set(PRIORITY_OF_QUEUE)
