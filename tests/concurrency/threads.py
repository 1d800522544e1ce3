"""Calls at the same instant, each on a thread and a connection of its own, and what came of them."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, connections, transaction

from courses.exceptions import Refusal


def all_at_once(calls):
    """Each call on a thread and a connection of its own, none before all are ready.

    Gives results or errors.
    """
    gate = threading.Barrier(len(calls))

    def run(call):
        try:
            connection.ensure_connection()
            gate.wait(timeout=30)
            return call()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def at_once(*functions) -> list:
    """What they returned, each in a thread with a connection of its own, begun at the same instant;
    any error is raised here.
    """
    results, raised, start = [], [], threading.Barrier(len(functions))

    def run(function):
        try:
            start.wait()
            results.append(function())
        except Exception as error:
            raised.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[function]) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert raised == []
    return results


def meanwhile(first, second):
    """What `second` returned or raised, which begins once `first` has written and waits for half a
    second, until that is committed.
    """
    has_written, answers = threading.Event(), []

    def write():
        with transaction.atomic():
            try:
                first()
            finally:
                has_written.set()
            time.sleep(0.5)

    def wait():
        has_written.wait(20)
        try:
            answers.append(second())
        except Exception as error:
            answers.append(error)

    at_once(write, wait)
    return answers[0]


def refusals(answers):
    return [answer for answer in answers if isinstance(answer, Refusal)]


def errors(answers):
    return [
        answer
        for answer in answers
        if isinstance(answer, Exception) and not isinstance(answer, Refusal)
    ]
