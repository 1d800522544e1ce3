"""An independent LTI 1.3 tool (pylti1p3next on Flask), which shows all that it receives.

    ISSUER=https://passerelle.example CLIENTS="id id" python tool.py PORT KEYFILE

It runs beside the tests in a process of its own, and logs each launch as a line of JSON on its
standard output.
"""

import json
import os
import sys
from pathlib import Path

from flask import Flask, jsonify, request
from pylti1p3.contrib.flask import FlaskMessageLaunch, FlaskOIDCLogin, FlaskRequest
from pylti1p3.exception import LtiException, OIDCException
from pylti1p3.tool_config import ToolConfDict

PORT, KEY = int(sys.argv[1]), Path(sys.argv[2]).read_text()
ISSUER = os.environ["ISSUER"]

app = Flask(__name__)
app.secret_key = "tests-only-not-a-secret-0123456789"
tool = ToolConfDict(
    {
        ISSUER: [
            {
                "default": number == 0,
                "client_id": client,
                "auth_login_url": f"{ISSUER}/lti/authorize/",
                "auth_token_url": f"{ISSUER}/lti/token/",
                "auth_audience": None,
                "key_set_url": f"{ISSUER}/lti/jwks.json",
                "key_set": None,
                "deployment_ids": ["1"],
            }
            for number, client in enumerate(os.environ["CLIENTS"].split())
        ]
    }
)
for client in os.environ["CLIENTS"].split():
    tool.set_private_key(ISSUER, KEY, client_id=client)


@app.get("/login/")
def login():
    target = FlaskRequest().get_param("target_link_uri")
    return FlaskOIDCLogin(FlaskRequest(), tool).redirect(target)


@app.post("/launch/")
def launch():
    try:
        received = FlaskMessageLaunch(FlaskRequest(), tool).get_launch_data()
    except (LtiException, OIDCException) as refusal:
        return jsonify(refused=str(refusal), error=request.form.get("error")), 403
    sys.stdout.write(f"{json.dumps(received)}\n")
    sys.stdout.flush()
    return f"<!doctype html><html lang=en><title>tool</title><pre>{json.dumps(received)}</pre>"


@app.post("/away/")
def away():
    """Goes on to another site, as some tools do: what `form-action` stops."""
    return "", 302, {"Location": f"http://localhost:{PORT}/landed/"}


@app.get("/landed/")
def landed():
    return "<!doctype html><html lang=en><title>landed</title>"


app.run("127.0.0.1", PORT, threaded=True)
