//! Edits of the generated templates, each of which a rule notices.

use serde_json::{Value, json};
use stack_judges::{Templates, graph, templates};
use stipule_graph::simulate::{Trial, releases, simulate};
use stipule_graph::{RULES, check};

/// What is done to a value.
enum Edit {
    Set(Value),
    Remove,
    /// The resource itself goes.
    Gone,
}
use Edit::{Gone, Remove, Set};

/// A place (stack, resource, pointer below the resource), what is done to it, and the rule that notices.
type Mutant = (&'static str, &'static str, &'static str, Edit, &'static str);

const BACK: &str = "/Properties/AutoRollbackConfiguration";
const REST: &str = "/Properties/Body/paths/~1orders/get";
const AUTHORIZE: &str = "/Properties/Definition/States/Authorize payment/TimeoutSeconds";
const ORDERS: &str = "compute-orders";

fn messaging() -> Vec<Mutant> {
    let stack = "messaging";
    let six = Value::Array(vec![json!({"Id": "a", "Arn": "x"}); 6]);
    vec![
        (stack, "OrdersOnCartCheckedOutQueue", "/Properties/RedrivePolicy", Remove, "STK003"),
        (stack, "OrdersOnCartCheckedOutQueue", "/Properties/RedrivePolicy/maxReceiveCount", Remove, "STK003"),
        (stack, "OrdersOnCartCheckedOutQueue", "/Properties/FifoQueue", Remove, "STK003"),
        (stack, "OrdersOnCartCheckedOutQueue", "/Properties/VisibilityTimeout", Set(59.into()), "STK008"),
        (stack, "OrdersOnCartCheckedOutQueue", "/Properties/SqsManagedSseEnabled", Remove, "STK023"),
        (stack, "OrdersOnCartCheckedOutQueue", "/Properties/QueueName", Set("orders.fifo".into()), "STK018"),
        (stack, "OrdersOnCartCheckedOutQueue", "/Properties/Tags", Remove, "STK018"),
        (stack, "OrdersDeadOrderedQueue", "/Properties/MessageRetentionPeriod", Set(60.into()), "STK003"),
        (stack, "OrdersDeadOrderedQueueAlarm", "", Gone, "STK004"),
        (stack, "OrdersDeadOrderedQueueAlarm", "/Properties/AlarmActions", Set(json!([])), "STK004"),
        (stack, "OrdersDeadOrderedQueueAlarm", "/Properties/Threshold", Set(100.into()), "STK004"),
        (stack, "OrdersDeadOrderedQueueAlarm", "/Properties/AlarmDescription", Set("".into()), "STK014"),
        (stack, "CheckoutStartRule", "/Properties/Targets/0/DeadLetterConfig", Remove, "STK003"),
        (stack, "CheckoutStartRule", "/Properties/Targets/0/RetryPolicy", Remove, "STK003"),
        (stack, "CheckoutStartRule", "/Properties/Targets", Set(six), "STK002"),
        (stack, "CheckoutStartRule", "/Properties/EventPattern/source", Set("orders".into()), "STK002"),
        (
            stack,
            "CheckoutStartRule",
            "/Properties/EventPattern/source/0",
            Set("x".repeat(2_100).into()),
            "STK002",
        ),
        (stack, "CheckoutStartQueuePolicy", "", Gone, "STK005"),
        (
            stack,
            "CheckoutStartQueuePolicy",
            "/Properties/PolicyDocument/Statement/0/Condition",
            Remove,
            "STK005",
        ),
        (
            stack,
            "CheckoutStartQueuePolicy",
            "/Properties/PolicyDocument/Statement/0/Principal/Service",
            Set("sns.amazonaws.com".into()),
            "STK005",
        ),
        (
            stack,
            "CheckoutStartQueuePolicy",
            "/Properties/Queues/0/Ref",
            Set("UndeliveredQueue".into()),
            "STK005",
        ),
        (stack, "UndeliveredQueuePolicy", "", Gone, "STK005"),
        (stack, "ReviewModeratedTopicPolicy", "", Gone, "STK005"),
        (stack, "ReviewModeratedTopic", "/Properties/KmsMasterKeyId", Remove, "STK023"),
        (stack, "SearchOnReviewModeratedSubscription", "/Properties/RedrivePolicy", Remove, "STK003"),
        (stack, "Archive", "/DeletionPolicy", Remove, "STK017"),
        (stack, "Bus", "/Properties/DeadLetterConfig", Remove, "STK003"),
        (stack, "Bus", "/Properties/Name", Set("bus".into()), "STK018"),
    ]
}

fn functions() -> Vec<Mutant> {
    let star = "/Properties/Policies/0/PolicyDocument/Statement/0";
    vec![
        (ORDERS, "OrdersOnCartCheckedOutMapping", "/Properties/FunctionResponseTypes", Remove, "STK009"),
        (ORDERS, "OrdersOnCartCheckedOutMapping", "/Properties/ScalingConfig", Remove, "STK009"),
        (ORDERS, "OrdersOnCartCheckedOutMapping", "/Properties/BatchSize", Set(11.into()), "STK009"),
        (ORDERS, "OrdersOnCartCheckedOutMapping", "", Gone, "STK012"),
        (ORDERS, "OrdersApiFunction", "/Properties/KmsKeyArn", Remove, "STK023"),
        (
            ORDERS,
            "OrdersOnCartCheckedOutMapping",
            "/Properties/FunctionName/Ref",
            Set("OrdersEventsFunction".into()),
            "STK007",
        ),
        (
            ORDERS,
            "OrdersApiFunction",
            "/Properties/Role",
            Set(json!({"Fn::GetAtt": ["CartsApiRole", "Arn"]})),
            "STK012",
        ),
        (ORDERS, "OrdersApiFunction", "/Properties/TracingConfig", Remove, "STK022"),
        (ORDERS, "OrdersApiFunction", "/Properties/LoggingConfig", Remove, "STK022"),
        (ORDERS, "OrdersApiFunction", "/Properties/Runtime", Set("python3.13".into()), "STK021"),
        (ORDERS, "OrdersApiFunction", "/Properties/Code/S3Key", Set("code.zip".into()), "STK021"),
        (ORDERS, "OrdersApiLogs", "/Properties/RetentionInDays", Remove, "STK022"),
        (ORDERS, "OrdersApiRole", "/Metadata/star", Remove, "STK010"),
        (
            ORDERS,
            "OrdersApiRole",
            "/Properties/Policies/0/PolicyDocument/Statement/0/Action/0",
            Set("logs:*".into()),
            "STK010",
        ),
        (
            ORDERS,
            "OrdersApiRole",
            "/Properties/Policies/0/PolicyDocument/Statement/0/Resource",
            Set("*".into()),
            "STK010",
        ),
        (
            ORDERS,
            "OrdersApiRole",
            "/Properties/Policies/0/PolicyDocument/Statement/0/Resource",
            Set("arn:aws:logs:us-east-1:123456789012:*".into()),
            "STK011",
        ),
        (ORDERS, "OrdersApiRole", star, Remove, "STK022"),
        (ORDERS, "OrdersApiVersion", "/Properties/Description", Set("first".into()), "STK021"),
        (ORDERS, "OrdersApiVersion", "/UpdateReplacePolicy", Remove, "STK017"),
        (ORDERS, "OrdersApiAlias", "/UpdatePolicy", Remove, "STK019"),
        (
            ORDERS,
            "OrdersApiAlias",
            "/Properties/FunctionVersion/Fn::GetAtt/0",
            Set("CartsApiVersion".into()),
            "STK021",
        ),
        (
            ORDERS,
            "OrdersApiAlias",
            "/UpdatePolicy/CodeDeployLambdaAliasUpdate/BeforeAllowTrafficHook",
            Remove,
            "STK019",
        ),
    ]
}

fn of_platform() -> Vec<Mutant> {
    vec![
        ("compute-platform", "PublisherMapping", "/Properties/DestinationConfig", Remove, "STK003"),
        (
            "compute-platform",
            "PublisherMapping",
            "/Properties/MaximumRetryAttempts",
            Set((-1).into()),
            "STK003",
        ),
        ("compute-platform", "SweeperRulePermission", "", Gone, "STK006"),
        ("compute-platform", "SweeperRulePermission", "/Properties/SourceArn", Remove, "STK006"),
        ("compute-platform", "SweeperAsync", "/Properties/DestinationConfig", Remove, "STK003"),
    ]
}

fn released() -> Vec<Mutant> {
    let executed = "/Properties/Metrics/0/MetricStat/Metric/Dimensions/0";
    vec![
        (ORDERS, "OrdersApiRelease", BACK, Remove, "STK019"),
        (
            ORDERS,
            "OrdersApiRelease",
            "/Properties/AutoRollbackConfiguration/Enabled",
            Set(false.into()),
            "STK019",
        ),
        (ORDERS, "OrdersApiRelease", "/Properties/AlarmConfiguration/Enabled", Set(false.into()), "STK019"),
        (ORDERS, "OrdersApiRelease", "/Properties/AlarmConfiguration/Alarms", Set(json!([])), "STK019"),
        (
            ORDERS,
            "OrdersApiRelease",
            "/Properties/AlarmConfiguration/IgnorePollAlarmFailure",
            Set(true.into()),
            "STK019",
        ),
        (ORDERS, "OrdersApiReleaseAlarm", executed, Remove, "STK020"),
        (ORDERS, "OrdersApiReleaseAlarm", "/Properties/EvaluationPeriods", Set(30.into()), "STK020"),
        (ORDERS, "OrdersApiReleaseAlarm", "/Properties/TreatMissingData", Set("ignore".into()), "STK020"),
        (ORDERS, "OrdersApiReleaseAlarm", "/Properties/Threshold", Set(60.into()), "STK020"),
        (
            ORDERS,
            "OrdersApiReleaseAlarm",
            "/Properties/Metrics/2/Expression",
            Set("100 * errors / calls".into()),
            "STK020",
        ),
        (
            ORDERS,
            "Canary",
            "/Properties/TrafficRoutingConfig/TimeBasedCanary/CanaryInterval",
            Set(2.into()),
            "STK020",
        ),
        (
            ORDERS,
            "Canary",
            "/Properties/TrafficRoutingConfig/TimeBasedCanary/CanaryPercentage",
            Set(90.into()),
            "STK019",
        ),
    ]
}

fn around() -> Vec<Mutant> {
    let validator = "/Properties/Body/paths/~1orders/get/x-amazon-apigateway-request-validator";
    let integration = "/Properties/Body/paths/~1orders/get/x-amazon-apigateway-integration";
    vec![
        ("api", "Rest", "/Properties/Body/paths/~1orders/get/security", Set(json!([])), "STK015"),
        ("api", "Rest", validator, Remove, "STK015"),
        ("api", "Rest", integration, Remove, "STK015"),
        ("api", "Rest", REST, Set(json!({})), "STK015"),
        ("api", "Rest", "/Properties/Body/components/schemas/Money", Remove, "STK015"),
        ("api", "Rest", "/Properties/Body/paths/~1orders~1{other}", Set(json!({})), "STK015"),
        ("api", "OrdersApiPermission", "", Gone, "STK006"),
        ("api", "AuthorizerPermission", "", Gone, "STK006"),
        ("api", "RestStage", "/Properties/MethodSettings/0/ThrottlingRateLimit", Remove, "STK016"),
        ("api", "RestStage", "/Properties/AccessLogSetting", Remove, "STK016"),
        ("api", "FirewallAssociation", "", Gone, "STK016"),
        ("api", "Firewall", "/Properties/Rules/0", Remove, "STK016"),
        ("data", "Table", "/DeletionPolicy", Set("Delete".into()), "STK017"),
        ("data", "Table", "/Properties/DeletionProtectionEnabled", Set(false.into()), "STK017"),
        ("data", "Table", "/Properties/PointInTimeRecoverySpecification", Remove, "STK017"),
        ("data", "Table", "/Properties/SSESpecification", Remove, "STK023"),
        ("foundation", "CodeBucketPolicy", "", Gone, "STK023"),
        ("foundation", "Key", "/Properties/EnableKeyRotation", Remove, "STK023"),
        ("foundation", "CodeBucket", "", Gone, "STK001"),
        ("observability", "OrdersIll", "/Properties/AlarmRule", Set("ALARM(\"nobody\")".into()), "STK014"),
        ("observability", "OrdersDashboard", "/Properties/DashboardBody", Set("{".into()), "STK013"),
        (
            "observability",
            "OrdersDashboard",
            "/Properties/DashboardBody",
            Set(json!({"widgets": [{"properties": {"metrics": [["AWS/SQS", "A", "QueueName", "gone"]]}}]})
                .to_string()
                .into()),
            "STK013",
        ),
        ("sagas", "CheckoutMachine", "/Properties/DefinitionSubstitutions/ParkedQueue", Remove, "STK024"),
        (
            "sagas",
            "CheckoutMachine",
            "/Properties/LoggingConfiguration/IncludeExecutionData",
            Set(true.into()),
            "STK024",
        ),
        ("sagas", "CheckoutRole", "/Properties/Policies/0/PolicyDocument/Statement/0", Remove, "STK024"),
        ("sagas", "CheckoutMachine", AUTHORIZE, Set(41.into()), "STK025"),
        ("sagas", "CheckoutMachine", AUTHORIZE, Remove, "STK025"),
        (ORDERS, "PaymentsStepsFunction", "/Properties/Timeout", Set(10.into()), "STK025"),
        (ORDERS, "PaymentsStepsFunction", "/Properties/Timeout", Set(900.into()), "STK025"),
        (ORDERS, "PaymentsStepsFunction", "/Properties/Timeout", Remove, "STK025"),
    ]
}

fn mutants() -> Vec<Mutant> {
    [messaging(), functions(), of_platform(), released(), around()].into_iter().flatten().collect()
}

fn edited(templates: &Templates, (stack, resource, pointer, edit, _): &Mutant) -> Templates {
    let mut templates = templates.clone();
    let resources = &mut templates.get_mut(*stack).unwrap_or_else(|| panic!("no stack {stack}"))["Resources"];
    if matches!(edit, Gone) {
        let resources = resources.as_object_mut().unwrap_or_else(|| panic!("no resources in {stack}"));
        assert!(resources.remove(*resource).is_some(), "no {resource} in {stack}");
        return templates;
    }
    let (above, key) = pointer.rsplit_once('/').unwrap_or_else(|| panic!("no pointer for {resource}"));
    let place = format!("/{resource}{above}");
    let parent = resources.pointer_mut(&place).unwrap_or_else(|| panic!("no {place} in {stack}"));
    let key = key.replace("~1", "/");
    match (parent, edit) {
        (Value::Object(members), Set(value)) => drop(members.insert(key, value.clone())),
        (Value::Object(members), _) => assert!(members.remove(&key).is_some(), "no {key} at {place}"),
        (Value::Array(items), edit) => {
            let at: usize = key.parse().unwrap_or_else(|_| panic!("{key} is no place in a list"));
            match edit {
                Set(value) => items[at] = value.clone(),
                _ => drop(items.remove(at)),
            }
        }
        (other, _) => panic!("{place} is {other}"),
    }
    templates
}

#[test]
fn every_edit_of_the_templates_is_noticed_by_its_rule() {
    let templates = templates();
    let clean = check(&graph(&templates));
    assert!(clean.is_empty(), "before any edit: {clean:#?}");
    let mutants = mutants();
    assert!(mutants.len() >= 60);
    for mutant in &mutants {
        let (stack, resource, pointer, _, code) = mutant;
        let found = check(&graph(&edited(&templates, mutant)));
        assert!(
            found.iter().any(|finding| finding.code == *code),
            "{stack} {resource}{pointer}: {code} says nothing, others {found:#?}"
        );
    }
    let silent: Vec<&str> = RULES
        .iter()
        .map(|rule| rule.page.code)
        .filter(|code| !mutants.iter().any(|it| it.4 == *code))
        .collect();
    assert!(silent.is_empty(), "no edit is for {silent:?}");
    println!("{} edits, each noticed by one of {} rules", mutants.len(), RULES.len());
}

/// Share of releases of the orders that go back before the bake ends: of a version that fails 40 % of its calls, and of
/// a healthy one.
fn back(templates: &Templates) -> [f64; 2] {
    let releases = releases(&graph(templates));
    let release = releases
        .iter()
        .find(|release| release.alias == "OrdersApiAlias")
        .unwrap_or_else(|| panic!("no alias"));
    [0.4, 0.001].map(|new| simulate(release, Trial { calls: 240.0, old: 0.001, new }, 1_000).back)
}

#[test]
fn a_bad_release_goes_back_with_every_seed_and_weakened_templates_are_noticed() {
    let templates = templates();
    let [ill, healthy] = back(&templates);
    assert!(ill >= 1.0 && healthy < 0.01, "{ill} and {healthy} go back");
    let expression = "IF(calls >= 50, 100 * errors / calls, 0)";
    let executed = |at: &str| format!("/Properties/Metrics/{at}/MetricStat/Metric/Dimensions/0");
    let weakened: Vec<(Vec<Mutant>, &str)> = vec![
        (vec![(ORDERS, "OrdersApiRelease", BACK, Remove, "")], "nothing sends it back"),
        (
            vec![(
                ORDERS,
                "OrdersApiRelease",
                "/Properties/AlarmConfiguration/Enabled",
                Set(false.into()),
                "",
            )],
            "no alarm is looked at",
        ),
        (
            vec![(ORDERS, "OrdersApiReleaseAlarm", "/Properties/Threshold", Set(60.into()), "")],
            "60 % may fail",
        ),
        (
            vec![
                (ORDERS, "OrdersApiReleaseAlarm", "/Properties/EvaluationPeriods", Set(30.into()), ""),
                (ORDERS, "OrdersApiReleaseAlarm", "/Properties/DatapointsToAlarm", Set(30.into()), ""),
            ],
            "half an hour is looked at",
        ),
        (
            vec![(
                ORDERS,
                "OrdersApiReleaseAlarm",
                "/Properties/Metrics/2/Expression",
                Set(expression.into()),
                "",
            )],
            "fewer than 50 calls conclude nothing",
        ),
        (
            vec![(
                ORDERS,
                "Canary",
                "/Properties/TrafficRoutingConfig/TimeBasedCanary/CanaryInterval",
                Set(2.into()),
                "",
            )],
            "the bake is over before the alarm speaks",
        ),
    ];
    for (edits, what) in weakened {
        let templates = edits.iter().fold(templates.clone(), |templates, edit| edited(&templates, edit));
        let [ill, _] = back(&templates);
        assert!(ill < 1.0, "{what}, and {ill} of all seeds go back all the same");
    }
    // Among all calls of the alias: 4 % fail, of which 10 % would be noticed.
    let diluted = ["0", "1"].iter().fold(templates, |templates, at| {
        let pointer: &'static str = Box::leak(executed(at).into_boxed_str());
        edited(&templates, &(ORDERS, "OrdersApiReleaseAlarm", pointer, Remove, ""))
    });
    let [ill, _] = back(&diluted);
    assert!(ill < 0.5, "all calls of the alias are counted, and {ill} go back all the same");
}
