"""Signs requests with botocore: a line of JSON each, in and out.

In: `method`, `url`, `headers`, `body` (hexadecimal), `id`, `secret`, `token`, `region`, `service`, `date` (`20260102T030405Z`).
Out: `authorization`, and `hash` for S3.
"""

import datetime
import json
import sys

import botocore.auth
import botocore.awsrequest
import botocore.credentials

now = None


def moment(*_, **__):
    return now


# What asks for the time in the releases of botocore that there are.
if hasattr(botocore.auth, "get_current_datetime"):
    botocore.auth.get_current_datetime = moment
else:
    class Clock(datetime.datetime):
        utcnow = staticmethod(moment)

    botocore.auth.datetime.datetime = Clock

for line in sys.stdin:
    it = json.loads(line)
    now = datetime.datetime.strptime(it["date"], "%Y%m%dT%H%M%SZ")
    keys = botocore.credentials.Credentials(it["id"], it["secret"], it["token"])
    signer = botocore.auth.S3SigV4Auth if it["service"] == "s3" else botocore.auth.SigV4Auth
    request = botocore.awsrequest.AWSRequest(it["method"], it["url"], dict(it["headers"]), bytes.fromhex(it["body"]))
    # Bodies are signed even over TLS.
    request.context["payload_signing_enabled"] = True
    request.context["client_config"] = None
    signer(keys, it["service"], it["region"]).add_auth(request)
    found = {"authorization": request.headers["Authorization"], "hash": request.headers.get("X-Amz-Content-SHA256")}
    print(json.dumps(found))
