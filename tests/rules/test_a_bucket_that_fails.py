"""Files in a bucket whose server fails: errors of a disk, raised when a file is opened."""

import re
import tracemalloc

import pytest
from django.db import transaction

from courses.documents.gateways.s3 import PagesBucket, PrivateBucket
from tests.factories.buckets import CONTENT, LISTED_AT_ONCE, bucket_at, s3_server


@pytest.fixture
def server():
    with s3_server() as server:
        yield server


@pytest.fixture
def bucket(server):
    return bucket_at(server.server_port, PrivateBucket)


def test_a_file_is_read_from_a_bucket(bucket):
    with bucket.open("handin-parts/one.jpg") as file:
        assert (file.read(), file.size) == (CONTENT, len(CONTENT))


def test_a_large_file_is_read_from_a_disk_not_from_memory(server, bucket):
    server.content = b"0123456789" * 4_000_000

    tracemalloc.start()
    with bucket.open("handin-parts/one.jpg") as file:
        at_once = file.read(10)
        _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert at_once == b"0123456789"
    assert most < len(server.content) / 2


@pytest.mark.parametrize("how", ["gone", "cut"])
def test_a_file_that_does_not_come_whole_is_an_error_before_an_answer_begins(server, bucket, how):
    server.how = how

    with pytest.raises(OSError, match=r"closed|Retries"):
        bucket.open("handin-parts/one.jpg")


def test_a_list_of_more_than_a_thousand_files_is_read_to_its_end(server, bucket):
    server.names = [f"handin-parts/{number:04}.jpg" for number in range(LISTED_AT_ONCE + 1)]

    assert list(bucket.entries()) == [(name, len(CONTENT)) for name in server.names]
    assert server.asked == ["list"] * 2


def test_a_list_of_a_bucket_that_is_away_is_an_error_of_a_disk():
    with pytest.raises(OSError, match="Could not connect"):
        list(bucket_at(1, PrivateBucket).entries())


@pytest.mark.parametrize("how", ["missing", "deleted meanwhile"])
def test_a_file_that_a_bucket_does_not_have_is_missing(server, bucket, how):
    """A GET is answered with S3's code, a HEAD with the status alone."""
    server.how = how

    with pytest.raises(FileNotFoundError):
        bucket.open("handin-parts/one.jpg")


def test_names_in_a_bucket_of_pages_are_given_once():
    bucket = bucket_at(1, PagesBucket)

    names = {bucket.generate_filename("documents/le plan.pdf") for _ in range(2)}

    assert len(names) == 2
    assert all(re.fullmatch(r"documents/\w{8}/le_plan\.pdf", name) for name in names)


def test_the_address_of_a_file_in_a_bucket_of_pages_is_quoted():
    address = bucket_at(1, PagesBucket).url("documents/a1B2c3D4/le plan à jour.pdf")

    assert address == "/media/documents/a1B2c3D4/le%20plan%20%C3%A0%20jour.pdf"


@pytest.mark.django_db
@pytest.mark.parametrize("fails", [True, False])
def test_a_file_deleted_in_a_transaction_goes_from_a_bucket_of_pages_with_its_commit(
    server, fails, django_capture_on_commit_callbacks
):
    bucket = bucket_at(server.server_port, PagesBucket)

    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        bucket.delete("documents/a1B2c3D4/plan.pdf")
        transaction.set_rollback(fails)
        before = list(server.asked)

    deleted = ["DELETE /people/documents/a1B2c3D4/plan.pdf"]
    assert (before, server.asked) == ([], [] if fails else deleted)
