"""Runs state machines in MiniStack's interpreter: a case a line in, a run a line out.

Only the functions and the queue that a machine calls are played here, as the case's script says; everything else is
MiniStack's own.
"""

import json
import logging
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

logging.disable(logging.CRITICAL)

from ministack.services import stepfunctions as sfn

# Started one after the other, finished side by side.
AT_ONCE = 48
ROLE = "arn:aws:iam::000000000000:role/judged"
LOCK = threading.Lock()
CASES = {}


def given(key):
    return {"name": f"of {key}", "flag": len(key) % 2 == 0, "count": len(key) % 7}


def case_of(key):
    return CASES[key.removeprefix("park ").split("/")[1]]


def answer(event):
    key, case = event["key"], case_of(event["key"])
    with LOCK:
        case["calls"].append([key, event["input"]])
        tried = case["tries"].get(key, 0)
        case["tries"][key] = tried + 1
    script = case["fail"].get(event["step"], [])
    if tried < len(script):
        return script[tried], None
    return None, given(key)


def call_lambda(_function, event):
    error, output = answer(event)
    token = event.get("token")
    if token is None:
        if error:
            raise sfn._ExecutionError(error, "as the script says")
        return output
    if error:
        sfn._send_task_failure({"taskToken": token, "error": error, "cause": "as the script says"})
    else:
        sfn._send_task_success({"taskToken": token, "output": json.dumps(output)})
    return {}


def send_message(_resource, asked):
    message = asked["MessageBody"]
    case = case_of(message["key"])
    with LOCK:
        case["calls"].append([f"park {message['key']}", message["failure"]["Error"]])
    if "token" in message:
        sfn._send_task_success({"taskToken": message["token"], "output": "{}"})
    return {}


def run(line):
    case = json.loads(line)
    name = f"run-{case['id']}"
    case.update(calls=[], tries={})
    CASES[name] = case
    machine = f"judged-{case['id']}"
    made = sfn._create_state_machine(
        {"name": machine, "definition": json.dumps(case["definition"]), "roleArn": ROLE})
    arn = json.loads(made[2])["stateMachineArn"]
    started = json.loads(sfn._start_execution({"stateMachineArn": arn, "name": name, "input": json.dumps(case["data"])})[2])
    execution = sfn._executions[started["executionArn"]]
    until = time.monotonic() + 60
    while execution["status"] == "RUNNING":
        if time.monotonic() > until:
            return {"status": "STUCK", "output": None, "error": "", "calls": case["calls"]}
        time.sleep(0.01)
    output = json.loads(execution["output"]) if execution["status"] == "SUCCEEDED" else None
    return {
        "status": execution["status"],
        "output": output,
        "error": execution.get("error") or "" if output is None else "",
        "calls": case["calls"],
    }


def main():
    sfn._call_lambda = call_lambda
    for prefix in list(sfn._SERVICE_DISPATCH):
        if "sqs:sendMessage" in prefix:
            sfn._SERVICE_DISPATCH[prefix] = send_message
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        for result in pool.map(run, sys.stdin):
            print(json.dumps(result))
    sys.stdout.flush()
    # Its own threads are of no use any more.
    os._exit(0)


main()
