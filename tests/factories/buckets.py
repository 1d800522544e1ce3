"""A server that speaks as much of S3 as reading takes, and buckets on it."""

import contextlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from courses.documents.gateways.s3 import Bucket

CONTENT = b"A file of somebody"
LISTED_AT_ONCE = 1_000
LAST_MODIFIED = "Thu, 01 Jan 2026 12:00:00 GMT"


class S3Request(BaseHTTPRequestHandler):
    """Knows one file, under any name, and gives it out as the server's `how` says; lists the server's
    `names`. Notes each method, or `list`, in the server's `asked`.
    """

    def do_HEAD(self):
        self.server.asked.append(self.command)
        self.send_response(404 if self.server.how == "missing" else 200)
        self.send_header("Content-Length", str(len(self.server.content)))
        self.send_header("Last-Modified", LAST_MODIFIED)
        self.end_headers()

    def do_DELETE(self):
        self.server.asked.append(f"DELETE {urlsplit(self.path).path}")
        self.send_response(204)
        self.end_headers()

    def do_GET(self):
        if self.server.how == "gone":
            self.close_connection = True
            return
        if urlsplit(self.path).path == "/people":
            self.list_names()
            return
        if self.server.how == "deleted meanwhile":
            self.answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
            return
        self.do_HEAD()
        content = self.server.content
        self.wfile.write(content[:3] if self.server.how == "cut" else content)

    def list_names(self):
        """The server's `names` behind the marker and below the prefix, as many as S3 lists at once
        (ListObjects).
        """
        self.server.asked.append("list")
        asked = parse_qs(urlsplit(self.path).query)
        marker, prefix, delimiter = (
            asked.get(name, [""])[0] for name in ("marker", "prefix", "delimiter")
        )
        below = {name for name in self.server.names if name.startswith(prefix)}
        if delimiter:
            deeper = {name for name in below if delimiter in name.removeprefix(prefix)}
            below -= deeper
        behind = [name for name in sorted(below) if name > marker]
        files = "".join(
            f"<Contents><Key>{name}</Key><Size>{len(self.server.content)}</Size></Contents>"
            for name in behind[:LISTED_AT_ONCE]
        )
        if delimiter:
            inside = {name.removeprefix(prefix).split(delimiter)[0] for name in deeper}
            files += "".join(
                f"<CommonPrefixes><Prefix>{prefix}{folder}{delimiter}</Prefix></CommonPrefixes>"
                for folder in inside
            )
        is_cut = str(len(behind) > LISTED_AT_ONCE).lower()
        answer = (
            f"<ListBucketResult><IsTruncated>{is_cut}</IsTruncated>{files}</ListBucketResult>"
        ).encode()
        self.answer(200, answer)

    def answer(self, status, content):
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def s3_server():
    with ThreadingHTTPServer(("127.0.0.1", 0), S3Request) as server:
        server.how, server.content, server.names, server.asked = "whole", CONTENT, [], []
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
