"""`manage.py worker`: does the jobs that wait in the database, one at a time, until it is told to
stop.

django-tasks-db's own `db_worker` ends when the database is away for a moment, and its job then
stays as running. This one tries again, after 1 to 30 seconds, and gives the job back. With a name,
which one process has at a time, it does soon what a killed process of that name had begun.
"""

import datetime
import logging
import signal
import threading
from collections.abc import Sequence

from django.core.management.base import BaseCommand, CommandError
from django.db import Error, connections
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from cms.management.worker_names import WorkerName, WorkerNameTaken
from cms.today import services
from courses.jobs import services as jobs
from courses.jobs.values import PRIORITY_OF_QUEUE
from courses.writable import database_is_away

BEATS_EVERY = datetime.timedelta(seconds=30)
LONGEST_WAIT = 30  # seconds

log = logging.getLogger(__name__)


class PatientWorker(Worker):
    """Works off the queue, then waits for `interval` seconds.

    `stop` is set by SIGTERM and Ctrl-C: the job at hand is finished.
    """

    def __init__(
        self,
        *,
        interval: float,
        stop: threading.Event,
        worker_id: str = "",
        queues: Sequence[str] = ("*",),
    ):
        super().__init__(
            queue_names=list(queues),
            excluded_queue_names=[],
            interval=interval,
            batch=True,  # `run` returns when nothing is due
            backend_name="jobs",
            startup_delay=False,
            max_tasks=None,
            worker_id=worker_id or get_random_string(32),
        )
        self.stop = stop
        self.beaten_at: datetime.datetime | None = None

    def work(self) -> None:
        failures, has_begun = 0, False
        while not self.stop.is_set():
            try:
                if not has_begun:
                    jobs.put_back_of_killed(worker_id=self.worker_id, now=timezone.now())
                    has_begun = True
                elif failures:
                    jobs.give_back(worker_id=self.worker_id)
                self.run()
                self.beat()
                failures = 0
            except Error as error:
                if not database_is_away(error):
                    raise
                failures += 1
                log.warning(
                    "The database is away or takes no writes (%s): trying again",
                    type(error).__name__,
                )
                connections.close_all()
            self.stop.wait(
                self.interval if not failures else min(2 ** (failures - 1), LONGEST_WAIT)
            )

    def run_task(self, db_task_result) -> None:
        db_task_result.task_path = jobs.path_now(
            db_task_result.task_path
        )  # enqueued by the release before
        super().run_task(db_task_result)
        self.beat()

    def beat(self) -> None:
        now = timezone.now()
        if (
            self.beaten_at is None
            or not datetime.timedelta(0) <= now - self.beaten_at < BEATS_EVERY
        ):
            services.beat("worker", now)
            self.beaten_at = now

    def finish(self, *_signal) -> None:
        self.running = False
        self.stop.set()


class Command(BaseCommand):
    help = (
        "Do the jobs that wait: letters, PDFs, presence of video rooms, links. Ends on SIGTERM or"
        " Ctrl-C, after the job at hand."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--interval",
            type=float,
            default=1,
            help="seconds between two looks into an empty queue",
        )

        help_text = (
            "only this queue, with another worker for the others; may be given several times"
        )
        parser.add_argument(
            "--queue", action="append", choices=list(PRIORITY_OF_QUEUE), help=help_text
        )
        parser.add_argument(
            "--name",
            default="",
            help="of this worker alone, such as HOST-mail: what a killed process of that name had"
            " begun is done again after 20 seconds, and not after a quarter of an hour",
        )

    def handle(self, **options):
        worker = PatientWorker(
            interval=options["interval"],
            stop=threading.Event(),
            worker_id=options["name"],
            queues=options["queue"] or ["*"],
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, worker.finish)
        if not options["name"]:
            worker.work()
            return
        name = WorkerName(options["name"], stop=worker.stop, lost=worker.finish)
        try:
            if name.claim():
                worker.work()
        except WorkerNameTaken as error:
            raise CommandError(
                f"Another worker runs as {name.name}, and two of one name would take each other's"
                " jobs. Give this one another --name (with %H in the unit: this machine another"
                " host name)."
            ) from error
        finally:
            name.release()
