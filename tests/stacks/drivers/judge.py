"""Asks cfn-lint, parliament and sam-translator about generated templates; one line of JSON per judge.

Usage: judge.py FOLDER
"""

import copy
import json
import os
import pathlib
import subprocess
import sys

FOLDER = pathlib.Path(sys.argv[1])
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


for judge in (lint, policies, release):
    print(json.dumps(judge()), flush=True)
