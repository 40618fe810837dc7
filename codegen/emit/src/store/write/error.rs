//! Why a write wrote nothing: an enum per write, a variant per way to fail.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::rust::{ident, paragraphs};
use crate::store::doc;

/// The errors of a write.
pub(super) struct Errors {
    pub(super) name: Ident,
    variants: Vec<Variant>,
}

/// A way in which one operation fails.
pub(super) struct Failure {
    pub(super) name: String,
    /// A sentence.
    pub(super) reason: String,
    /// Whether it concerns one element of a list.
    pub(super) in_list: bool,
}

struct Variant {
    name: String,
    reasons: Vec<String>,
    /// Whether it comes from an element of a list.
    listed: bool,
    /// Whether it comes from something else.
    single: bool,
}

impl Errors {
    pub(super) fn new(name: Ident) -> Self {
        Self { name, variants: Vec::new() }
    }

    /// Notes a way to fail, before any maker is asked for.
    pub(super) fn note(&mut self, Failure { name, reason, in_list }: Failure) {
        let at = self.variants.iter().position(|variant| variant.name == name).unwrap_or_else(|| {
            let name = name.clone();
            self.variants.push(Variant { name, reasons: Vec::new(), listed: false, single: false });
            self.variants.len() - 1
        });
        let variant = &mut self.variants[at];
        variant.listed |= in_list;
        variant.single |= !in_list;
        if !variant.reasons.contains(&reason) {
            variant.reasons.push(reason);
        }
    }

    /// The function that makes the error of one action.
    pub(super) fn maker(&self, name: &str, in_list: bool) -> TokenStream {
        let own = &self.name;
        if in_list {
            let variant = ident(&self.listed(name));
            quote!(|index| #own::#variant { index })
        } else {
            let variant = ident(name);
            quote!(|_| #own::#variant)
        }
    }

    /// The variant with an index. A name that stands for elements of lists and for something else has one of each.
    fn listed(&self, name: &str) -> String {
        let both = self.variants.iter().any(|variant| variant.name == name && variant.single);
        if both { format!("{name}At") } else { name.to_owned() }
    }

    pub(super) fn definition(&self, about: &str) -> TokenStream {
        let (name, doc) = (&self.name, doc::outer(about));
        let taken = |word: &str| self.variants.iter().any(|variant| variant.name == word);
        let failed = ident(if taken("Failed") { "StoreFailed" } else { "Failed" });
        let mut definitions = Vec::new();
        for variant in &self.variants {
            let doc = paragraphs(&variant.reasons.join(" "));
            if variant.single {
                let own = ident(&variant.name);
                definitions.push(quote!(#doc #own,));
            }
            if variant.listed {
                let own = ident(&self.listed(&variant.name));
                definitions.push(quote! {
                    #doc
                    #own {
                        #[doc = " Which element of the list."]
                        index: usize
                    },
                });
            }
        }
        quote! {
            #doc
            #[derive(Clone, Debug, PartialEq, Eq)]
            pub enum #name {
                #(#definitions)*
                #[doc = " For a reason that the contract doesn't name."]
                #failed(StoreFailure),
            }
            stipule_runtime::write_error!(#name, #failed);
        }
    }
}
