"""Measures cold starts: see `run`.

Usage: measure.py BOOTSTRAP FOLDER TIMES

The table is a server of this program that takes every write: TLS 1.2 or later, a key of its own. Ours does what its contract
says (a token's caller, validation, idempotency, a transaction with an event); the peers do one `PutItem`. Times are from the
start of the process to the answer at the Runtime API; memory is the most that was resident then.
"""

import datetime
import json
import os
import pathlib
import ssl
import statistics
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

BOOTSTRAP, FOLDER, TIMES = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve(), int(sys.argv[3])
HERE = pathlib.Path(__file__).resolve().parent
KNOWN = {"principalId": "ada", "tenant": "maple", "scopes": "customers:write", "expires": ""}
EVENT = json.dumps({
    "httpMethod": "POST", "path": "/customers", "headers": {"content-type": "application/json"},
    "multiValueHeaders": {"content-type": ["application/json"]}, "multiValueQueryStringParameters": None,
    "requestContext": {"requestId": "r", "authorizer": KNOWN}, "isBase64Encoded": False,
    "body": json.dumps({"email": "ada@example.com", "name": "Ada Moreau", "marketing": False}),
}).encode()


class Quiet(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Otherwise a head waits for its acknowledgement before the body follows: forty milliseconds that are nobody's.
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def answer(self, body, **headers):
        self.send_response(200)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Table(Quiet):
    """A table that has nothing and takes everything."""

    writes = 0

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        asked = self.headers["X-Amz-Target"].split(".")[1]
        if "Write" in asked or "Put" in asked:
            Table.writes += 1
        body = b'{"Items": [], "Count": 0, "ScannedCount": 0}' if asked in ("Query", "Scan") else b"{}"
        self.answer(body, Content_Type="application/x-amz-json-1.0")


def runtime():
    """Lambda's Runtime API for one process: one event, and then nothing. Another one's question is never taken for its own."""

    class Runtime(Quiet):
        given, done, answered = threading.Event(), threading.Event(), []

        def do_GET(self):
            if self.given.is_set():
                threading.Event().wait()
            self.given.set()
            self.answer(EVENT, Lambda_Runtime_Aws_Request_Id="1", Lambda_Runtime_Deadline_Ms="9999999999999")

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.answered.append((time.perf_counter(), self.path, body))
            self.answer(b"{}")
            self.done.set()

    return Runtime


def serve(handler, context=None):
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    # Functions are killed when they have answered.
    server.handle_error = lambda *_: None
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def certificate():
    """An authority of its own, and a key and a certificate for localhost that it signs."""
    now = datetime.datetime.now(datetime.timezone.utc)
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, it)]) for it in ("authority", "localhost")]

    def signed(at, *extensions):
        built = (
            x509.CertificateBuilder().subject_name(names[at]).issuer_name(names[0]).public_key(keys[at].public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1))
        )
        for extension in extensions:
            built = built.add_extension(extension, critical=False)
        return built.sign(keys[0], hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    authority, place, secret = (FOLDER / it for it in ("authority.pem", "localhost.pem", "localhost.key"))
    authority.write_bytes(signed(0, x509.BasicConstraints(ca=True, path_length=None)))
    place.write_bytes(signed(1, x509.SubjectAlternativeName([x509.DNSName("localhost")])))
    secret.write_bytes(keys[1].private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ))
    return authority, place, secret


def resident(process):
    for line in pathlib.Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 / 1e6
    return float("nan")


def start(command, environment):
    """One cold start: milliseconds, megabytes."""
    api, writes = runtime(), Table.writes
    server = serve(api)
    environment = environment | {"AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{server.server_port}"}
    began = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        if not api.done.wait(60):
            raise SystemExit(f"{command[0]} doesn't answer")
        when, path, body = api.answered[0]
        status = json.loads(body).get("statusCode") if path.endswith("/response") else None
        if status != 201 or Table.writes == writes:
            raise SystemExit(f"{command[0]} answered {path}: {body.decode()}")
        return (when - began) * 1000, resident(process.pid)
    finally:
        process.kill()
        process.wait()
        server.shutdown()
        server.server_close()


def main():
    authority, place, secret = certificate()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(place, secret)
    table = serve(Table, context).server_port
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(FOLDER), "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_ENDPOINT_URL_DYNAMODB": f"https://localhost:{table}",
        "AWS_CA_BUNDLE": str(authority), "NODE_EXTRA_CA_CERTS": str(authority), "SSL_CERT_FILE": str(authority),
        "NODE_PATH": str(FOLDER / "node_modules"),
        "_HANDLER": "customers.api", "STIPULE_TABLE": "shop", "STIPULE_SECRET": "0f" * 64,
        "STIPULE_MACHINES": "arn:aws:states:us-east-1:123456789012:stateMachine:shop-",
    }
    commands = {
        "ours": [str(BOOTSTRAP)],
        "Python with boto3": [sys.executable, str(HERE / "peer.py")],
        "Node.js with its SDK": ["node", str(HERE / "peer.js")],
    }
    for command in commands.values():
        start(command, environment)
    taken = {name: [] for name in commands}
    for _ in range(TIMES):
        for name, command in commands.items():
            taken[name].append(start(command, environment))
    own = None
    for name, starts in taken.items():
        times, sizes = sorted(it[0] for it in starts), sorted(it[1] for it in starts)
        median, size = statistics.median(times), statistics.median(sizes)
        own = own or (median, size)
        print(
            f"{name:<22} median {median:7.1f} ms, slowest {times[-1]:7.1f} ms, {size:6.1f} MB"
            f"   {median / own[0]:5.1f} times ours, memory {size / own[1]:4.1f} times"
        )


main()
