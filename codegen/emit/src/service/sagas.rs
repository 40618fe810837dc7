//! All sagas: their state machines, what starts them, and a function that does.

use proc_macro2::TokenStream;
use quote::quote;
use stipule_ir::{Contract, Workflow};

use crate::rust::{docs, ident, inner_doc, paragraphs};
use crate::types::{Form, Paths, Types};

/// The module, if there are sagas.
pub(super) fn module(types: &Types<'_>) -> Option<TokenStream> {
    let contract = types.contract;
    if contract.workflows.is_empty() {
        return None;
    }
    let paths = Paths::outside(types, Form::Closed);
    let about = inner_doc(&format!(
        "The sagas of {}: what starts each, and what may start it.",
        contract.platform.name.wire
    ));
    let sagas = contract.workflows.iter().map(|workflow| saga(contract, workflow));
    let starts = contract.workflows.iter().map(|workflow| {
        let function = ident(&format!("start_{}", workflow.name.plain_field()));
        let (input, name) = (paths.of(workflow.input), &workflow.name.wire);
        let about = docs(&workflow.docs, "");
        let more = paragraphs(&format!(
            "Starts `{name}`: once under a `name`, which is unique for the tenant.\n\n# Errors\nWhen a run of that name \
             has another input, or whatever runs sagas can't be reached."
        ));
        quote! {
            #about
            #[doc = ""]
            #more
            pub async fn #function(cx: &Context, name: &str, input: &#input) -> Result<Started, WorkflowError> {
                stipule_runtime::saga::start(cx, #name, name, input).await
            }
        }
    });
    let starts: Vec<_> = starts.collect();
    let model = ident(&types.model());
    let mut modules = paths.modules(Form::Closed);
    modules.sort();
    let modules = modules.iter().map(|module| ident(module));
    let started = contract.workflows.iter().any(|workflow| !workflow.starts.is_empty());
    let start = started.then(|| quote!(SagaStart,));
    Some(quote! {
        #about
        use #model::{#(#modules),*};
        use stipule_runtime::Context;
        use stipule_runtime::saga::{Saga, #start Started, WorkflowError};
        #[doc = " Every saga."]
        pub static SAGAS: &[Saga] = &[#(#sagas),*];
        #(#starts)*
    })
}

fn saga(contract: &Contract, workflow: &Workflow) -> TokenStream {
    let name = &workflow.name.wire;
    let file = format!("../../../{}/{}.asl.json", crate::saga::ROOT, workflow.name.kebab());
    let starts = workflow.starts.iter().map(|start| {
        let event = contract.event(start.event);
        let version = proc_macro2::Literal::u32_unsuffixed(event.version);
        let (event, field) = (&event.name.wire, &start.name.value);
        let given = start.given.iter().map(|(to, from)| {
            let (to, from) = (&to.value, &from.value);
            quote!((#to, #from))
        });
        quote!(SagaStart { event: #event, version: #version, name: #field, given: &[#(#given),*] })
    });
    quote!(Saga { name: #name, definition: include_str!(#file), starts: &[#(#starts),*] })
}
