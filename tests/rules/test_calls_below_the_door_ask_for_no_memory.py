"""`cms.wsgi.with_room`: wherever a page's calls lie in the stack, they stay in one chunk of it."""

import resource
from concurrent.futures import ThreadPoolExecutor

from cms.wsgi import with_room

LEVELS = 300  # more than twice what fits into a chunk of 16 KiB
CALLS = 200


def page_faults() -> int:
    return resource.getrusage(resource.RUSAGE_THREAD).ru_minflt


def shallow() -> None:
    pass


def faults_of_calls_below(levels: int) -> int:
    if levels:
        return faults_of_calls_below(levels - 1)
    before = page_faults()
    for _ in range(CALLS):
        shallow()
    return page_faults() - before


def at_every_depth(_environ, _start_response):
    """Only what a level takes that isn't taken for the first time."""
    faults_of_calls_below(LEVELS)
    return [faults_of_calls_below(levels) for levels in range(LEVELS)]


def test_no_depth_takes_memory_at_each_call():
    with ThreadPoolExecutor(1) as thread:
        faults = thread.submit(with_room(at_every_depth), {}, None).result()

    assert len(faults) == LEVELS
    assert max(faults) < CALLS / 2
