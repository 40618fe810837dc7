//! What the platform says of itself, for whoever puts it together.

use proc_macro2::TokenStream;
use quote::quote;
use stipule_ir::Contract;

pub(super) fn platform(contract: &Contract) -> TokenStream {
    let platform = &contract.platform;
    let name = &platform.name.wire;
    let title = platform.docs.title.as_deref().unwrap_or(name);
    let services = platform.services.iter().map(|service| &service.name.value.wire);
    let [issuer, audience, claim] =
        [&platform.token.issuer, &platform.token.audience, &platform.tenant.claim];
    let scopes = platform.token.scopes.iter().map(|(scope, meaning)| {
        let name = &scope.value;
        quote!(Scope { name: #name, meaning: #meaning })
    });
    quote! {
        #[doc = " What the contracts say about the platform as a whole."]
        pub static PLATFORM: Platform = Platform {
            name: #name,
            title: #title,
            services: &[#(#services),*],
            issuer: #issuer,
            audience: #audience,
            tenant_claim: #claim,
            scopes: &[#(#scopes),*],
        };
    }
}
