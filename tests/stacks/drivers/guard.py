"""What AWS CloudFormation Guard says of templates, by the rules of `rules.guard`; and which of those rules can't see."""

import copy
import json
import pathlib

from cfn_guard_rs.cfn_guard_rs import run_checks_rs

RULES = (pathlib.Path(__file__).parent / "rules.guard").read_text()

# A rule, the type of a resource, the way to something in it, and what it becomes there; `None` where it goes.
BENT = [
    ("a_table_outlives_its_stack", "AWS::DynamoDB::Table", ["DeletionPolicy"], "Delete"),
    ("a_table_outlives_its_stack", "AWS::DynamoDB::Table", ["Properties", "DeletionProtectionEnabled"], None),
    ("a_function_is_a_small_binary_that_is_traced", "AWS::Lambda::Function", ["Properties", "TracingConfig"], None),
    ("a_function_is_a_small_binary_that_is_traced", "AWS::Lambda::Function", ["Properties", "Timeout"], 901),
    ("an_alias_moves_by_canary", "AWS::Lambda::Alias", ["UpdatePolicy"], None),
    (
        "a_release_goes_back_by_itself", "AWS::CodeDeploy::DeploymentGroup",
        ["Properties", "AutoRollbackConfiguration", "Events"], ["DEPLOYMENT_FAILURE"],
    ),
    (
        "a_batch_fails_in_part_and_calls_an_alias", "AWS::Lambda::EventSourceMapping",
        ["Properties", "FunctionResponseTypes"], None,
    ),
    ("a_queue_is_sealed", "AWS::SQS::Queue", ["Properties", "SqsManagedSseEnabled"], False),
    (
        "a_bucket_is_closed_and_kept", "AWS::S3::Bucket",
        ["Properties", "PublicAccessBlockConfiguration", "BlockPublicPolicy"], False,
    ),
    ("logs_end", "AWS::Logs::LogGroup", ["Properties", "RetentionInDays"], None),
    (
        "a_role_is_for_a_service", "AWS::IAM::Role",
        ["Properties", "AssumeRolePolicyDocument", "Statement", 0, "Principal"], {"AWS": "*"},
    ),
    (
        "a_role_names_its_actions", "AWS::IAM::Role",
        ["Properties", "Policies", 0, "PolicyDocument", "Statement", 0, "Action"], ["s3:GetObject", "s3:*"],
    ),
    ("a_permission_names_its_source", "AWS::Lambda::Permission", ["Properties", "SourceArn"], None),
    (
        "a_saga_is_logged_and_traced", "AWS::StepFunctions::StateMachine",
        ["Properties", "LoggingConfiguration", "Level"], "OFF",
    ),
    ("a_stage_notes_who_calls", "AWS::ApiGatewayV2::Stage", ["Properties", "AccessLogSettings"], None),
    ("a_topic_is_sealed", "AWS::SNS::Topic", ["Properties", "KmsMasterKeyId"], None),
    ("a_key_turns_and_is_kept", "AWS::KMS::Key", ["Properties", "EnableKeyRotation"], False),
    (
        "a_build_is_no_host_of_others", "AWS::CodeBuild::Project",
        ["Properties", "Environment", "PrivilegedMode"], True,
    ),
]


def broken(template):
    """Names of the rules that a template breaks. The short form of what it says loses its beginning now and then."""
    said = json.loads(run_checks_rs(json.dumps(template), RULES, True))
    rules = [it["container"]["RuleCheck"] for it in said["children"]]
    assert len(rules) == RULES.count("\nrule "), "not every rule was asked"
    return {it["name"] for it in rules if it["status"] == "FAIL"}


def bent(template, kind, way, value):
    """The first resource of a type that has the way, alone, with one thing changed; nothing where there is none."""
    for name, resource in template["Resources"].items():
        if resource["Type"] != kind:
            continue
        resource = copy.deepcopy(resource)
        place = resource
        try:
            for step in way[:-1]:
                place = place[step]
        except (KeyError, IndexError):
            continue
        if value is not None:
            place[way[-1]] = value
        elif way[-1] in place:
            del place[way[-1]]
        else:
            continue
        return {"Resources": {name: resource}}
    return None


def guard(templates):
    found = [f"{stack} {rule}" for stack, template in templates.items() for rule in sorted(broken(template))]
    for rule, kind, way, value in BENT:
        each = (bent(template, kind, way, value) for template in templates.values())
        template = next((it for it in each if it is not None), None)
        if template is None or rule not in broken(template):
            found.append(f"{rule} doesn't see {kind} with {way} as {json.dumps(value)}")
    known = {line.split()[1] for line in RULES.splitlines() if line.startswith("rule ")}
    found += [f"nothing shows that {rule} sees anything" for rule in sorted(known - {it[0] for it in BENT})]
    return {"judge": "cfn-guard", "asked": len(templates), "found": found}
