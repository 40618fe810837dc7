//! Services as an OpenAPI document.

use stipule_ir::service::{
    Body, Coding, Idempotency, Location, Media, Operation, Outcome, Parameter, ResponseHeader, SchemeKind,
    Server, Status, Style,
};
use stipule_ir::types::Docs;
use stipule_ir::{Contract, Name, Scheme, Service, TypeKind};

use super::extensions::extensions;
use super::schema::{Dialect, Schemas};
use super::tree::Tree;
use super::words::{encoding, typed};

/// Who reads the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// Other generators: what callers send is written out, whoever adds it.
    Others,
    /// This one: it knows what follows from the contract.
    Ourselves,
}

/// One document with the services of a contract that others call.
pub fn openapi(contract: &Contract, dialect: Dialect, reader: Reader) -> Tree {
    let services: Vec<&Service> = contract.services.iter().filter(|service| !service.inbound).collect();
    let schemas = Schemas::new(&contract.types, dialect, "#/components/schemas/");
    let mut writer = Writer { contract, reader, schemas };
    let mut paths = Tree::object();
    for service in &services {
        for operation in service.operations.iter().filter(|operation| operation.served) {
            let written = writer.operation(service, operation);
            let path = &operation.path.template;
            if paths.get(path).is_none() {
                paths.set(path, Tree::object());
            }
            if let Some(item) = paths.get_mut(path) {
                item.set(&operation.method.as_str().to_lowercase(), written);
            }
        }
    }
    let mut document = Tree::object();
    document.set("openapi", Tree::text(if dialect == Dialect::OpenApi30 { "3.0.3" } else { "3.1.0" }));
    document.set("info", writer.info(&services));
    if let Some(servers) = servers(services.first().map_or(&[], |service| &service.servers)) {
        document.set("servers", servers);
    }
    if reader == Reader::Others {
        let tags = services.iter().map(|service| {
            let tag = Tree::object().with("name", Tree::text(&service.name.wire));
            with_description(tag, &service.docs)
        });
        document.set("tags", Tree::List(tags.collect()));
    }
    document.set("paths", paths);
    document.set("components", writer.components());
    document
}

/// What each operation that is served may answer: by its id, the responses of an OpenAPI document; and under `$defs` the
/// schemas that they refer to, in JSON Schema of draft 2020-12.
pub fn responses(contract: &Contract) -> Tree {
    let schemas = Schemas::new(&contract.types, Dialect::JsonSchema, "#/$defs/");
    let mut writer = Writer { contract, reader: Reader::Others, schemas };
    let mut operations = Tree::object();
    for operation in contract.services.iter().flat_map(|it| &it.operations).filter(|it| it.served) {
        operations.set(&operation.id.wire, writer.responses(&operation.outcomes));
    }
    Tree::object().with("operations", operations).with("$defs", writer.schemas.finish())
}

struct Writer<'c> {
    contract: &'c Contract,
    reader: Reader,
    schemas: Schemas<'c>,
}

impl Writer<'_> {
    fn info(&self, services: &[&Service]) -> Tree {
        let platform = &self.contract.platform;
        // A document of one service is that service's.
        let docs = match services {
            [only] if self.reader == Reader::Ourselves => &only.docs,
            _ => &platform.docs,
        };
        let title = docs.title.clone().unwrap_or_else(|| platform.name.sentence());
        let version =
            services.iter().map(|service| service.version.as_str()).max_by_key(|text| numbers(text));
        let info = with_description(Tree::object().with("title", Tree::text(title)), docs);
        info.with("version", Tree::text(version.filter(|text| !text.is_empty()).unwrap_or("0.1.0")))
    }

    fn operation(&mut self, service: &Service, operation: &Operation) -> Tree {
        let mut written = Tree::object();
        written.set("operationId", Tree::text(id(&operation.id)));
        if let Some(title) = &operation.docs.title {
            written.set("summary", Tree::text(title));
        }
        written = with_description(written, &operation.docs);
        if operation.docs.deprecated {
            written.set("deprecated", Tree::raw(true));
        }
        match self.reader {
            Reader::Others => written.set("tags", Tree::List(vec![Tree::text(&service.name.wire)])),
            Reader::Ourselves => extensions(operation, &mut written),
        }
        written.set("security", self.security(operation));
        let mut parameters: Vec<Tree> = operation.parameters.iter().map(|it| self.parameter(it)).collect();
        parameters.extend(self.key(operation));
        if !parameters.is_empty() {
            written.set("parameters", Tree::List(parameters));
        }
        if let Some(body) = &operation.body {
            written.set("requestBody", self.body(body));
        }
        written.set("responses", self.responses(&operation.outcomes));
        if let Some(servers) = servers(&operation.servers) {
            written.set("servers", servers);
        }
        written
    }

    fn security(&self, operation: &Operation) -> Tree {
        let alternatives = operation.security.alternatives.iter().map(|all| {
            let all = all.iter().filter_map(|requirement| {
                let scheme = self.contract.schemes.get(requirement.scheme.0 as usize)?;
                let scopes = requirement.scopes.iter().map(Tree::text).collect();
                Some((scheme.name.wire.clone(), Tree::List(scopes)))
            });
            Tree::Map(all.collect())
        });
        Tree::List(alternatives.collect())
    }

    /// The header that a contract means without writing it.
    fn key(&self, operation: &Operation) -> Option<Tree> {
        let required = match operation.idempotency {
            Idempotency::KeyRequired => true,
            Idempotency::KeyOptional => false,
            Idempotency::ByMethod | Idempotency::None => return None,
        };
        let is_key = |one: &Parameter| one.name.wire.eq_ignore_ascii_case("idempotency-key");
        if self.reader == Reader::Ourselves || operation.parameters.iter().any(is_key) {
            return None;
        }
        let words = "The same key again gives the same answer and does nothing else.";
        let key = Tree::object().with("name", Tree::text("Idempotency-Key")).with("in", Tree::text("header"));
        let key = key.with("description", Tree::text(words)).with("required", Tree::raw(required));
        let text = typed("string").with("pattern", Tree::text("^[!-~]+$"));
        let text = text.with("minLength", Tree::raw(1_u64)).with("maxLength", Tree::raw(255_u64));
        Some(key.with("schema", text))
    }

    fn parameter(&mut self, parameter: &Parameter) -> Tree {
        let place = match parameter.location {
            Location::Path => "path",
            Location::Query => "query",
            Location::Header => "header",
            Location::Cookie => "cookie",
        };
        let written =
            Tree::object().with("name", Tree::text(&parameter.name.wire)).with("in", Tree::text(place));
        let mut written = with_description(written, &parameter.docs);
        if parameter.required {
            written.set("required", Tree::raw(true));
        }
        if parameter.docs.deprecated {
            written.set("deprecated", Tree::raw(true));
        }
        let mut schema = self.schemas.of(parameter.ty);
        if let Some(default) = parameter.default.as_ref().filter(|_| schema.get("$ref").is_none()) {
            schema.set("default", Tree::json(default));
        }
        if parameter.style == Style::Json {
            let json = Tree::object().with("schema", schema);
            return written.with("content", Tree::object().with("application/json", json));
        }
        style(parameter.style, parameter.location, &mut written);
        if parameter.allow_reserved {
            written.set("allowReserved", Tree::raw(true));
        }
        written.set("schema", schema);
        if let Some(example) = parameter.docs.examples.first() {
            written.set("example", Tree::json(example));
        }
        written
    }

    fn body(&mut self, body: &Body) -> Tree {
        let written = with_description(Tree::object(), &body.docs);
        let content = self.content(&body.media);
        let written = if body.required { written.with("required", Tree::raw(true)) } else { written };
        written.with("content", content)
    }

    fn content(&mut self, media: &[Media]) -> Tree {
        let mut content = Tree::object();
        for media in media {
            let written = self.media(media);
            for media_type in std::iter::once(&media.media_type).chain(&media.also) {
                content.set(media_type, written.clone());
            }
        }
        content
    }

    fn media(&mut self, media: &Media) -> Tree {
        let schema = match &media.coding {
            Coding::Bytes if self.schemas.dialect == Dialect::OpenApi30 => {
                typed("string").with("format", Tree::text("binary"))
            }
            Coding::Bytes => return Tree::object(),
            Coding::Text => typed("string"),
            // A body of parts is no type that anything else could be made of.
            Coding::Multipart => self.schemas.declared(media.ty),
            Coding::Json | Coding::Form(_) | Coding::Stream(_) => self.schemas.of(media.ty),
        };
        let written = Tree::object().with("schema", schema);
        let encoding = match (&media.coding, self.schemas.kind(media.ty)) {
            (Coding::Multipart, TypeKind::Multipart(body)) => encoding(body),
            (Coding::Form(styles), _) => {
                let mut all = Tree::object();
                for (name, own) in styles {
                    let mut says = Tree::object();
                    style(*own, Location::Query, &mut says);
                    all.set(name, says);
                }
                all
            }
            _ => Tree::object(),
        };
        if encoding.is_empty() { written } else { written.with("encoding", encoding) }
    }

    /// Outcomes of one status are one response of several media types.
    fn responses(&mut self, outcomes: &[Outcome]) -> Tree {
        let mut responses = Tree::object();
        for outcome in outcomes {
            let status = match outcome.status {
                Status::Code(code) => code.to_string(),
                Status::Class(class) => format!("{class}XX"),
                Status::Default => "default".to_owned(),
            };
            let content = self.content(&outcome.media);
            if responses.get(&status).is_none() {
                let words = outcome.docs.description.clone().unwrap_or_else(|| outcome.name.sentence());
                let mut response = Tree::object().with("description", Tree::text(words));
                let headers = outcome.headers.iter().map(|it| (it.name.wire.clone(), self.header(it)));
                let headers = Tree::Map(headers.collect());
                if !headers.is_empty() {
                    response.set("headers", headers);
                }
                responses.set(&status, response);
            }
            let Some(response) = responses.get_mut(&status).filter(|_| !content.is_empty()) else { continue };
            let mut all = response.remove("content").unwrap_or_else(Tree::object);
            content.members().iter().for_each(|(key, value)| all.set(key, value.clone()));
            response.set("content", all);
        }
        responses
    }

    fn header(&mut self, header: &ResponseHeader) -> Tree {
        let written = with_description(Tree::object(), &header.docs);
        let written = if header.required { written.with("required", Tree::raw(true)) } else { written };
        written.with("schema", self.schemas.of(header.ty))
    }

    fn components(self) -> Tree {
        let mut schemes = Tree::object();
        for used in &self.contract.schemes {
            schemes.set(&used.name.wire, scheme(used));
        }
        let components = Tree::object();
        let components =
            if schemes.is_empty() { components } else { components.with("securitySchemes", schemes) };
        components.with("schemas", self.schemas.finish())
    }
}

fn scheme(scheme: &Scheme) -> Tree {
    let http = |word: &str| Tree::object().with("type", Tree::text("http")).with("scheme", Tree::text(word));
    let written = match &scheme.kind {
        SchemeKind::Bearer => http("bearer"),
        SchemeKind::Basic => http("basic"),
        SchemeKind::Other(word) => http(word),
        SchemeKind::ApiKey { location, name } => {
            let place = match location {
                Location::Query => "query",
                Location::Cookie => "cookie",
                Location::Header | Location::Path => "header",
            };
            let key = Tree::object().with("type", Tree::text("apiKey")).with("in", Tree::text(place));
            key.with("name", Tree::text(name))
        }
        SchemeKind::MutualTls => Tree::object().with("type", Tree::text("mutualTLS")),
    };
    with_description(written, &scheme.docs)
}

fn servers(servers: &[Server]) -> Option<Tree> {
    let all = servers.iter().map(|server| {
        let mut written = Tree::object().with("url", Tree::text(&server.url));
        if let Some(words) = &server.description {
            written.set("description", Tree::text(words));
        }
        let mut variables = Tree::object();
        for variable in &server.variables {
            let mut says = Tree::object().with("default", Tree::text(&variable.default));
            if !variable.values.is_empty() {
                says.set("enum", Tree::List(variable.values.iter().map(Tree::text).collect()));
            }
            if let Some(words) = &variable.description {
                says.set("description", Tree::text(words));
            }
            variables.set(&variable.name.wire, says);
        }
        if variables.is_empty() { written } else { written.with("variables", variables) }
    });
    (!servers.is_empty()).then(|| Tree::List(all.collect()))
}

fn with_description(written: Tree, docs: &Docs) -> Tree {
    match &docs.description {
        Some(words) => written.with("description", Tree::text(words)),
        None => written,
    }
}

/// The style of a parameter, where it isn't the one that nothing says.
fn style(style: Style, location: Location, written: &mut Tree) {
    let usual = if matches!(location, Location::Query | Location::Cookie) { "form" } else { "simple" };
    let (word, explode) = match style {
        Style::Simple { explode } => ("simple", explode),
        Style::Label { explode } => ("label", explode),
        Style::Matrix { explode } => ("matrix", explode),
        Style::Form { explode } => ("form", explode),
        Style::SpaceDelimited => ("spaceDelimited", false),
        Style::PipeDelimited => ("pipeDelimited", false),
        Style::DeepObject => ("deepObject", true),
        Style::Json => {
            written.set("contentType", Tree::text("application/json"));
            return;
        }
    };
    if word != usual {
        written.set("style", Tree::text(word));
    }
    if explode != (word == "form") {
        written.set("explode", Tree::raw(explode));
    }
}

/// What an operation is called on paper: as it was written, if that is a word and nobody else's.
fn id(name: &Name) -> String {
    let is_word = !name.wire.is_empty()
        && name.wire.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
    let plain = name.plain_field();
    if is_word && Name::new(name.wire.clone(), name.span.clone()).plain_field() == plain {
        return name.wire.clone();
    }
    let mut words = plain.split('_');
    let mut camel = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        if word.starts_with(|first: char| first.is_ascii_digit()) {
            camel.push('_');
        }
        camel.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        camel.push_str(letters.as_str());
    }
    camel
}

/// The numbers of a version, to compare it by.
fn numbers(version: &str) -> Vec<u64> {
    version.split(['.', '-']).filter_map(|part| part.parse().ok()).collect()
}
