"""The worker, inside a test."""

from django_tasks_db.management.commands.db_worker import Worker


def run_worker(name: str = "worker", most: int | None = None) -> None:
    """Do everything that is due, then stop: what `db_worker --backend=jobs --queue-name=* --batch` does, without its signals.

    So it may run in a thread, and leaves the test run's own Ctrl-C alone. `most`: stop after that many tasks.
    """
    Worker(
        queue_names=["*"],
        excluded_queue_names=[],
        interval=0,
        batch=True,
        backend_name="jobs",
        startup_delay=False,
        max_tasks=most,
        worker_id=name,
    ).run()
