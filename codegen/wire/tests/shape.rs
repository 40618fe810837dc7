//! The shape of generated code: what an emitter writes for each kind of type, here by hand for a library.
//!
//! `wire` is what generated code calls this crate.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use stipule_wire as wire;
use wire::{Any, BoundedVec, Decode, Decoder, Json, Patch, Posture, Text, UniqueVec};

// ---- newtypes: limits hold by construction -----------------------------------------------------------------------

wire::text_newtype! {
    /// Names a book.
    pub struct Isbn(String) { min: 10, max: 17, pattern: "^[0-9-]+X?$" }
}

wire::text_newtype! {
    /// Names a loan.
    #[derive(Copy)]
    pub struct LoanId(wire::Uuid);
}

wire::personal_newtype! {
    /// Where to send reminders.
    pub struct ReaderEmail(wire::Email);
}

wire::integer_newtype! {
    /// How often a loan was prolonged.
    pub struct Renewals(i32) { min: 0, max: 5 }
}

// ---- enums -------------------------------------------------------------------------------------------------------

wire::closed_enum! {
    /// What became of a loan.
    pub enum LoanState {
        /// The reader has it.
        Lent = "lent",
        Returned = "returned",
    }
}

mod open {
    //! What a reader of responses and events uses: values that came later are kept.

    stipule_wire::open_enum! {
        /// What became of a loan.
        pub enum LoanState {
            /// The reader has it.
            Lent = "lent",
            Returned = "returned",
            ..Unknown
        }
    }

    impl From<super::LoanState> for LoanState {
        fn from(closed: super::LoanState) -> Self {
            match closed {
                super::LoanState::Lent => Self::Lent,
                super::LoanState::Returned => Self::Returned,
            }
        }
    }
}

// ---- a struct ----------------------------------------------------------------------------------------------------

/// A reader has a book.
#[derive(Clone, Debug, PartialEq)]
pub struct Loan {
    /// Names it.
    pub loan_id: LoanId,
    /// Which book.
    pub isbn: Isbn,
    /// What became of it.
    pub state: LoanState,
    /// 1 to 80 characters.
    pub note: Option<Text<1, 80>>,
    /// When it is due; null for never.
    pub due: Option<wire::Date>,
    /// How often it was prolonged; none if not given.
    pub renewals: Renewals,
    /// Shelves it was found on.
    pub shelves: UniqueVec<String, 0, 3>,
}

impl Decode for Loan {
    fn decode(json: &Json<'_>, d: &mut Decoder) -> Option<Self> {
        let mut o = d.object(json)?;
        let loan_id = o.required("loanId");
        let isbn = o.required("isbn");
        let state = o.required("state");
        let note = o.optional("note");
        let due = o.nullable("due");
        let renewals = o.defaulted("renewals", || Renewals::new(0).expect("the contract's default is valid"));
        let shelves = o.required("shelves");
        o.refuse_rest();
        Some(Loan {
            loan_id: loan_id?,
            isbn: isbn?,
            state: state?,
            note: note?,
            due: due?,
            renewals: renewals?,
            shelves: shelves?,
        })
    }
}

impl Serialize for Loan {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut o = wire::write_object(serializer)?;
        o.field("loanId", &self.loan_id)?;
        o.field("isbn", &self.isbn)?;
        o.field("state", &self.state)?;
        o.optional("note", &self.note)?;
        o.field("due", &self.due)?;
        o.field("renewals", &self.renewals)?;
        o.field("shelves", &self.shelves)?;
        o.end()
    }
}

// ---- a patch, with properties beyond the declared ones -------------------------------------------------------------

/// What to change about a reader.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReaderPatch {
    /// Null clears it.
    pub email: Patch<ReaderEmail>,
    /// Whatever else the library keeps.
    pub extra: BTreeMap<String, Any>,
}

impl Decode for ReaderPatch {
    fn decode(json: &Json<'_>, d: &mut Decoder) -> Option<Self> {
        let mut o = d.object(json)?;
        let email = o.patch("email");
        let limits = o.count(1, 10);
        let extra = o.rest();
        limits?;
        Some(ReaderPatch { email: email?, extra: extra? })
    }
}

impl Serialize for ReaderPatch {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut o = wire::write_object(serializer)?;
        o.patch("email", &self.email)?;
        o.rest(&self.extra)?;
        o.end()
    }
}

// ---- a tagged union: the variants' own types hold the tag ----------------------------------------------------------

wire::closed_enum! {
    /// Always `book`.
    pub enum BookKind { Book = "book" }
}

wire::closed_enum! {
    /// Always `film`.
    pub enum FilmKind { Film = "film" }
}

/// Something to read.
#[derive(Clone, Debug, PartialEq)]
pub struct Book {
    /// Always `book`.
    pub kind: BookKind,
    /// Names it.
    pub isbn: Isbn,
}

impl Decode for Book {
    fn decode(json: &Json<'_>, d: &mut Decoder) -> Option<Self> {
        let mut o = d.object(json)?;
        let kind = o.required("kind");
        let isbn = o.required("isbn");
        o.refuse_rest();
        Some(Book { kind: kind?, isbn: isbn? })
    }
}

impl Serialize for Book {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut o = wire::write_object(serializer)?;
        o.field("kind", &self.kind)?;
        o.field("isbn", &self.isbn)?;
        o.end()
    }
}

/// Something to watch.
#[derive(Clone, Debug, PartialEq)]
pub struct Film {
    /// Always `film`.
    pub kind: FilmKind,
    /// How long it takes.
    pub minutes: i32,
}

impl Decode for Film {
    fn decode(json: &Json<'_>, d: &mut Decoder) -> Option<Self> {
        let mut o = d.object(json)?;
        let kind = o.required("kind");
        let minutes = o.required("minutes");
        o.refuse_rest();
        Some(Film { kind: kind?, minutes: minutes? })
    }
}

impl Serialize for Film {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut o = wire::write_object(serializer)?;
        o.field("kind", &self.kind)?;
        o.field("minutes", &self.minutes)?;
        o.end()
    }
}

/// What the library lends.
#[derive(Clone, Debug, PartialEq)]
pub enum Medium {
    /// Something to read.
    Book(Book),
    /// Something to watch.
    Film(Film),
}

impl Decode for Medium {
    fn decode(json: &Json<'_>, d: &mut Decoder) -> Option<Self> {
        match d.tag(json, "kind")? {
            "book" => Decode::decode(json, d).map(Self::Book),
            "film" => Decode::decode(json, d).map(Self::Film),
            _ => d.unknown_tag("kind", &["book", "film"]),
        }
    }
}

impl Serialize for Medium {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Book(book) => book.serialize(serializer),
            Self::Film(film) => film.serialize(serializer),
        }
    }
}

/// What the library lends, for readers: media that came later are kept.
#[derive(Clone, Debug, PartialEq)]
pub enum OpenMedium {
    /// Something to read.
    Book(Book),
    /// Something that this version of the contract doesn't know.
    Unknown(Any),
}

impl Decode for OpenMedium {
    fn decode(json: &Json<'_>, d: &mut Decoder) -> Option<Self> {
        match d.tag(json, "kind")? {
            "book" => Decode::decode(json, d).map(Self::Book),
            _ => Some(Self::Unknown(json.to_any())),
        }
    }
}

// ---- an untagged union ---------------------------------------------------------------------------------------------

/// How a reader names a book.
#[derive(Clone, Debug, PartialEq)]
pub enum BookReference {
    /// By its number.
    Isbn(Isbn),
    /// By its places on the shelves.
    Places(BoundedVec<i64, 1, 2>),
}

impl Decode for BookReference {
    fn decode(json: &Json<'_>, d: &mut Decoder) -> Option<Self> {
        d.exactly_one(json).variant("Isbn", Self::Isbn).variant("Places", Self::Places).finish()
    }
}

impl Serialize for BookReference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Isbn(isbn) => isbn.serialize(serializer),
            Self::Places(places) => places.serialize(serializer),
        }
    }
}

// ---- serde for all of them

wire::serde_through_decode!(Loan, ReaderPatch, Book, Film, Medium, BookReference);

// ---- what they do --------------------------------------------------------------------------------------------------

const LOAN: &str = r#"{
    "loanId": "67e55044-10b1-426f-9247-bb680e5fe0c8", "isbn": "978-0-262-03384-8", "state": "lent",
    "due": null, "shelves": ["QA-76"]
}"#;

fn closed<T: Decode>(text: &str) -> Result<T, Vec<String>> {
    wire::from_slice(text.as_bytes(), Posture::Closed).map_err(|invalid| match invalid {
        wire::Invalid::Malformed(malformed) => vec![malformed.to_string()],
        wire::Invalid::Violations(violations) => violations.list.iter().map(ToString::to_string).collect(),
    })
}

fn round_trip<T: Decode + Serialize + PartialEq + std::fmt::Debug>(text: &str) -> T {
    let value: T = closed(text).expect("it is valid");
    let written = serde_json::to_string(&value).expect("it can be written");
    assert_eq!(closed::<T>(&written).as_ref(), Ok(&value));
    value
}

#[test]
fn a_struct_is_read_and_written_with_absent_and_null_apart() {
    let loan: Loan = round_trip(LOAN);
    assert_eq!(loan.note, None);
    assert_eq!(loan.due, None);
    assert_eq!(loan.renewals.get(), 0);
    let written = serde_json::to_string(&loan).unwrap();
    assert!(written.contains(r#""due":null"#) && !written.contains("note"), "{written}");
    assert_eq!(serde_json::from_str::<Loan>(&written).unwrap(), loan);
}

#[test]
fn every_violation_is_reported_at_once_with_its_place() {
    let faults = closed::<Loan>(
        r#"{"loanId": "x", "isbn": "abc", "state": 1, "note": null, "renewals": 6,
            "shelves": ["a", "b", "a", "c"], "sheves": []}"#,
    );
    let expected = [
        "/loanId: must be a UUID [format]",
        "/isbn: must have 10 to 17 characters [length]",
        "/isbn: must match `^[0-9-]+X?$` [pattern]",
        "/state: must be a string, not an integer [type]",
        "/note: must be a string, not null [type]",
        "/due: is required [missing]",
        "/renewals: must be from 0 to 5 [range]",
        "/shelves: must have at most 3 items [items]",
        "/shelves/2: must not be equal to item 0 [unique]",
        "/sheves: is not a known property; did you mean `shelves`? [unknown-field]",
    ];
    assert_eq!(faults.unwrap_err(), expected);
}

#[test]
fn a_reader_ignores_what_it_does_not_know_and_a_server_refuses_it() {
    let later = LOAN.replace("\"due\"", "\"colour\": \"red\", \"due\"");
    assert_eq!(closed::<Loan>(&later).unwrap_err(), ["/colour: is not a known property [unknown-field]"]);
    assert!(wire::from_slice::<Loan>(later.as_bytes(), Posture::Open).is_ok());
    assert_eq!(serde_json::from_str::<open::LoanState>("\"lost\"").unwrap().as_str(), "lost");
    assert_eq!(open::LoanState::from(LoanState::Lent), open::LoanState::Lent);
    let unknown = closed::<OpenMedium>(r#"{"kind": "map", "scale": 1e5}"#).unwrap();
    assert!(
        matches!(unknown, OpenMedium::Unknown(json) if json.get("scale").unwrap().as_i64() == Some(100_000))
    );
}

#[test]
fn a_patch_tells_absent_null_and_a_value_apart_and_keeps_the_rest() {
    let patch: ReaderPatch = round_trip(r#"{"email": null, "floor": 3}"#);
    assert_eq!(patch.email, Patch::Null);
    assert_eq!(patch.extra["floor"].as_i64(), Some(3));
    assert_eq!(round_trip::<ReaderPatch>(r#"{"floor": 3}"#).email, Patch::Absent);
    let patch: ReaderPatch = round_trip(r#"{"email": "ada@example.com"}"#);
    assert_eq!(format!("{:?}", patch.email), "Value(ReaderEmail(redacted))");
    assert_eq!(closed::<ReaderPatch>("{}").unwrap_err(), ["must have 1 to 10 properties [properties]"]);
}

#[test]
fn a_tagged_union_chooses_by_its_tag_alone() {
    let film: Medium = round_trip(r#"{"minutes": 9.0e1, "kind": "film"}"#);
    assert_eq!(film, Medium::Film(Film { kind: FilmKind::Film, minutes: 90 }));
    assert_eq!(closed::<Medium>(r#"{"kind": "book"}"#).unwrap_err(), ["/isbn: is required [missing]"]);
    assert_eq!(
        closed::<Medium>(r#"{"kind": "map"}"#).unwrap_err(),
        ["/kind: must be one of `book`, `film` [enum]"]
    );
    assert_eq!(closed::<Medium>("{}").unwrap_err(), ["/kind: is required [missing]"]);
    assert_eq!(closed::<Medium>("7").unwrap_err(), ["must be an object, not an integer [type]"]);
}

#[test]
fn an_untagged_union_names_the_faults_of_its_closest_variant() {
    assert!(matches!(round_trip("\"0-262-03384-4\""), BookReference::Isbn(_)));
    assert!(matches!(round_trip("[1, 2]"), BookReference::Places(_)));
    let expected = [
        "matches none of its alternatives; the closest is Places, which fails as follows [union]",
        "/1: must be an integer, not a string [type]",
    ];
    assert_eq!(closed::<BookReference>(r#"[1, "b"]"#).unwrap_err(), expected);
}
