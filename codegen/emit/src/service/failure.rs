//! How an operation may fail.

use proc_macro2::TokenStream;
use quote::quote;
use stipule_ir::service::Outcome;

use super::outcome::{free_status, headers, is_plain, pattern, status, variant};
use super::{Act, Scene};
use crate::rust::{ident, paragraphs};

/// The enum of failures with their constructors, and each as an answer.
pub(super) fn items(scene: &Scene<'_, '_>, act: &Act<'_>) -> TokenStream {
    let (name, function) = (ident(&act.error), &act.operation.id.wire);
    let doc = paragraphs(&format!("How `{function}` fails."));
    let variants = act.failures().map(|outcome| variant(scene, outcome, true));
    let failed = failed(act);
    let [failed_type, store_failure, refused, response, context] =
        ["Failed", "StoreFailure", "Refused", "Response", "Context"].map(|name| scene.runtime(name));
    let constructors: Vec<_> =
        act.failures().filter_map(|it| scene.problems.constructor(scene, it)).collect();
    let arms: Vec<_> = act.failures().map(|outcome| arm(scene, outcome)).collect();
    let cx = if arms.iter().any(|arm| arm.uses_context) { quote!(cx) } else { quote!(_) };
    let arms = arms.into_iter().map(|arm| arm.tokens);
    quote! {
        #doc
        #[derive(Clone, Debug, PartialEq)]
        pub enum #name {
            #(#variants)*
            #[doc = " For reasons that no contract names: the platform answers, and logs why."]
            #failed(#failed_type),
        }
        impl #name {
            #(#constructors)*
            fn response(&self, #cx: &#context) -> Result<#response, #refused> {
                match self {
                    #(#arms)*
                    Self::#failed(failed) => Err(failed.clone().into()),
                }
            }
        }
        impl From<#failed_type> for #name {
            fn from(failed: #failed_type) -> Self { Self::#failed(failed) }
        }
        impl From<#store_failure> for #name {
            fn from(failure: #store_failure) -> Self { Self::#failed(failure.into()) }
        }
    }
}

/// The variant for what isn't declared.
fn failed(act: &Act<'_>) -> proc_macro2::Ident {
    let taken = act.failures().any(|outcome| outcome.name.variant() == "Failed");
    ident(if taken { "FailedOtherwise" } else { "Failed" })
}

struct Arm {
    tokens: TokenStream,
    uses_context: bool,
}

fn arm(scene: &Scene<'_, '_>, outcome: &Outcome) -> Arm {
    let (pattern, status) = (pattern(outcome), status(outcome));
    let media = outcome.media.first();
    let uses_context = media.is_some_and(|media| media.media_type == "application/problem+json");
    let made = match media {
        Some(media) if uses_context => {
            let (declared, ids) = (scene.http("declared_problem"), scene.problems.ids(scene, media.ty));
            quote!(#declared(cx, #status, body, #ids))
        }
        Some(_) => {
            let json = scene.http("json");
            quote!(#json(#status, body))
        }
        None => {
            let empty = scene.http("empty");
            quote!(#empty(#status))
        }
    };
    let tokens = if is_plain(outcome) || (outcome.headers.is_empty() && free_status(outcome)) {
        quote!(#pattern => Ok(#made?),)
    } else {
        let headers = headers(scene, outcome);
        quote! {
            #pattern => {
                let mut response = #made?;
                #headers
                Ok(response)
            }
        }
    };
    Arm { tokens, uses_context }
}
