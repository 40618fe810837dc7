//! The stack with one managed policy per service: what the roles of its functions may do to the table, and no more.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};
use stipule_ir::Contract;
use stipule_ir::table::Table;
use stipule_table::access::{Action, Statement as Need, of_service, services, statements};

use super::template::{Output, Resource, Template, imported, scoped};

/// `AWS::IAM::ManagedPolicy`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Properties {
    description: String,
    managed_policy_name: Value,
    policy_document: Document,
}

/// A policy.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    version: &'static str,
    statement: Vec<Statement>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Statement {
    sid: String,
    effect: &'static str,
    action: Vec<&'static str>,
    resource: Value,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    condition: BTreeMap<&'static str, BTreeMap<&'static str, Vec<String>>>,
}

/// The template; none where no entity says which service it belongs to.
pub(super) fn stack(contract: &Contract, table: &Table, origin: &str) -> Option<Template> {
    let services = services(contract, table);
    if services.is_empty() {
        return None;
    }
    let platform = &contract.platform.name;
    let mut template = Template::new(&format!("What each service of {platform} may do to the table"), origin);
    let known = contract.platform.services.iter().map(|service| &service.name.value);
    for name in known.filter(|name| services.contains(&name.wire.as_str())) {
        let resource = format!("{}TableAccess", name.type_name());
        let properties = policy(contract, table, &name.wire);
        template.resources.insert(resource.clone(), Resource::new("AWS::IAM::ManagedPolicy", &properties));
        let export = format!("{}-table-access", name.kebab());
        let description = format!("ARN of the policy for the roles of {}", name.wire);
        let output = Output::exported(contract, &export, description, json!({ "Ref": resource }));
        template.outputs.insert(format!("{resource}Arn"), output);
    }
    Some(template)
}

fn policy(contract: &Contract, table: &Table, service: &str) -> Properties {
    let access = of_service(contract, table, service);
    let needs = statements(&access);
    let statement = needs.iter().map(|need| statement(contract, table, need)).collect();
    Properties {
        description: format!("The reads and writes of {service}, and what the platform adds to a write"),
        managed_policy_name: scoped(contract, &format!("{service}-table-access")),
        policy_document: Document { version: "2012-10-17", statement },
    }
}

/// One statement. Queries of an index name the index and nothing else.
fn statement(contract: &Contract, table: &Table, need: &Need) -> Statement {
    let arn = imported(contract, "table-arn");
    let (place, resource) = match need.index {
        None => (String::new(), arn),
        Some(index) => {
            let index = &table.indexes[index.0 as usize].name;
            let resource =
                json!({ "Fn::Sub": [format!("${{Table}}/index/{}", index.wire), { "Table": arn }] });
            (format!("In{}", index.type_name()), resource)
        }
    };
    let keys: Vec<String> = need.keys.iter().map(|keys| keys.as_str().to_owned()).collect();
    let mut condition = BTreeMap::new();
    if !keys.is_empty() {
        condition.insert("ForAllValues:StringLike", BTreeMap::from([("dynamodb:LeadingKeys", keys)]));
    }
    let mut part = "";
    if let Some(attributes) = &need.attributes {
        // Whoever may see some attributes only has to name them.
        let names = attributes.iter().cloned().collect();
        condition.insert("ForAllValues:StringEquals", BTreeMap::from([("dynamodb:Attributes", names)]));
        let named = BTreeMap::from([("dynamodb:Select", vec!["SPECIFIC_ATTRIBUTES".to_owned()])]);
        condition.insert("StringEqualsIfExists", named);
        part = "Part";
    }
    Statement {
        sid: format!("{}{place}{part}", need.actions.iter().map(|action| verb(*action)).collect::<String>()),
        effect: "Allow",
        action: need.actions.iter().map(|action| action.name()).collect(),
        resource,
        condition,
    }
}

/// The word of an action in a statement's name; statements of one place differ in their actions.
fn verb(action: Action) -> &'static str {
    match action {
        Action::GetItem => "Get",
        Action::BatchGetItem => "BatchGet",
        Action::Query => "Query",
        Action::Scan => "Scan",
        Action::BatchWriteItem => "BatchWrite",
        Action::PutItem => "Put",
        Action::UpdateItem => "Update",
        Action::DeleteItem => "Delete",
        Action::ConditionCheckItem => "Check",
    }
}
