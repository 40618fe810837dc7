"""Deploys the generated templates to MiniStack with the real binary, by `stipule deploy`, and lets an order go through what came up.

Usage: deploy.py MINISTACK BINARY STACKS PORT STIPULE

One line of JSON per thing that happened, read by the test: what stood in no stack there (`filtered`), each stack, each step.
"""

import base64
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import uuid

import boto3
import requests
import letters
import releases
import story
from botocore.config import Config
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

MINISTACK, BINARY, STACKS, PORT = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]), int(sys.argv[4])
ENDPOINT = f"http://127.0.0.1:{PORT}"
STIPULE, ROOT = sys.argv[5], STACKS.parent.parent
PLATFORM, STAGE = "commerce", "test"

# Where its gateway has an API of sockets.
PATH_OF_SOCKETS = "/_aws/execute-api/{api}/live"

# What its CloudFormation doesn't make. Everything else has to come up.
REFUSED = {
    "AWS::ApiGatewayV2::Deployment": "no provisioner",
    "AWS::CloudWatch::CompositeAlarm": "no provisioner",
    "AWS::CodeDeploy::Application": "no provisioner",
    "AWS::CodeDeploy::DeploymentConfig": "no provisioner",
    "AWS::CodeDeploy::DeploymentGroup": "no provisioner",
    "AWS::CodePipeline::Pipeline": "no provisioner",
    "AWS::Events::Archive": "no provisioner",
    "AWS::WAFv2::WebACLAssociation": "no provisioner",
    "AWS::XRay::SamplingRule": "no provisioner",
}


def client(service):
    return boto3.client(
        service,
        endpoint_url=ENDPOINT,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(read_timeout=600, retries={"max_attempts": 0}),
    )


def start():
    environment = dict(
        os.environ,
        BIND_HOST="127.0.0.1",
        MINISTACK_HOST="127.0.0.1",
        GATEWAY_PORT=str(PORT),
        AWS_ENDPOINT_URL=ENDPOINT,
        STIPULE_LOG=os.environ.get("STIPULE_LOG", "warn"),
    )
    log = open(os.environ.get("MINISTACK_LOG", os.devnull), "wb")
    process = subprocess.Popen([MINISTACK], env=environment, stdout=log, stderr=log)
    for _ in range(600):
        try:
            if requests.get(f"{ENDPOINT}/_ministack/health", timeout=5).ok:
                return process
        except requests.RequestException:
            if process.poll() is not None:
                raise SystemExit("MiniStack ended at once")
            time.sleep(0.1)
    raise SystemExit("MiniStack doesn't come up")


# Where the tool is told that the account is, and who asks.
ENVIRONMENT = dict(
    os.environ, AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test", AWS_REGION="us-east-1", AWS_ENDPOINT_URL=ENDPOINT,
    NO_COLOR="1",
)

GONE = object()


def without(value, gone):
    """A value without what names a resource that isn't there; GONE where nothing is left of it."""
    if isinstance(value, list):
        return [it for it in (without(it, gone) for it in value) if it is not GONE]
    if not isinstance(value, dict):
        return value
    attribute = value.get("Fn::GetAtt")
    if value.get("Ref") in gone or (attribute and attribute[0] in gone):
        return GONE
    kept = {name: without(it, gone) for name, it in value.items()}
    return {name: it for name, it in kept.items() if it is not GONE}


def refused(resource):
    """Whether nothing there makes it: the type, or an alarm over an expression of several metrics."""
    return resource["Type"] in REFUSED or "Metrics" in resource.get("Properties", {})


def filtered(name, template):
    gone = {it for it, resource in template["Resources"].items() if refused(resource)}
    for it in sorted(gone):
        story.tell(filtered=it, stack=name, type=template["Resources"][it]["Type"])
    template["Resources"] = {
        it: without(resource, gone) for it, resource in template["Resources"].items() if it not in gone
    }
    for resource in template["Resources"].values():
        variables = resource.get("Properties", {}).get("Environment", {}).get("Variables", {})
        if "STIPULE_SOCKETS" in variables:
            # No name of a host leads to its gateway.
            variables["STIPULE_SOCKETS"]["Fn::Sub"][0] = ENDPOINT + PATH_OF_SOCKETS.format(api="${Sockets}")
        needs = resource.get("DependsOn")
        if isinstance(needs, list):
            resource["DependsOn"] = [it for it in needs if it not in gone]
        elif needs in gone:
            del resource["DependsOn"]
    template["Outputs"] = {
        it: output for it, output in template.get("Outputs", {}).items() if without(output["Value"], gone) is not GONE
    }
    return template


class Keys:
    """The keys of whoever lets people in."""

    def __init__(self):
        self.key = Ed25519PrivateKey.generate()

    @staticmethod
    def text(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    def public(self):
        x = self.text(self.key.public_key().public_bytes_raw())
        return json.dumps({"keys": [{"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": "k", "x": x}]})

    def token(self, store, scopes):
        now = int(time.time())
        claims = {
            "iss": "https://commerce.example/", "aud": "commerce", "sub": "grace", "iat": now, "exp": now + 3600,
            "token_use": "access", "scope": " ".join(scopes), "store_id": store,
        }
        head = {"alg": "EdDSA", "kid": "k", "typ": "JWT"}
        signed = ".".join(self.text(json.dumps(it).encode()) for it in (head, claims))
        return signed + "." + self.text(self.key.sign(signed.encode()))


def stipule(command, *arguments):
    """What `stipule deploy` says, as an operator runs it; its progress is told when it fails."""
    place = ["--stage", STAGE, "--endpoint", ENDPOINT, "--every", "0.2", "--format", "json", "--root", ROOT]
    ran = subprocess.run(
        [STIPULE, "deploy", command, *arguments, *place], env=ENVIRONMENT, capture_output=True, text=True
    )
    if ran.returncode not in (0, 1):
        raise SystemExit(f"deploy {command}: {ran.stderr[-3000:]}")
    return json.loads(ran.stdout), ran.stderr.splitlines()


def told(formation, name, template):
    """Tells of a stack what there is of it: not as the tool sees it, but as boto3 does."""
    stack = f"{PLATFORM}-{STAGE}-{name}"
    state = formation.describe_stacks(StackName=stack)["Stacks"][0]
    resources = []
    for page in formation.get_paginator("list_stack_resources").paginate(StackName=stack):
        resources += page["StackResourceSummaries"]
    # The foundation is applied twice, and is what it was.
    up = sorted(it["LogicalResourceId"] for it in resources if it["ResourceStatus"] == "CREATE_COMPLETE")
    story.tell(stack=name, status=state["StackStatus"], wanted=sorted(template["Resources"]), up=up, why=[])


def deploy(keys, folder):
    templates, stacks, first = {}, folder / "stacks", folder / "first"
    stacks.mkdir()
    first.mkdir()
    for path in sorted(STACKS.glob("*.json")):
        templates[path.stem] = filtered(path.stem, json.loads(path.read_text()))
        (stacks / path.name).write_text(json.dumps(templates[path.stem]))
    client("ssm").put_parameter(Name=f"/{PLATFORM}/{STAGE}/token-keys", Value=keys.public(), Type="String")
    (first / "foundation.json").write_text((stacks / "foundation.json").read_text())
    done, progress = stipule("apply", first)
    story.tell(deployed="foundation", ok=done["ok"], changed=done["changed"], release=done.get("release"))
    # Its own generator takes letters that the template excludes.
    client("secretsmanager").put_secret_value(
        SecretId=f"{PLATFORM}-{STAGE}-functions", SecretString=os.urandom(64).hex()
    )
    connection = f"arn:aws:codestar-connections:us-east-1:000000000000:connection/{uuid.uuid4()}"
    pipeline = releases.Pipeline(STIPULE, ROOT, ENVIRONMENT | {"STAGE": STAGE})
    wanted = ["--code", pipeline.packed(BINARY, folder), "--parameter", f"Connection={connection}"]
    done, more = stipule("apply", stacks, *wanted)
    story.tell(
        deployed="all", ok=done["ok"], changed=done["changed"], same=done["same"], release=done.get("release"),
        failed=done.get("failed"), stopped=done.get("stopped"), lines=len(progress + more),
    )
    if not done["ok"]:
        return False
    for name, template in templates.items():
        told(client("cloudformation"), name, template)
    status, _ = stipule("status", stacks)
    story.tell(standing=status["ok"], aliases=[it["version"] for it in status["aliases"]], stacks=status["stacks"])
    plan, _ = stipule("plan", stacks, *wanted)
    story.tell(planned=plan["ok"], empty=plan["empty"], stacks=plan["stacks"])
    left = [
        it["ChangeSetName"]
        for name in templates
        for it in client("cloudformation").list_change_sets(StackName=f"{PLATFORM}-{STAGE}-{name}")["Summaries"]
        if it["ExecutionStatus"] == "AVAILABLE" or it["ChangeSetName"].startswith("stipule-plan-")
    ]
    story.tell(left=left)
    return True


def there_and_back(folder, call):
    """A release by the pipeline's own commands, and the way back from it."""
    pipeline = releases.Pipeline(STIPULE, ROOT, ENVIRONMENT | {"STAGE": STAGE})
    account = releases.Account(client, f"{PLATFORM}-{STAGE}-")
    before = account.picture()
    role = client("cloudformation").describe_stack_resource(
        StackName=f"{PLATFORM}-{STAGE}-delivery", LogicalResourceId="StacksRole"
    )["StackResourceDetail"]["PhysicalResourceId"]
    said = pipeline.release(BINARY, folder, f"arn:aws:iam::000000000000:role/{role}")
    released = account.picture()
    story.tell(released=said, differs=releases.differs(before, released), answers=call())
    back, _ = stipule("rollback")
    story.tell(
        back=back["ok"], changed=back["changed"], release=back.get("release"), failed=back.get("failed"),
        stopped=back.get("stopped"), differs=releases.differs(before, account.picture()), answers=call(),
    )


def stories():
    """What state machines did, for whoever reads why something didn't happen."""
    machines = client("stepfunctions")
    for machine in machines.list_state_machines()["stateMachines"]:
        for run in machines.list_executions(stateMachineArn=machine["stateMachineArn"])["executions"]:
            events = machines.get_execution_history(executionArn=run["executionArn"], reverseOrder=True, maxResults=4)
            for event in reversed(events["events"]):
                details = {it: value for it, value in event.items() if it.endswith("Details")}
                story.tell(machine=machine["name"], run=run["status"], event=event["type"], details=str(details)[:1500])


def listen():
    """A queue that every event of the platform's bus comes to."""
    events, queues = client("events"), client("sqs")
    bus = next(it["Name"] for it in events.list_event_buses()["EventBuses"] if it["Name"] != "default")
    url = queues.create_queue(QueueName="witness")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = json.dumps({"source": [{"prefix": PLATFORM}]})
    events.put_rule(Name="witness", EventBusName=bus, EventPattern=pattern, State="ENABLED")
    events.put_targets(Rule="witness", EventBusName=bus, Targets=[{"Id": "witness", "Arn": arn}])
    return url


def heard(url):
    """Tells of every event, until none comes any more; what each says."""
    queues, quiet, events = client("sqs"), 0, []
    while quiet < 3:
        found = queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages", [])
        quiet = 0 if found else quiet + 1
        for message in found:
            events.append(json.loads(message["Body"])["detail"])
            story.tell(event=events[-1])
            queues.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return events


def settled(seconds=300):
    """Waits until no function has a message to handle, now or again: what couldn't be handled comes after a minute."""
    queues, pages = client("sqs"), client("lambda").get_paginator("list_event_source_mappings").paginate()
    sources = {it["EventSourceArn"] for page in pages for it in page["EventSourceMappings"]}
    names = [arn.rsplit(":", 1)[1] for arn in sorted(sources) if ":sqs:" in arn]
    assert names, "no queue leads to a function"
    urls = [queues.get_queue_url(QueueName=name)["QueueUrl"] for name in names]
    counts = [f"ApproximateNumberOfMessages{it}" for it in ("", "NotVisible", "Delayed")]
    end, quiet = time.monotonic() + seconds, 0
    while quiet < 2:
        waiting = {}
        for url in urls:
            told = queues.get_queue_attributes(QueueUrl=url, AttributeNames=counts)["Attributes"]
            if sum(map(int, told.values())):
                waiting[url.rsplit("/", 1)[1]] = told
        if time.monotonic() > end:
            raise SystemExit(f"after {seconds} s these still wait: {waiting}")
        quiet = 0 if waiting else quiet + 1
        time.sleep(0.5)


def rested(witness):
    """Every event until nothing happens any more."""
    told = heard(witness)
    while True:
        settled()
        more = heard(witness)
        if not more:
            return told
        told += more


def again(entries):
    """Puts events on the bus that were there before."""
    events = client("events")
    bus = next(it["Name"] for it in events.list_event_buses()["EventBuses"] if it["Name"] != "default")
    for at in range(0, len(entries), 10):
        put = [
            {"EventBusName": bus, "Source": it["source"], "DetailType": it["name"], "Detail": json.dumps(it)}
            for it in entries[at:at + 10]
        ]
        done = events.put_events(Entries=put)
        assert done["FailedEntryCount"] == 0, done


def live():
    """Where its gateway of sockets is."""
    api = next(it for it in client("apigatewayv2").get_apis()["Items"] if it["ProtocolType"] == "WEBSOCKET")
    return f"ws://127.0.0.1:{PORT}{PATH_OF_SOCKETS.format(api=api['ApiId'])}"


def address_of_api():
    gateway = client("apigateway")
    api = gateway.get_rest_apis()["items"][0]["id"]
    stage = gateway.get_stages(restApiId=api)["item"][0]["stageName"]
    return f"{ENDPOINT}/restapis/{api}/{stage}/_user_request_"


def main():
    keys = Keys()
    process = start()
    try:
        scopes = sys.stdin.read().split()
        with tempfile.TemporaryDirectory() as folder:
            if not deploy(keys, pathlib.Path(folder)):
                return 1
            resident = story.Shop(address_of_api(), keys.token("elm", scopes))
            ada = {"email": "ada@example.com", "name": "Ada Moreau", "marketing": False}
            customer = resident.call("POST", "/customers", ada)["customerId"]
            there_and_back(pathlib.Path(folder), lambda: resident.call("GET", f"/customers/{customer}")["name"])
        # What follows is told of what came back: whatever stands is as it was before the release between.
        address, witness = address_of_api(), listen()
        token, other = (keys.token(store, scopes) for store in ("maple", "oak"))
        try:
            story.tell_all(address, token, other, live())
        except SystemExit:
            stories()
            raise
        for round in (1, 2):
            told = rested(witness)
            story.look(address, token)
            if round == 1:
                again(told)
        queues = letters.Queues(client("sqs"), f"{PLATFORM}-{STAGE}-")
        letters.wait_in_vain(queues, story.Shop(address, token), told, settled)
        return 0
    finally:
        # Its functions end by themselves when nobody has events for them.
        process.kill()
        process.wait()


sys.exit(main())
