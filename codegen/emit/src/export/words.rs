//! Small parts of schemas.

use stipule_ir::types::{Enum, EnumLiteral, Multipart};

use super::tree::Tree;

/// How parts say their media types, where they do.
pub(super) fn encoding(body: &Multipart) -> Tree {
    let mut all = Tree::object();
    for part in &body.parts {
        if let Some(media_type) = &part.media_type {
            all.set(&part.name.wire, Tree::object().with("contentType", Tree::text(media_type)));
        }
    }
    all
}

pub(super) fn typed(word: &str) -> Tree {
    Tree::object().with("type", Tree::text(word))
}

pub(super) fn set_counts<'v>(
    schema: &mut Tree,
    counts: impl IntoIterator<Item = (&'static str, &'v Option<u64>)>,
) {
    for (key, count) in counts {
        if let Some(count) = count {
            schema.set(key, Tree::raw(*count));
        }
    }
}

/// The values and null, as OpenAPI 3.0 says it.
pub(super) fn nullable_values(list: &Enum) -> Tree {
    let mut schema = values(list);
    if let Some(Tree::List(all)) = schema.get_mut("enum") {
        all.push(Tree::raw("null"));
    }
    schema.with("nullable", Tree::raw(true))
}

pub(super) fn values(list: &Enum) -> Tree {
    let mut words: Vec<&str> = Vec::new();
    let mut all = Vec::new();
    for value in &list.values {
        let (word, literal) = match &value.value {
            EnumLiteral::String(text) => ("string", Tree::text(text)),
            EnumLiteral::Integer(number) => ("integer", Tree::raw(*number)),
            EnumLiteral::Boolean(flag) => ("boolean", Tree::raw(*flag)),
        };
        if !words.contains(&word) {
            words.push(word);
        }
        all.push(literal);
    }
    // Values of several kinds say for themselves what they are.
    let schema = match words[..] {
        [only] => typed(only),
        _ => Tree::object(),
    };
    let mut schema = schema.with("enum", Tree::List(all));
    if let Some(transitions) = &list.transitions {
        schema.set("x-stipule-transitions", states(list, transitions));
    }
    schema
}

/// What may come after each value.
fn states(list: &Enum, transitions: &[Vec<usize>]) -> Tree {
    let mut all = Tree::object();
    for (value, following) in list.values.iter().zip(transitions) {
        let following = following.iter().map(|at| Tree::text(&list.values[*at].name.wire));
        all.set(&value.name.wire, Tree::List(following.collect()));
    }
    all
}
