//! Lowering, seen through a dump of the declared types.

use crate::testing::types;

/// Lowers one file and expects these declared types and no diagnostic.
#[track_caller]
fn lowers(text: &str, expected: &str) {
    lowers_all(&[("contracts/types/book.yaml", text)], expected);
}

#[track_caller]
fn lowers_all(files: &[(&str, &str)], expected: &str) {
    let (dump, faults) = types(files);
    assert_eq!(faults, "");
    assert_eq!(dump.trim(), expected.trim());
}

#[test]
fn an_object_becomes_a_struct_with_limits_in_place() {
    lowers(
        "title: Book
type: object
required: [isbn, pages]
additionalProperties: false
properties:
  isbn: {type: string, minLength: 10, maxLength: 13}
  pages: {type: integer, format: int32, minimum: 1, maximum: 9999}
  weight: {type: number}
  lentAt: {type: string, format: date-time}
  tags: {type: array, items: {type: string, maxLength: 20}, minItems: 1, uniqueItems: true}
  notes: {type: [string, 'null'], default: none}
  reader: {type: string, x-stipule-pii: true}
",
        "types::Book = {isbn: String 10..13, pages: Int32 >= 1 <= 9999, weight?: Float64, lent_at?: DateTime, \
         tags?: [String ..20] 1.. unique, notes?: String? = \"none\", reader?: String personal, !}",
    );
}

#[test]
fn anonymous_types_that_need_a_declaration_are_named_after_their_place() {
    lowers(
        "title: Book
type: object
properties:
  status: {enum: [on-shelf, LENT, 3-days]}
  shelf: {type: string, pattern: '^[A-Z]+$'}
  lines:
    type: array
    items: {type: object, properties: {price: {type: number, exclusiveMinimum: 0}}}
  data:
    type: array
    items: {enum: [1, -2]}
  extra:
    additionalProperties: {type: object, properties: {a: {type: boolean}}}
    type: object
",
        "
types::Book = {status?: BookStatus, shelf?: BookShelf, lines?: [BookLine], data?: [BookDataItem], \
         extra?: <String: BookExtraValue>}
types::BookDataItem = Value1=1 | Minus2=-2
types::BookExtraValue = {a?: Boolean}
types::BookLine = {price?: BookLinePrice}
types::BookLinePrice = Float64 > 0
types::BookShelf = String /^[A-Z]+$/
types::BookStatus = OnShelf=\"on-shelf\" | Lent=\"LENT\" | N3Days=\"3-days\"",
    );
}

#[test]
fn definitions_keep_their_names_and_recursion_needs_no_care() {
    lowers(
        "$defs:
  Shelf: {type: object, properties: {name: {$ref: '#/$defs/ShelfName'}, inner: {type: array, items: {$ref: '#/$defs/Shelf'}}}}
  ShelfName: {type: string}
  Rows: {type: array, items: {$ref: '#/$defs/Shelf'}}
",
        "
types::Rows = [Shelf]
types::Shelf = {name?: ShelfName, inner?: [Shelf]}
types::ShelfName = String",
    );
}

#[test]
fn references_across_files_meet_in_one_type() {
    lowers_all(
        &[
            ("contracts/types/a.yaml", "type: object\nproperties: {one: {$ref: sub/money.schema.json}}"),
            (
                "contracts/types/b.yaml",
                "type: object\nproperties: {two: {$ref: './sub/../sub/money.schema.json#'}}",
            ),
            (
                "contracts/types/sub/money.schema.json",
                r##"{"type": "object", "properties": {"cents": {"$ref": "#/$defs/a%20b~1c"}},
                    "$defs": {"a b/c": {"type": "integer", "minimum": 0, "multipleOf": 5}}}"##,
            ),
        ],
        "
types::A = {one?: Money}
types::ABC = Int64 >= 0 step 5
types::B = {two?: Money}
types::Money = {cents?: ABC}",
    );
}

#[test]
fn all_of_merges_objects_and_tightens_scalars() {
    lowers(
        "$defs:
  Base: {type: object, required: [id], properties: {id: {type: string, maxLength: 9}}}
  Book:
    description: More.
    allOf:
      - $ref: '#/$defs/Base'
      - type: object
        required: [title]
        properties: {title: {type: string}, id: {type: string, minLength: 2, maxLength: 20}}
    properties: {year: {type: integer}}
  Short: {type: string, maxLength: 10}
  Shorter: {allOf: [{$ref: '#/$defs/Short'}, {maxLength: 5, minLength: 1}]}
  Alias: {allOf: [{$ref: '#/$defs/Short'}]}
  Use: {type: object, properties: {a: {$ref: '#/$defs/Alias'}, b: {$ref: '#/$defs/Base', description: Said here}}}
",
        "
types::Base = {id: String ..9}
types::Book = {id: String 2..9, title: String, year?: Int64}
types::Short = String ..10
types::Shorter = String 1..5
types::Use = {a?: Short, b?: Base}",
    );
}

#[test]
fn null_is_split_off_wherever_it_is_said() {
    lowers(
        "$defs:
  Name: {type: [string, 'null'], maxLength: 5}
  Maybe: {oneOf: [{$ref: '#/$defs/Shelf'}, {type: 'null'}]}
  Shelf: {type: object, properties: {row: {type: integer}}}
  Use:
    type: object
    properties:
      a: {$ref: '#/$defs/Name'}
      b: {$ref: '#/$defs/Maybe'}
      c: {anyOf: [{type: 'null'}, {$ref: '#/$defs/Shelf'}]}
      d: {enum: [x, null]}
      e: {type: array, items: {type: [integer, 'null']}}
      f: {type: 'null'}
      g: {type: object, additionalProperties: {type: [string, 'null']}}
      h: {type: [string, 'null'], enum: [x]}
      i: {oneOf: [{type: string}, {type: integer}, {type: 'null'}]}
",
        "
types::Name = String ..5
types::Shelf = {row?: Int64}
types::Use = {a?: Name?, b?: Shelf?, c?: Shelf?, d?: UseD?, e?: [Int64?], f?: Null?, g?: <String: String?>, \
         h?: UseH, i?: UseI?}
types::UseD = X=\"x\"
types::UseH = X=\"x\"
types::UseI = one of Text(String) | Integer(Int64)",
    );
}

#[test]
fn unions_are_tagged_by_discriminators_and_by_constants() {
    lowers(
        "$defs:
  Loan: {type: object, required: [kind], properties: {kind: {const: loan}}}
  Sale: {type: object, required: [kind], properties: {kind: {enum: [sale, gift]}}}
  Deal: {oneOf: [{$ref: '#/$defs/Loan'}, {$ref: '#/$defs/Sale'}]}
  Cat: {type: object, required: [is], properties: {is: {type: string}}}
  Dog: {type: object, required: [is], properties: {is: {type: string}}}
  Pet:
    oneOf: [{$ref: '#/$defs/Cat'}, {$ref: '#/$defs/Dog'}]
    discriminator: {propertyName: is, mapping: {kitty: '#/$defs/Cat', tom: Cat}}
  Loose: {anyOf: [{type: string, maxLength: 3}, {type: integer}, {title: Both, type: object, properties: {a: {type: string}}}]}
",
        "
types::Cat = {is: String}
types::Deal = one by kind of Loan(Loan) [\"loan\"] | Sale(Sale) [\"gift\", \"sale\"]
types::Dog = {is: String}
types::Loan = {kind: LoanKind}
types::LoanKind = Loan=\"loan\"
types::Loose = any of Text(String ..3) | Integer(Int64) | Both(LooseBoth)
types::LooseBoth = {a?: String}
types::Pet = one by is of Cat(Cat) [\"kitty\", \"tom\"] | Dog(Dog) [\"Dog\"]
types::Sale = {kind: SaleKind}
types::SaleKind = Sale=\"sale\" | Gift=\"gift\"",
    );
}

#[test]
fn constants_in_branches_make_an_enum_and_tuples_have_a_type_per_place() {
    lowers(
        "$schema: https://json-schema.org/draft/2020-12/schema
$defs:
  Size: {oneOf: [{const: s, title: Small}, {const: m, description: Medium}]}
  Pair: {type: array, prefixItems: [{type: string}, {enum: [a]}], items: false, minItems: 2}
  Free: {type: object}
  Open: {type: object, properties: {a: {type: string}}, additionalProperties: true}
  Keys: {type: object, propertyNames: {type: string, pattern: ^k}, additionalProperties: {type: integer}, maxProperties: 3}
  Whatever: {}
",
        "
types::Free = <String: Any>
types::Keys = <KeysKey: Int64> ..3
types::KeysKey = String /^k/
types::Open = {a?: String, *: Any}
types::Pair = (String, PairItem2)
types::PairItem2 = A=\"a\"
types::Size = S=\"s\" | M=\"m\"",
    );
}

#[test]
fn draft_07_has_tuples_in_items() {
    lowers(
        "$schema: http://json-schema.org/draft-07/schema#
definitions:
  Pair: {type: array, items: [{type: string}, {type: integer}], additionalItems: false, minItems: 2}
",
        "types::Pair = (String, Int64)",
    );
}

#[test]
fn names_that_read_alike_are_numbered_given_ones_first() {
    lowers(
        "$defs:
  a: {type: object, properties: {fooBar: {type: object, properties: {x: {type: string}}}}}
  aFooBar: {type: string}
  a-foo-bar: {type: string}
  Option: {type: string}
",
        "
types::A = {foo_bar?: AFooBar3}
types::AFooBar = String
types::AFooBar2 = String
types::AFooBar3 = {x?: String}
types::OptionValue = String",
    );
}

#[test]
fn the_order_of_files_changes_nothing() {
    let files = [
        ("contracts/types/a.yaml", "type: object\nproperties: {b: {$ref: b.yaml}, x: {enum: [p]}}"),
        (
            "contracts/types/b.yaml",
            "type: object\nproperties: {a: {$ref: a.yaml}, c: {$ref: 'c.yaml#/$defs/C'}}",
        ),
        ("contracts/types/c.yaml", "$defs: {C: {type: string}}"),
    ];
    let mut reversed = files;
    reversed.reverse();
    assert_eq!(types(&files), types(&reversed));
}

#[test]
fn long_chains_of_references_need_no_stack() {
    let mut text = String::from("$defs:\n");
    for index in 0..3_000 {
        text += &format!(
            "  T{index}: {{type: object, properties: {{next: {{$ref: '#/$defs/T{}'}}}}}}\n",
            index + 1
        );
    }
    text += "  T3000: {type: string}\n";
    let (dump, faults) = types(&[("contracts/types/chain.yaml", &text)]);
    assert_eq!(faults, "");
    assert_eq!(dump.lines().count(), 3_001);
}
