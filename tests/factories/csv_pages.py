"""The pages on which an adviser chooses a table, sees and writes it."""

from django.core.files.uploadedfile import SimpleUploadedFile

PEOPLE, LICENCES = "/en/people/import/", "/en/licences/import/"


def choose(client, text, address=PEOPLE, encoding="utf-8", **more):
    content = text if isinstance(text, bytes) else text.encode(encoding)
    return client.post(address, {"file": SimpleUploadedFile("people.csv", content), **more})


def write(client, page, address=PEOPLE):
    return client.post(address, {"kept": page.context["kept"]}, follow=True)


def shown(page):
    return [
        (
            line.line_number,
            str(line.state),
            [(c.was, c.now) for c in line.changes],
            [p.reason for p in line.problems],
        )
        for line, _tone, _sign in page.context["lines"]
    ]


def said(page):
    return [str(message) for message in page.context["messages"]]
