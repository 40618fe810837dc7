//! YAML 1.2 from the events of `saphyr-parser`: aliases expanded, keys as text, scalars by the core schema.

use std::collections::BTreeMap;
use std::sync::Arc;

use saphyr_parser::{Event, Parser, ScalarStyle, Span as Range, StrInput, Tag};
use stipule_ir::{Diagnostic, Diagnostics, FileId, Span, Spanned};

use super::indent::Shifted;
use super::limits::{Budget, MAX_DEPTH};
use super::place::Places;
use super::{Entry, Node, Value, merge, pointer, scalar};

/// Reads the one document of a YAML file. Lines that stand too far left are moved, so that all the rest is read too.
pub(super) fn read(file: FileId, text: &str, budget: Budget, diagnostics: &mut Diagnostics) -> Option<Node> {
    let (text, skipped) = super::without_byte_order_mark(text);
    let mut shifted = Shifted::new(text);
    loop {
        let mut found = Diagnostics::new();
        let mut reader = Reader {
            parser: Parser::new_from_str(&shifted.text),
            places: Places::new(&shifted, skipped),
            text,
            skipped,
            file,
            budget,
            anchors: BTreeMap::new(),
            diagnostics: &mut found,
            misplaced: None,
        };
        let node = reader.document().ok();
        if reader.misplaced.is_some_and(|byte| shifted.shift(byte)) {
            continue;
        }
        let known: Vec<u32> = found.iter().map(|it| it.primary.span.start).collect();
        diagnostics.append(found);
        let is_told = |it: &Diagnostic| known.contains(&it.primary.span.start);
        shifted.faults(file, skipped).filter(|it| !is_told(it)).for_each(|it| diagnostics.push(it));
        return node;
    }
}

/// Reading can't go on; the reason is among the diagnostics.
pub(super) struct Stop;

pub(super) struct Reader<'t, 'd> {
    parser: Parser<'t, StrInput<'t>>,
    places: Places<'t>,
    text: &'t str,
    skipped: usize,
    file: FileId,
    budget: Budget,
    /// Finished anchored values by the parser's number for the anchor.
    anchors: BTreeMap<usize, Node>,
    diagnostics: &'d mut Diagnostics,
    /// Byte of the scanned text that stands too far left, if that is why reading can't go on.
    misplaced: Option<usize>,
}

impl<'t> Reader<'t, '_> {
    fn document(&mut self) -> Result<Node, Stop> {
        let root = loop {
            let (event, range) = self.next()?;
            match event {
                Event::StreamStart | Event::DocumentStart(_) => {}
                Event::StreamEnd => {
                    let message = "the file holds no document";
                    self.report(Diagnostic::error("SYN004", &Span::start_of(self.file), message));
                    return Err(Stop);
                }
                event => break self.node(event, range, &Arc::from(""), 0)?,
            }
        };
        self.end_of_stream(&root)?;
        Ok(root)
    }

    /// After the first document nothing may follow.
    fn end_of_stream(&mut self, root: &Node) -> Result<(), Stop> {
        loop {
            let (event, range) = self.next()?;
            match event {
                Event::StreamEnd => return Ok(()),
                Event::DocumentStart(_) => {
                    let span = self.span(range, &Arc::from(""));
                    let second = Diagnostic::error("SYN003", &span, "a second document starts here")
                        .related(&root.span, "the first document")
                        .help("put each document into a file of its own");
                    self.report(second);
                    return Err(Stop);
                }
                _ => {}
            }
        }
    }

    fn node(&mut self, event: Event<'t>, range: Range, at: &Arc<str>, depth: usize) -> Result<Node, Stop> {
        let span = self.span(range, at);
        self.pay(&span)?;
        if depth > MAX_DEPTH {
            let message = format!("values are nested deeper than {MAX_DEPTH} levels");
            self.report(Diagnostic::error("SYN005", &span, message));
            return Err(Stop);
        }
        let (node, anchor) = match event {
            Event::Alias(anchor) => return self.alias(anchor, &span),
            Event::Scalar(text, style, anchor, tag) => {
                let value = self.scalar(&text, style, tag.as_deref(), &span);
                (Node { value, span: self.trimmed(span, style) }, anchor)
            }
            Event::SequenceStart(anchor, tag) => {
                self.expect_tag(tag.as_deref(), "seq", &span);
                (self.sequence(span, depth)?, anchor)
            }
            Event::MappingStart(anchor, tag) => {
                self.expect_tag(tag.as_deref(), "map", &span);
                (self.mapping(span, depth)?, anchor)
            }
            // The parser gives a value between any two structural events; an end here is a fault of its own.
            _ => return Err(self.syntax(&span, "a value is missing here")),
        };
        if anchor != 0 {
            let copy = self.copy(&node, &node.span.pointer)?;
            self.anchors.insert(anchor, copy);
        }
        Ok(node)
    }

    fn sequence(&mut self, mut span: Span, depth: usize) -> Result<Node, Stop> {
        let mut items: Vec<Node> = Vec::new();
        loop {
            let (event, range) = self.next()?;
            if event == Event::SequenceEnd {
                span.end = self.end_of(range, items.last(), &span);
                return Ok(Node { value: Value::Sequence(items), span });
            }
            let at = Arc::from(format!("{}/{}", span.pointer, items.len()));
            items.push(self.node(event, range, &at, depth + 1)?);
        }
    }

    fn mapping(&mut self, mut span: Span, depth: usize) -> Result<Node, Stop> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut merged: Vec<Entry> = Vec::new();
        let mut places: BTreeMap<String, Span> = BTreeMap::new();
        let mut end = span.end;
        loop {
            let (event, range) = self.next()?;
            if event == Event::MappingEnd {
                span.end = if range.is_empty() { end } else { self.places.byte(range.end.index()) };
                merge::add(&mut entries, merged);
                return Ok(Node { value: Value::Mapping(entries), span });
            }
            let merges = is_merge_key(&event);
            let key = self.key(event, range, &span, depth)?;
            let at = Arc::clone(key.as_ref().map_or(&span.pointer, |key| &key.span.pointer));
            let (event, range) = self.next()?;
            let value = self.node(event, range, &at, depth + 1)?;
            // An alias may stand for text above; the place where it is written is what ends the mapping.
            end = end.max(value.span.end);
            let Some(key) = key else { continue };
            if let Some(first) = places.get(&key.value) {
                let message = format!("key `{}` is given twice", key.value);
                let twice =
                    Diagnostic::error("SYN002", &key.span, message).related(first, "first given here");
                self.report(twice);
                continue;
            }
            places.insert(key.value.clone(), key.span.clone());
            if merges {
                merged = self.merge(&value, &span)?;
            } else {
                entries.push(Entry { key, value });
            }
        }
    }

    /// The text of a key. `None`, after a diagnostic, for a key that isn't text-like.
    fn key(
        &mut self,
        event: Event<'t>,
        range: Range,
        parent: &Span,
        depth: usize,
    ) -> Result<Option<Spanned<String>>, Stop> {
        let span = self.span(range, &parent.pointer);
        let text = match event {
            Event::Scalar(text, _, anchor, tag) => {
                self.expect_tag(tag.as_deref(), "str", &span);
                if anchor != 0 {
                    let value = Value::String(text.to_string());
                    self.anchors.insert(anchor, Node { value, span: span.clone() });
                }
                Some(text.into_owned())
            }
            other => match self.node(other, range, &parent.pointer, depth + 1)?.value {
                Value::String(text) | Value::Number(text) => Some(text),
                _ => None,
            },
        };
        let Some(text) = text else {
            let message = "a key must be text, not a list or a mapping";
            self.report(Diagnostic::error("SYN007", &span, message));
            return Ok(None);
        };
        let at = pointer::child(&parent.pointer, &text);
        self.pay(&span)?;
        Ok(Some(Spanned::new(text, Span { pointer: at.into(), ..span })))
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, tag: Option<&Tag>, span: &Span) -> Value {
        let plain = style == ScalarStyle::Plain;
        match tag {
            None if plain => self.plain(text, span),
            None => Value::String(text.to_owned()),
            Some(tag) if scalar::is_text_tag(tag) => Value::String(text.to_owned()),
            Some(tag) => {
                let value = self.plain(text, span);
                let fits = tag.is_yaml_core_schema()
                    && match value {
                        Value::Null => tag.suffix == "null",
                        Value::Bool(_) => tag.suffix == "bool",
                        Value::Number(_) => tag.suffix == "int" || tag.suffix == "float",
                        _ => false,
                    };
                if !fits {
                    self.refuse_tag(tag, span);
                }
                value
            }
        }
    }

    fn plain(&mut self, text: &str, span: &Span) -> Value {
        let refusal = match scalar::resolve(text) {
            Ok(value) => return value,
            Err(refusal) => refusal,
        };
        let fault = match refusal {
            scalar::Refusal::NotJson => {
                Diagnostic::error("SYN009", span, format!("`{text}` is not a number that JSON can write"))
                    .help(format!("quote it if text is meant: \"{text}\""))
            }
            scalar::Refusal::LeadingZero => Diagnostic::error(
                "SYN009",
                span,
                format!("number `{text}` starts with a zero"),
            )
            .help(format!(
                "some readers take it as octal; leave the zero out, or quote it if text is meant: \"{text}\""
            )),
        };
        self.report(fault);
        match refusal {
            // What it most probably means, so that no second fault follows from the first.
            scalar::Refusal::LeadingZero => Value::Number(scalar::without_leading_zeros(text)),
            scalar::Refusal::NotJson => Value::String(text.to_owned()),
        }
    }

    fn alias(&mut self, anchor: usize, span: &Span) -> Result<Node, Stop> {
        // The parser knows every anchor that was opened; one that isn't closed yet contains this alias.
        let Some(anchored) = self.anchors.remove(&anchor) else {
            self.report(Diagnostic::error("SYN008", span, "an alias stands inside the value it repeats"));
            return Err(Stop);
        };
        let copy = self.copy(&anchored, &span.pointer);
        self.anchors.insert(anchor, anchored);
        Ok(Node { value: copy?.value, span: span.clone() })
    }

    fn merge(&mut self, value: &Node, mapping: &Span) -> Result<Vec<Entry>, Stop> {
        match merge::sources(value) {
            Some(sources) => {
                let mut merged = Vec::new();
                for source in sources {
                    let copy = self.copy(source, &mapping.pointer)?;
                    if let Value::Mapping(entries) = copy.value {
                        merge::add(&mut merged, entries);
                    }
                }
                Ok(merged)
            }
            None => {
                let message = format!("`<<` merges mappings, but this is {}", value.kind());
                self.report(
                    Diagnostic::error("SYN010", &value.span, message)
                        .help("give an alias of a mapping or a list of such, or quote the key: \"<<\""),
                );
                Ok(Vec::new())
            }
        }
    }

    /// A copy of a value whose pointers start with `at`; each value of the copy is paid for.
    fn copy(&mut self, node: &Node, at: &str) -> Result<Node, Stop> {
        let span = Span { pointer: at.into(), ..node.span.clone() };
        self.pay(&span)?;
        let value = match &node.value {
            Value::Sequence(items) => Value::Sequence(
                items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| self.copy(item, &format!("{at}/{index}")))
                    .collect::<Result<_, _>>()?,
            ),
            Value::Mapping(entries) => Value::Mapping(
                entries
                    .iter()
                    .map(|entry| {
                        let at = pointer::child(at, &entry.key.value);
                        let span = Span { pointer: at.as_str().into(), ..entry.key.span.clone() };
                        let key = Spanned::new(entry.key.value.clone(), span);
                        Ok(Entry { key, value: self.copy(&entry.value, &at)? })
                    })
                    .collect::<Result<_, _>>()?,
            ),
            scalar => scalar.clone(),
        };
        Ok(Node { value, span })
    }

    fn expect_tag(&mut self, tag: Option<&Tag>, expected: &str, span: &Span) {
        if let Some(tag) = tag
            && !(tag.is_yaml_core_schema() && tag.suffix == expected)
        {
            self.refuse_tag(tag, span);
        }
    }

    fn refuse_tag(&mut self, tag: &Tag, span: &Span) {
        let name = if tag.is_yaml_core_schema() { format!("!!{}", tag.suffix) } else { tag.to_string() };
        let message = format!("tag `{name}` does not fit this value");
        self.report(Diagnostic::error("SYN011", span, message).help("leave the tag out"));
    }

    fn next(&mut self) -> Result<(Event<'t>, Range), Stop> {
        match self.parser.next_event() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => {
                if error.info().starts_with("invalid indentation") {
                    self.misplaced = Some(self.places.within(error.marker().index()));
                }
                let at = self.places.byte(error.marker().index());
                Err(self.syntax(&Span::new(self.file, at, at, ""), error.info()))
            }
            None => Err(self.syntax(&Span::start_of(self.file), "the document ends too early")),
        }
    }

    fn syntax(&mut self, span: &Span, reason: &str) -> Stop {
        self.report(Diagnostic::error("SYN001", span, format!("not valid YAML: {reason}")));
        Stop
    }

    fn pay(&mut self, span: &Span) -> Result<(), Stop> {
        if self.budget.spend(&span.pointer) {
            return Ok(());
        }
        let too_much = Diagnostic::error("SYN006", span, "the file holds too many values")
            .help("aliases count as often as they are used; split the file or use `$ref`");
        self.report(too_much);
        Err(Stop)
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// The place of a value; whatever stands at one pointer shares its text.
    fn span(&self, range: Range, at: &Arc<str>) -> Span {
        let (start, end) = (self.places.byte(range.start.index()), self.places.byte(range.end.index()));
        Span::new(self.file, start, end.max(start), Arc::clone(at))
    }

    /// Block collections end where their last item does; flow collections at their bracket.
    fn end_of(&self, range: Range, last: Option<&Node>, span: &Span) -> u32 {
        match last {
            Some(last) if range.is_empty() => last.span.end.max(span.end),
            _ => self.places.byte(range.end.index()),
        }
    }

    /// A block scalar and a plain one reach into the white space after them; a person doesn't mean that.
    fn trimmed(&self, mut span: Span, style: ScalarStyle) -> Span {
        if matches!(style, ScalarStyle::Plain | ScalarStyle::Literal | ScalarStyle::Folded) {
            let (start, end) = (span.start as usize - self.skipped, span.end as usize - self.skipped);
            if let Some(text) = self.text.get(start..end) {
                span.end = span.start + super::offset(text.trim_end().len());
            }
        }
        span
    }
}

/// `<<` written plainly; quoted it is a key like any other.
fn is_merge_key(event: &Event<'_>) -> bool {
    matches!(event, Event::Scalar(text, ScalarStyle::Plain, _, None) if text == "<<")
}
