//! What the platform says of itself, for whoever puts it together.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use stipule_ir::Contract;
use stipule_ir::deployment::{Cors, Gateway};

use crate::stacks;

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
    let gateway = gateway(contract);
    let functions = stacks::timeouts(contract).map(|(handler, timeout)| {
        let timeout = Literal::u64_unsuffixed(timeout);
        quote!(Function::new(#handler, #timeout))
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
            gateway: #gateway,
            functions: &[#(#functions),*],
        };
    }
}

fn gateway(contract: &Contract) -> TokenStream {
    let Gateway { rate, burst, compression, cors, plans, .. } = &contract.platform.deployment.gateway;
    let throttle = |rate: u32, burst: u32| {
        let (rate, burst) = (Literal::u32_unsuffixed(rate), Literal::u32_unsuffixed(burst));
        quote!(stipule_runtime::app::Throttle { rate: #rate, burst: #burst })
    };
    let plans = plans.iter().map(|plan| {
        let (name, throttle) = (&plan.name.value, throttle(plan.rate, plan.burst));
        let day = plan.day.map(Literal::u32_unsuffixed);
        let day = day.map_or(quote!(None), |day| quote!(Some(#day)));
        quote!(stipule_runtime::platform::Plan { name: #name, throttle: #throttle, day: #day })
    });
    let (throttle, compression) = (throttle(*rate, *burst), Literal::u32_unsuffixed(*compression));
    let cors = match cors {
        Some(Cors { origins, seconds }) => {
            let seconds = Literal::u32_unsuffixed(*seconds);
            quote!(plans: &[#(#plans),*], origins: &[#(#origins),*], origin_seconds: #seconds,)
        }
        None => quote!(plans: &[#(#plans),*], ..stipule_runtime::platform::Gateway::NEW),
    };
    quote! {
        stipule_runtime::platform::Gateway {
            throttle: #throttle,
            compression: #compression,
            #cors
        }
    }
}
