"""Files in a bucket whose server fails: errors of a disk, raised when a file is opened."""

import threading
import tracemalloc
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from courses.documents.gateways.s3 import PrivateBucket

CONTENT = b"A file of somebody"


class S3Request(BaseHTTPRequestHandler):
    """Knows one file, and gives it out as the server's `how` says."""

    def do_HEAD(self):
        self.send_response(404 if self.server.how == "missing" else 200)
        self.send_header("Content-Length", str(len(self.server.content)))
        self.end_headers()

    def do_GET(self):
        if self.server.how == "gone":
            self.close_connection = True
            return
        self.do_HEAD()
        content = self.server.content
        self.wfile.write(content[:3] if self.server.how == "cut" else content)

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), S3Request) as server:
        server.content = CONTENT
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def bucket(server):
    return PrivateBucket(
        bucket_name="people",
        endpoint_url=f"http://127.0.0.1:{server.server_port}",
        region_name="us-east-1",
        access_key="a",
        secret_key="b",
    )


def test_a_file_is_read_from_a_bucket(server, bucket):
    server.how = "whole"

    with bucket.open("handin-parts/one.jpg") as file:
        assert (file.read(), file.size) == (CONTENT, len(CONTENT))


def test_a_large_file_is_read_from_a_disk_not_from_memory(server, bucket):
    server.how, server.content = "whole", b"0123456789" * 4_000_000

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


def test_a_file_that_a_bucket_does_not_have_is_missing(server, bucket):
    server.how = "missing"

    with pytest.raises(FileNotFoundError):
        bucket.open("handin-parts/one.jpg")
