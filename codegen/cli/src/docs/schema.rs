//! Schemas as HTML: a field per line, and what is inside of it where a person asks for it.

use askama::filters::Safe;

use super::prose::{escaped, inline};
use super::said::Said;

/// How deep fields are shown; below that the glossary has them.
const DEEPEST: usize = 4;

/// A schema with its fields.
pub(super) fn view(schema: Said<'_>) -> Safe<String> {
    Safe(html(schema, 0, &mut Vec::new()))
}

fn html<'t>(schema: Said<'t>, depth: usize, seen: &mut Vec<&'t str>) -> String {
    let (schema, name) = schema.resolved();
    if schema.text("type") == "array" && depth < DEEPEST {
        return html(schema.at("items"), depth + 1, seen);
    }
    if depth >= DEEPEST || !name.is_empty() && seen.contains(&name) {
        return format!("<p class=\"small\">{}</p>", words(schema, name));
    }
    if !name.is_empty() {
        seen.push(name);
    }
    let branches = ["oneOf", "anyOf"].iter().flat_map(|key| schema.list(key)).collect::<Vec<_>>();
    let out = if branches.iter().any(|it| it.resolved().0.has("properties")) {
        let parts = branches.iter().map(|branch| {
            let name = branch.resolved().1;
            format!("<p class=\"over\">{}</p>{}", escaped(name), html(*branch, depth + 1, seen))
        });
        format!("<div class=\"stack tight\">{}</div>", parts.collect::<String>())
    } else if schema.has("properties") {
        let must: Vec<&str> = schema.list("required").iter().map(|it| it.word()).collect();
        let fields = schema.at("properties").members();
        let fields =
            fields.into_iter().map(|(name, value)| field(name, value, must.contains(&name), depth, seen));
        format!("<div class=\"fields\">{}</div>", fields.collect::<String>())
    } else {
        let pattern = schema.text("pattern");
        let pattern =
            if pattern.is_empty() { String::new() } else { format!(" · <code>{}</code>", escaped(pattern)) };
        format!("<p class=\"small soft\">{}{pattern}</p>", escaped(&type_of(schema)))
    };
    if !name.is_empty() {
        seen.pop();
    }
    out
}

fn field<'t>(name: &str, schema: Said<'t>, must: bool, depth: usize, seen: &mut Vec<&'t str>) -> String {
    let (inner, own) = schema.resolved();
    let (deep, deep_name) = match inner.text("type") {
        "array" => inner.at("items").resolved(),
        _ => (inner, own),
    };
    let described = if schema.has("description") { schema } else { inner };
    let description = described.text("description");
    let mut marks = String::new();
    for (is, mark) in [
        (must, "<span class=\"small must\">required</span>"),
        (
            schema.flag("x-stipule-pii") || inner.flag("x-stipule-pii"),
            "<span class=\"tag plum\">personal</span>",
        ),
        (schema.flag("deprecated"), "<span class=\"tag amber\">deprecated</span>"),
    ] {
        if is {
            marks.push_str(mark);
        }
    }
    let opens = deep.has("properties") || deep.has("oneOf") || deep.has("anyOf");
    let below = if opens && depth + 1 < DEEPEST && !seen.contains(&deep_name) {
        let open = if depth == 0 && deep.at("properties").members().len() < 7 { " open" } else { "" };
        let title = if deep_name.is_empty() { "Fields" } else { deep_name };
        let fields =
            html(if inner.text("type") == "array" { inner.at("items") } else { schema }, depth + 1, seen);
        format!("<details{open}><summary class=\"small\">{}</summary>{fields}</details>", escaped(title))
    } else {
        String::new()
    };
    let said = if description.is_empty() {
        String::new()
    } else {
        format!("<p class=\"small soft\">{}</p>", inline(description).0)
    };
    format!(
        "<div class=\"field\"><div class=\"row\"><span class=\"field-name\">{}</span><span class=\"small soft\">{}</span>{marks}</div>{said}{below}</div>",
        escaped(name),
        words(inner, own)
    )
}

/// What a type is, as HTML: declared ones lead to the glossary.
fn words(schema: Said<'_>, name: &str) -> String {
    let (item, item_name) =
        if schema.text("type") == "array" { schema.at("items").resolved() } else { (schema, "") };
    let link = |name: &str| format!("<a href=\"../glossary.html#{0}\">{0}</a>", escaped(name));
    match (name.is_empty(), item_name.is_empty()) {
        (false, _) if schema.text("type") == "object" => link(name),
        (false, _) if schema.has("enum") => format!("{}: {}", link(name), escaped(&type_of(schema))),
        (false, _) => format!("{}, {}", link(name), escaped(&type_of(schema))),
        (true, false) => format!("list of {}", link(item_name)),
        (true, true) if schema.text("type") == "array" => format!("list of {}", escaped(&type_of(item))),
        (true, true) => escaped(&type_of(schema)),
    }
}

/// What a type is, in a few words.
pub(super) fn type_of(schema: Said<'_>) -> String {
    short(schema, 0)
}

fn short(schema: Said<'_>, depth: usize) -> String {
    let (schema, name) = schema.resolved();
    // A type that is made of itself has a name to be called by.
    if depth >= DEEPEST && !name.is_empty() {
        return name.to_owned();
    }
    if schema.has("enum") {
        return schema.joined("enum", " | ");
    }
    let branches = ["oneOf", "anyOf"]
        .iter()
        .flat_map(|key| schema.list(key))
        .map(|it| short(it, depth + 1))
        .collect::<Vec<_>>();
    if !branches.is_empty() {
        return branches.join(" or ");
    }
    let own = match schema.text("type") {
        "array" => format!("list of {}", short(schema.at("items"), depth + 1)),
        "object" if !name.is_empty() => name.to_owned(),
        "" if schema.has("type") => schema.joined("type", " or "),
        "" => "anything".to_owned(),
        word if schema.has("format") => format!("{} ({word})", schema.text("format")),
        word => word.to_owned(),
    };
    let ends = [
        ("minLength", "maxLength", " characters"),
        ("minimum", "maximum", ""),
        ("minItems", "maxItems", " items"),
    ];
    let limits = ends.iter().filter(|(least, most, _)| schema.has(least) || schema.has(most)).map(
        |(least, most, what)| match (schema.text(least), schema.text(most)) {
            ("", most) => format!(", at most {most}{what}"),
            (least, "") => format!(", at least {least}{what}"),
            (least, most) => format!(", {least} to {most}{what}"),
        },
    );
    limits.fold(own, |text, limit| text + &limit)
}
