//! Every document belongs to a service of the platform.

use stipule_ir::{Contract, Diagnostic, Diagnostics, Page};

use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "API104",
        title: "A document belongs to no service",
        text: "Each document of `contracts/http` is the interface of the service whose name its file has. The services \
are listed in `contracts/platform.yaml`, with a word about each.

Bad: `contracts/http/lendings.yaml` where the platform has a service `lending`

Good: `contracts/http/lending.yaml`",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    let services = &contract.platform.services;
    for service in &contract.services {
        if services.iter().any(|known| known.name.value.wire == service.name.wire) {
            continue;
        }
        let names: Vec<String> = services.iter().map(|known| format!("`{}`", known.name.value)).collect();
        let message = format!("the platform has no service `{}`", service.name);
        let mut fault = Diagnostic::error("API104", &service.span, message)
            .help(format!("rename the file or add the service; there are {}", names.join(", ")));
        if let Some(first) = services.first() {
            fault = fault.related(&first.name.span, "the services are listed from here on");
        }
        diagnostics.push(fault);
    }
}
