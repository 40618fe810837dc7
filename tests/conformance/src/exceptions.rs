//! Where a judge differs from DynamoDB as AWS documents it. Each case must fail there: an entry whose case passes is
//! out of date, and fails. Only what fails by chance isn't asked.

use crate::judge::Kind::{self, Dynalite, MiniStack, Moto};

/// Cases that a judge fails, and why that is its fault and not ours.
#[derive(Clone, Copy, Debug)]
pub struct Exception {
    /// Who differs.
    pub judge: Kind,
    /// Group and case; with ` (in company)` where a transaction sends the actions, without where they are sent alone.
    pub cases: &'static [&'static str],
    /// Whether it is asked all the same.
    pub verdict: Verdict,
    /// What the judge does instead.
    pub why: &'static str,
    /// Where it is written what is right: a page of the DynamoDB documentation.
    pub source: &'static str,
}

/// What an exception means for its cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Asked, and must fail.
    Fails,
    /// Not asked: fails or passes by chance.
    Unasked,
}

/// The exception for a case, if there is one.
pub fn of(judge: Kind, case: &str) -> Option<&'static Exception> {
    EXCEPTIONS.iter().find(|exception| exception.judge == judge && exception.cases.contains(&case))
}

const CONSTRAINTS: &str = "developer guide, Constraints.html";
const DATA_TYPES: &str = "developer guide, HowItWorks.NamingRulesDataTypes.html";
const NAMES: &str = "developer guide, Expressions.ExpressionAttributeNames.html";
const CONDITIONS: &str = "developer guide, Expressions.OperatorsAndFunctions.html";
const UPDATES: &str = "developer guide, Expressions.UpdateExpressions.html";
const INDEXES: &str = "developer guide, GSI.html";
const MULTI_ATTRIBUTE: &str = "developer guide, GSI.DesignPattern.MultiAttributeKeys.html";
const UPDATE_ITEM: &str = "API reference, API_UpdateItem.html";
const TRANSACT: &str = "API reference, API_TransactWriteItems.html";
const QUERY: &str = "API reference, API_Query.html";
const SCAN: &str = "API reference, API_Scan.html";
const BATCH_GET: &str = "API reference, API_BatchGetItem.html";
const BATCH_WRITE: &str = "API reference, API_BatchWriteItem.html";

const fn fails(
    judge: Kind,
    cases: &'static [&'static str],
    why: &'static str,
    source: &'static str,
) -> Exception {
    Exception { judge, cases, verdict: Verdict::Fails, why, source }
}

/// Every exception.
pub const EXCEPTIONS: &[Exception] = &[
    fails(
        MiniStack,
        &["limits::a_key_is_text (in company)"],
        "takes a key of another kind in a transaction",
        TRANSACT,
    ),
    fails(
        MiniStack,
        &["limits::a_key_attribute_is_never_changed (in company)"],
        "lets a transaction change a key attribute",
        UPDATE_ITEM,
    ),
    fails(
        MiniStack,
        &[
            "updates::counting_what_is_not_there_or_no_number_is_refused",
            "updates::counting_what_is_not_there_or_no_number_is_refused (in company)",
            "transactions::an_invalid_action_is_told_at_its_place_and_nothing_happens",
        ],
        "takes an operand that is absent or no number for 0",
        UPDATES,
    ),
    fails(
        MiniStack,
        &["updates::counting_is_exact", "updates::counting_is_exact (in company)"],
        "reckons with 28 digits",
        CONSTRAINTS,
    ),
    fails(
        MiniStack,
        &[
            "updates::setting_an_attribute_twice_is_refused",
            "updates::setting_an_attribute_twice_is_refused (in company)",
        ],
        "takes two paths that overlap",
        UPDATES,
    ),
    fails(
        MiniStack,
        &["batches::what_is_too_much_for_one_answer_is_left"],
        "answers with more than 16 MB",
        BATCH_GET,
    ),
    fails(
        Moto,
        &[
            "values::numbers_out_of_range_are_refused",
            "values::numbers_out_of_range_are_refused (in company)",
        ],
        "takes numbers of any size and precision",
        CONSTRAINTS,
    ),
    fails(
        Moto,
        &[
            "values::deep_values_come_back_and_deeper_ones_are_refused",
            "values::deep_values_come_back_and_deeper_ones_are_refused (in company)",
        ],
        "takes values of any depth",
        CONSTRAINTS,
    ),
    fails(
        Moto,
        &[
            "limits::an_item_of_400_kilobytes_is_kept_and_a_byte_more_is_refused",
            "limits::an_item_of_400_kilobytes_is_kept_and_a_byte_more_is_refused (in company)",
            "limits::names_count_into_the_size_of_an_item",
            "limits::names_count_into_the_size_of_an_item (in company)",
            "limits::an_update_that_makes_an_item_too_large_is_refused",
            "limits::an_update_that_makes_an_item_too_large_is_refused (in company)",
        ],
        "refuses an item at 405,000 bytes",
        CONSTRAINTS,
    ),
    fails(
        Moto,
        &["limits::a_key_is_never_empty", "limits::a_key_is_never_empty (in company)"],
        "takes an empty key in updates and deletes",
        DATA_TYPES,
    ),
    fails(
        Moto,
        &[
            "limits::keys_of_an_index_are_text_and_never_empty",
            "limits::keys_of_an_index_are_text_and_never_empty (in company)",
        ],
        "lets an update set a key of an index to anything",
        INDEXES,
    ),
    fails(
        Moto,
        &[
            "conditions::placeholders_that_stand_for_nothing_are_refused",
            "conditions::placeholders_that_stand_for_nothing_are_refused (in company)",
        ],
        "answers with 500",
        NAMES,
    ),
    fails(
        Moto,
        &[
            "conditions::placeholders_that_nothing_uses_are_refused",
            "conditions::placeholders_that_nothing_uses_are_refused (in company)",
        ],
        "overlooks them in puts",
        NAMES,
    ),
    fails(
        Moto,
        &[
            "conditions::what_no_expression_is_is_refused",
            "conditions::what_no_expression_is_is_refused (in company)",
        ],
        "answers with 500",
        CONDITIONS,
    ),
    fails(
        Moto,
        &[
            "comparisons::values_of_different_kinds_differ_and_have_no_order",
            "comparisons::values_of_different_kinds_differ_and_have_no_order (in company)",
        ],
        "fails with an error of Python",
        CONDITIONS,
    ),
    fails(
        Moto,
        &["updates::counting_is_exact", "updates::counting_is_exact (in company)"],
        "reckons with 28 digits",
        CONSTRAINTS,
    ),
    fails(
        Moto,
        &["transactions::every_failed_condition_is_told_and_no_other"],
        "takes an absent attribute for null",
        CONDITIONS,
    ),
    fails(
        Moto,
        &["transactions::an_invalid_action_is_told_at_its_place_and_nothing_happens"],
        "refuses the whole, without a place",
        TRANSACT,
    ),
    fails(Moto, &["transactions::nothing_to_do_is_refused"], "takes a transaction without actions", TRANSACT),
    fails(Moto, &["transactions::four_megabytes_are_too_much"], "takes a transaction of any size", TRANSACT),
    Exception {
        judge: Moto,
        cases: &["transactions::of_many_at_once_one_gets_the_last", "transactions::no_update_is_lost"],
        verdict: Verdict::Unasked,
        why: "copies its tables for a transaction while other threads change them: 500, now and then",
        source: TRANSACT,
    },
    fails(Moto, &["queries::a_range_with_its_ends_exchanged_is_refused"], "finds nothing instead", QUERY),
    fails(Moto, &["pages::a_limit_of_nothing_is_refused"], "takes a limit of 0", QUERY),
    fails(Moto, &["batches::a_key_twice_or_no_key_is_refused"], "answers a batch without keys", BATCH_GET),
    fails(
        Moto,
        &[
            "batches::twenty_five_actions_happen_and_one_more_is_refused",
            "batches::two_actions_on_one_item_or_none_are_refused",
        ],
        "counts and compares no actions",
        BATCH_WRITE,
    ),
    fails(Moto, &["scans::a_segment_beyond_the_last_is_refused"], "has any number of segments", SCAN),
    fails(
        Dynalite,
        &["values::deep_values_come_back_and_deeper_ones_are_refused"],
        "takes values of any depth",
        CONSTRAINTS,
    ),
    fails(
        Dynalite,
        &["limits::keys_of_an_index_are_text_and_never_empty"],
        "takes an empty key of an index",
        INDEXES,
    ),
    fails(
        Dynalite,
        &["conditions::a_value_must_be_as_it_was_read"],
        "has no two lists or maps that are equal",
        CONDITIONS,
    ),
    fails(Dynalite, &["comparisons::texts_compare_byte_by_byte"], "compares texts in UTF-16", DATA_TYPES),
    fails(Dynalite, &["queries::an_empty_key_is_refused"], "finds nothing instead", DATA_TYPES),
    fails(Dynalite, &["scans::a_segment_beyond_the_last_is_refused"], "has any number of segments", SCAN),
    fails(Dynalite, &["scans::an_index_is_never_scanned_strongly"], "scans it", SCAN),
    fails(
        Moto,
        &[
            "native::what_is_no_key_is_refused_under_its_name",
            "native::what_is_no_key_is_refused_under_its_name (in company)",
        ],
        "takes anything under the name of a field that an index is over",
        MULTI_ATTRIBUTE,
    ),
    fails(
        Dynalite,
        &[
            "native::only_items_with_all_fields_are_in_it",
            "native::its_order_is_that_of_the_fields_in_turn",
            "native::fields_are_bound_from_the_first_on",
            "native::ranges_take_what_their_ends_say",
            "native::a_partition_is_all_of_its_fields",
            "native::writes_of_fields_move_an_item",
            "native::counting_moves_an_item",
            "native::who_is_deleted_leaves_it",
            "native::it_carries_its_fields",
            "native::pages_follow_each_other_both_ways",
            "native::what_is_no_key_is_refused_under_its_name",
        ],
        "knows keys of two attributes only",
        MULTI_ATTRIBUTE,
    ),
];
