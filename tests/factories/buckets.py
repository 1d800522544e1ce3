"""A server that speaks as much of S3 as reading takes, and buckets on it."""

import contextlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from courses.documents.gateways.s3 import Bucket

CONTENT = b"A file of somebody"


class S3Request(BaseHTTPRequestHandler):
    """Knows one file, under any name, and gives it out as the server's `how` says; notes each method
    in the server's `asked`.
    """

    def do_HEAD(self):
        self.server.asked.append(self.command)
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


@contextlib.contextmanager
def s3_server():
    with ThreadingHTTPServer(("127.0.0.1", 0), S3Request) as server:
        server.how, server.content, server.asked = "whole", CONTENT, []
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def bucket_at[Kind: Bucket](port: int, kind: type[Kind]) -> Kind:
    return kind(
        bucket_name="people",
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name="us-east-1",
        access_key="a",
        secret_key="b",
    )
