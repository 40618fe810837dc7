//! `contracts/platform.yaml`: what the contracts are put together to.

mod assumptions;
mod deployment;
mod pages;

pub(crate) use pages::PAGES;

use stipule_ir::platform::{Budget, PlatformService, Tenant, Token};
use stipule_ir::types::Docs;
use stipule_ir::{Diagnostic, Diagnostics, Name, Platform, Span, Spanned};

use crate::reader::Node;
use crate::shape::{Shape, expect_text, wrong_kind};
use crate::suggest;

/// Where the platform is described.
pub const PATHS: [&str; 3] = ["contracts/platform.yaml", "contracts/platform.yml", "contracts/platform.json"];

/// `PLT001`: there is no platform; `place` is the start of any file.
pub fn missing(place: &Span) -> Diagnostic {
    Diagnostic::error("PLT001", place, "there is no `contracts/platform.yaml`")
        .help("write one: it names the platform, its tenant, its token and its services")
}

/// Lowers the platform's document. `None` when something that everything else needs is missing.
pub fn lower(document: &Node, diagnostics: &mut Diagnostics) -> Option<Platform> {
    let mut shape = Shape::of(document, "the platform", diagnostics)?;
    let name = shape.required_text("name", diagnostics).and_then(|name| plain_name(name, diagnostics));
    let title = shape.text("title", diagnostics).map(|text| text.value);
    let description = shape.text("description", diagnostics).map(|text| text.value);
    let tenant = tenant(&mut shape, diagnostics);
    let token = token(&mut shape, diagnostics);
    let services = services(&mut shape, diagnostics);
    let budget = budget(&mut shape, services.as_deref().unwrap_or_default(), diagnostics);
    let assumptions = assumptions::assumptions(&mut shape, diagnostics);
    let deployment = deployment::deployment(&mut shape, diagnostics);
    let span = shape.place().clone();
    shape.finish(diagnostics);
    Some(Platform {
        name: name?,
        docs: Docs { title, description, ..Docs::default() },
        tenant: tenant?,
        services: services?,
        token: token?,
        budget,
        assumptions,
        deployment,
        span,
    })
}

/// Names that become crates, folders and modules: small letters, digits and dashes.
fn plain_name(name: Spanned<String>, diagnostics: &mut Diagnostics) -> Option<Name> {
    let mut letters = name.value.chars();
    let good = letters.next().is_some_and(|first| first.is_ascii_lowercase())
        && letters.all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-');
    if !good {
        let message = format!("`{}` can't be the name of a package", name.value);
        let proposal = Name::new(name.value.clone(), name.span.clone()).kebab();
        let mut fault = Diagnostic::error("PLT002", &name.span, message)
            .label("small letters, digits and dashes, a letter first");
        if !name.value.is_empty() {
            fault = fault.help(format!("`{proposal}` would do"));
        }
        diagnostics.push(fault);
        return None;
    }
    Some(Name::new(name.value, name.span))
}

fn tenant(shape: &mut Shape<'_>, diagnostics: &mut Diagnostics) -> Option<Tenant> {
    let entry = shape.required("tenant", diagnostics)?;
    let mut tenant = Shape::under(entry, "the tenant", diagnostics)?;
    let name = tenant.required_text("name", diagnostics);
    let claim = tenant.required_text("claim", diagnostics);
    tenant.finish(diagnostics);
    let name = name?;
    Some(Tenant { name: Name::new(name.value, name.span), claim: claim?.value })
}

fn token(shape: &mut Shape<'_>, diagnostics: &mut Diagnostics) -> Option<Token> {
    let entry = shape.required("token", diagnostics)?;
    let mut token = Shape::under(entry, "the token", diagnostics)?;
    let issuer = token.required_text("issuer", diagnostics);
    let audience = token.required_text("audience", diagnostics);
    let scopes = token.mapping("scopes", diagnostics).unwrap_or_default();
    let scopes = scopes.iter().filter_map(|entry| {
        if entry.key.value.is_empty() || entry.key.value.contains(char::is_whitespace) {
            let message =
                format!("`{}` can't be a scope: a token lists scopes between blanks", entry.key.value);
            diagnostics.push(Diagnostic::error("PLT003", &entry.key.span, message));
            return None;
        }
        let meaning = expect_text(&entry.value, &entry.key.value, diagnostics)?;
        Some((entry.key.clone(), meaning.value))
    });
    let scopes = scopes.collect();
    token.finish(diagnostics);
    Some(Token { issuer: issuer?.value, audience: audience?.value, scopes })
}

fn services(shape: &mut Shape<'_>, diagnostics: &mut Diagnostics) -> Option<Vec<PlatformService>> {
    let place = &shape.required("services", diagnostics)?.key.span;
    let entries = shape.mapping("services", diagnostics)?;
    let mut services: Vec<PlatformService> = Vec::new();
    for entry in entries {
        let mut service = Shape::under(entry, "a service", diagnostics);
        let title = service.as_mut().and_then(|shape| shape.text("title", diagnostics));
        let description = service.as_mut().and_then(|shape| shape.text("description", diagnostics));
        let domain = service.as_mut().and_then(|shape| shape.text("domain", diagnostics));
        let domain = domain.and_then(|domain| plain_name(domain, diagnostics));
        let functions = service.as_mut().and_then(|shape| shape.entry("functions"));
        let functions = functions.map(|entry| deployment::functions(entry, diagnostics)).unwrap_or_default();
        if let Some(service) = service {
            service.finish(diagnostics);
        }
        let Some(name) = plain_name(entry.key.clone(), diagnostics) else { continue };
        let docs = Docs {
            title: title.map(|text| text.value),
            description: description.map(|text| text.value),
            ..Docs::default()
        };
        let domain = domain.map(|name| Spanned::new(name.wire, name.span));
        let name = Spanned::new(name, entry.key.span.clone());
        services.push(PlatformService { name, docs, domain, functions });
    }
    if entries.is_empty() {
        let message = "the platform has no service";
        diagnostics.push(Diagnostic::error("PLT004", place, message));
    }
    Some(services)
}

/// What the platform and its services may cost a month.
fn budget(
    shape: &mut Shape<'_>,
    services: &[PlatformService],
    diagnostics: &mut Diagnostics,
) -> Option<Budget> {
    let entry = shape.entry("budget")?;
    let mut budget = Shape::under(entry, "the budget", diagnostics)?;
    let month = budget.whole("month", diagnostics);
    let entries = budget.mapping("services", diagnostics).unwrap_or_default();
    budget.finish(diagnostics);
    let known: Vec<&str> = services.iter().map(|service| service.name.value.wire.as_str()).collect();
    let mut found = Vec::new();
    for entry in entries {
        let amount = entry.value.as_u64();
        if amount.is_none() {
            wrong_kind(&entry.value.span, "a budget", "a whole number from 0", &entry.value, diagnostics);
        }
        if !known.contains(&entry.key.value.as_str()) {
            let message = format!("`{}` is not a service of the platform", entry.key.value);
            let fault = Diagnostic::error("SYN023", &entry.key.span, message);
            diagnostics.push(fault.help(suggest::help(&entry.key.value, &known)));
        } else if let Some(amount) = amount {
            found.push((entry.key.clone(), amount));
        }
    }
    Some(Budget { month, services: found, span: entry.key.span.clone() })
}
