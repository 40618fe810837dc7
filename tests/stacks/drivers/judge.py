"""Asks cfn-lint, parliament, sam-translator, asl-validator, cfn-guard and checkov about generated templates; a line of JSON per judge.

Usage: judge.py FOLDER
"""

import copy
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import guard

FOLDER = pathlib.Path(sys.argv[1])
# Where tests/setup puts what isn't of Python's own list.
TOOLS = pathlib.Path(__file__).resolve().parents[3] / ".tools"
REGIONS = ["ca-central-1", "us-east-1"]
PSEUDO = {
    "AWS::Partition": "aws",
    "AWS::Region": "ca-central-1",
    "AWS::AccountId": "123456789012",
    "AWS::URLSuffix": "amazonaws.com",
}
TEMPLATES = {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}

# ARNs of resources by their type, with `NAME` for the name.
ARNS = {
    "AWS::DynamoDB::Table": "arn:aws:dynamodb:ca-central-1:123456789012:table/NAME",
    "AWS::Events::EventBus": "arn:aws:events:ca-central-1:123456789012:event-bus/NAME",
    "AWS::KMS::Key": "arn:aws:kms:ca-central-1:123456789012:key/00000000-0000-0000-0000-000000000000",
    "AWS::Lambda::Alias": "arn:aws:lambda:ca-central-1:123456789012:function:NAME:live",
    "AWS::Lambda::Function": "arn:aws:lambda:ca-central-1:123456789012:function:NAME",
    "AWS::Logs::LogGroup": "arn:aws:logs:ca-central-1:123456789012:log-group:NAME:*",
    "AWS::S3::Bucket": "arn:aws:s3:::NAME",
    "AWS::SNS::Topic": "arn:aws:sns:ca-central-1:123456789012:NAME",
    "AWS::SQS::Queue": "arn:aws:sqs:ca-central-1:123456789012:NAME",
    "AWS::StepFunctions::StateMachine": "arn:aws:states:ca-central-1:123456789012:stateMachine:NAME",
    "AWS::CodeBuild::Project": "arn:aws:codebuild:ca-central-1:123456789012:project/NAME",
    "AWS::IAM::Role": "arn:aws:iam::123456789012:role/NAME",
}


def lint():
    program = pathlib.Path(sys.executable).parent / "cfn-lint"
    files = [str(path) for path in sorted(FOLDER.glob("*.json"))]
    ran = subprocess.run(
        [program, "--format", "json", "--regions", *REGIONS, "--", *files], capture_output=True, text=True
    )
    matches = json.loads(ran.stdout or "[]")
    found = [f"{pathlib.Path(it['Filename']).stem} {it['Rule']['Id']}: {it['Message']}" for it in matches]
    if ran.returncode and not found:
        found.append(ran.stderr)
    return {"judge": "cfn-lint", "asked": len(files), "found": sorted(set(found))}


def exported(name):
    for template in TEMPLATES.values():
        for output in template.get("Outputs", {}).values():
            if output["Export"]["Name"] == name:
                return template, output["Value"]
    raise KeyError(json.dumps(name))


def concrete(template, value):
    """A value with everything filled in, as it is when the stack is made."""
    if isinstance(value, list):
        return [concrete(template, item) for item in value]
    if not isinstance(value, dict):
        return value
    if "Fn::ImportValue" in value:
        other, found = exported(value["Fn::ImportValue"])
        return concrete(other, found)
    if "Ref" in value:
        return named(template, value["Ref"], None)
    if "Fn::GetAtt" in value:
        return named(template, *value["Fn::GetAtt"])
    if "Fn::Sub" in value:
        text, own = value["Fn::Sub"], {}
        if isinstance(text, list):
            text, own = text
        for name, stands in own.items():
            text = text.replace("${%s}" % name, str(concrete(template, stands)))
        while "${" in text:
            start = text.index("${")
            end = text.index("}", start)
            name, _, part = text[start + 2 : end].partition(".")
            text = text[:start] + str(named(template, name, part or None)) + text[end + 1 :]
        return text
    if "Fn::Join" in value:
        return value["Fn::Join"][0].join(concrete(template, value["Fn::Join"][1]))
    return {key: concrete(template, item) for key, item in value.items()}


def named(template, name, attribute):
    if name in PSEUDO:
        return PSEUDO[name]
    if name == "Stage":
        return "staging"
    if name == "Connection":
        return "arn:aws:codestar-connections:ca-central-1:123456789012:connection/00000000-0000-0000-0000-000000000000"
    resource = template["Resources"].get(name)
    if resource is None:
        return name.lower()
    kind = resource["Type"]
    if attribute == "StreamArn":
        # Real ones end in an instant, whose colons parliament takes for more parts.
        return "arn:aws:dynamodb:ca-central-1:123456789012:table/%s/stream/2026-01-01" % name.lower()
    if (attribute == "Arn" or kind in ("AWS::SNS::Topic", "AWS::Lambda::Alias", "AWS::StepFunctions::StateMachine")) and kind in ARNS:
        return ARNS[kind].replace("NAME", name.lower())
    return name.lower()


def policies():
    from parliament import analyze_policy_string

    found, asked = [], 0
    for stack, template in TEMPLATES.items():
        for name, resource in template["Resources"].items():
            said = resource.get("Properties", {})
            documents = [policy["PolicyDocument"] for policy in said.get("Policies", [])]
            if resource["Type"] == "AWS::IAM::ManagedPolicy":
                documents.append(said["PolicyDocument"])
            for document in documents:
                asked += 1
                text = json.dumps(concrete(template, document))
                for finding in analyze_policy_string(text).findings:
                    found.append(f"{stack} {name}: {finding.issue} {finding.detail}")
    return {"judge": "parliament", "asked": asked, "found": sorted(set(found))}


def release():
    """What SAM makes of the same settings: the group of deployments and how the alias is moved."""
    from samtranslator.public.translator import ManagedPolicyLoader
    from samtranslator.translator.translator import Translator
    from samtranslator.parser.parser import Parser

    template = {
        "Transform": "AWS::Serverless-2016-10-31",
        "Resources": {
            "F": {
                "Type": "AWS::Serverless::Function",
                "Properties": {
                    "Runtime": "provided.al2023", "Handler": "a.b", "InlineCode": "x", "AutoPublishAlias": "live",
                    "DeploymentPreference": {
                        "Type": "OurCanary", "Alarms": [{"Ref": "A"}], "Role": {"Ref": "R"},
                        "Hooks": {"PreTraffic": {"Ref": "B"}, "PostTraffic": {"Ref": "C"}},
                    },
                },
            },
            "A": {"Type": "AWS::CloudWatch::Alarm"}, "R": {"Type": "AWS::IAM::Role"},
            "B": {"Type": "AWS::Lambda::Function"}, "C": {"Type": "AWS::Lambda::Function"},
        },
    }
    os.environ.setdefault("AWS_DEFAULT_REGION", "ca-central-1")
    made = Translator({}, Parser()).translate(copy.deepcopy(template), {}, {})["Resources"]
    theirs = next(it for it in made.values() if it["Type"] == "AWS::CodeDeploy::DeploymentGroup")["Properties"]
    moved = next(it for it in made.values() if it["Type"] == "AWS::Lambda::Alias")["UpdatePolicy"]
    found, asked = [], 0
    for stack, ours in TEMPLATES.items():
        for name, resource in ours["Resources"].items():
            said = resource.get("Properties", {})
            if resource["Type"] == "AWS::Lambda::Alias":
                asked += 1
                if set(resource["UpdatePolicy"]) != set(moved):
                    found.append(f"{stack} {name}: moved by {sorted(resource['UpdatePolicy'])}")
                keys = set(resource["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"])
                if keys != set(moved["CodeDeployLambdaAliasUpdate"]):
                    found.append(f"{stack} {name}: {sorted(keys)}, SAM says {sorted(moved['CodeDeployLambdaAliasUpdate'])}")
            if resource["Type"] == "AWS::CodeDeploy::DeploymentGroup":
                asked += 1
                if set(said) - {"Tags"} - set(theirs) or set(theirs) - set(said):
                    found.append(f"{stack} {name}: {sorted(said)}, SAM says {sorted(theirs)}")
                for key in ("AutoRollbackConfiguration", "DeploymentStyle"):
                    if sorted_lists(said.get(key)) != sorted_lists(theirs.get(key)):
                        found.append(f"{stack} {name}: {key} is {said.get(key)}, SAM says {theirs.get(key)}")
    return {"judge": "sam-translator", "asked": asked, "found": found}


def sorted_lists(value):
    if isinstance(value, list):
        return sorted(sorted_lists(item) for item in value)
    if isinstance(value, dict):
        return {key: sorted_lists(item) for key, item in value.items()}
    return value


def machines():
    """What asl-validator says of the state machines, everything filled in."""
    found, files = [], []
    with tempfile.TemporaryDirectory() as folder:
        for stack, template in TEMPLATES.items():
            for name, resource in template["Resources"].items():
                if resource["Type"] == "AWS::StepFunctions::StateMachine":
                    file = pathlib.Path(folder) / f"{stack}-{name}.json"
                    file.write_text(json.dumps(concrete(template, resource["Properties"]["Definition"])))
                    files.append(file)
        named = [argument for file in files for argument in ("--json-path", file)]
        ran = subprocess.run([TOOLS / "node/node_modules/.bin/asl-validator", *named], capture_output=True, text=True)
    said = (ran.stdout + ran.stderr).splitlines()
    if sum(line.startswith("✓") for line in said) != len(files) or ran.returncode:
        found = [line for line in said if not line.startswith("✓")] or [f"ends with {ran.returncode}"]
    return {"judge": "asl-validator", "asked": len(files), "found": found}


def begin_checkov():
    """It takes as long as all others together: it runs beside them."""
    arguments = ["--framework", "cloudformation", "--output", "json", "--compact", "--quiet", "--skip-download"]
    return subprocess.Popen(
        [TOOLS / "checkov/bin/checkov", "--directory", FOLDER, *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )


def checkov():
    out, complaints = CHECKOV.communicate()
    if CHECKOV.returncode not in (0, 1):
        return {"judge": "checkov", "asked": 1, "found": [complaints]}
    said = json.loads(out)
    found = [f"can't read {file}" for file in said["results"].get("parsing_errors", [])]
    for it in said["results"]["failed_checks"]:
        resource = it["resource"].rpartition(".")[2]
        found.append(f"{pathlib.Path(it['file_path']).stem} {resource} {it['check_id']}: {it['check_name']}")
    return {"judge": "checkov", "asked": said["summary"]["passed"] + said["summary"]["failed"], "found": sorted(found)}


CHECKOV = begin_checkov()
for judge in (lint, policies, release, machines, lambda: guard.guard(TEMPLATES), checkov):
    print(json.dumps(judge()), flush=True)
