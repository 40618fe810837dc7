//! `commerce demo` as a person runs it.

use std::process::{Command, Output};

fn demo(columns: &str) -> (String, Output) {
    let output = Command::new(env!("CARGO_BIN_EXE_commerce"))
        .arg("demo")
        .env("COLUMNS", columns)
        .env_remove("STIPULE_LOG")
        .output()
        .expect("the binary runs");
    let text = String::from_utf8(output.stdout.clone()).expect("UTF-8");
    (text, output)
}

/// Asserts that the lines contain the texts one after the other.
fn assert_in_order(text: &str, wanted: &[&str]) {
    let mut lines = text.lines();
    for wanted in wanted {
        let found = lines.any(|line| line.contains(wanted));
        assert!(found, "`{wanted}` is missing, or stands too early, in:\n{text}");
    }
}

#[test]
fn the_story_is_told_in_order_and_the_ledgers_balance() {
    let (text, output) = demo("80");
    assert_eq!(output.status.code(), Some(0), "{text}{}", String::from_utf8_lossy(&output.stderr));
    assert_in_order(
        &text,
        &[
            "✓ warehouses  YUL1",
            "✓ products",
            "✓ customer",
            "An order that succeeds",
            "+0 ms  Cart.CheckedOut  2 × MUG-BLUE, 3 × POT-IRON: 304.00 CAD",
            "└ ✓ orders → Order.Placed  304.00 CAD",
            "├ ✓ inventory → Inventory.LowStock  0 POT-IRON left in YUL1",
            "├ ✓ inventory → Inventory.LowStock  1 POT-IRON left in YVR1",
            "├ ✓ inventory → Inventory.Reserved",
            "✓ fraud → Fraud.Approved  score 15",
            "├ ✓ payments → Payment.Authorized  304.00 CAD",
            "└ ✓ orders → Order.Confirmed  304.00 CAD",
            "✓ CONFIRMED",
            "A card that is declined",
            "✓ inventory → Inventory.Reserved",
            "✗ payments → Payment.Declined  card declined",
            "✓ inventory → Inventory.ReservationReleased",
            "└ ✗ orders → Order.Rejected  payment declined",
            "✗ REJECTED",
            "More than there is",
            "✗ inventory → Inventory.ReservationFailed  only 1 of 2 POT-IRON",
            "└ ✗ orders → Order.Rejected  out of stock",
            "✗ REJECTED",
            "times out",
            "✓ payments → Payment.Authorized",
            "✓ CONFIRMED",
            "A coupon that one customer may use once",
            "✓ promotions → Promotion.CouponRedeemed  TEATIME saves 6.65 CAD",
            "✓ CONFIRMED  37.65 CAD",
            "An order that looks suspicious",
            "└ ✓ fraud → Fraud.Flagged",
            "✓ RESERVED",
            "+0 ms  Fraud.Approved",
            "Order.Confirmed  1,183.00 CAD",
            "✓ CONFIRMED",
            "✓ search      «bleu mug», taken for «blue mug»: Blue mug at 18.50 CAD",
            "✓ review      Blue mug has 5 stars from 1 customer",
            "An order that is cancelled",
            "✓ CONFIRMED",
            "Order.CancelRequested  customer request",
            "✓ orders → Order.Cancelled  customer request",
            "✓ CANCELLED",
            "What she was told",
            "✓ mail        7 × «We have your order», 5 × «Your order is confirmed»",
            "The ledgers",
            "✓ stock   376 on hand = 82 reserved + 294 available",
            "✓ stock   82 reserved = 82 on 4 confirmed orders",
            "✓ money   the provider holds 1,576.25 CAD = 1,576.25 CAD",
            "✓ orders  7 at their end: 4 confirmed, 2 rejected, 1 cancelled",
            "✓ queues  0 in flight, 0 dead letters",
            "✓ stores  another store's token lists nothing, and finds nothing",
            "The ledgers balance.",
        ],
    );
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_pipe_gets_no_colours_and_no_page_is_too_wide() {
    for columns in [80, 40] {
        let (text, output) = demo(&columns.to_string());
        assert_eq!(output.status.code(), Some(0), "{text}");
        assert!(!text.contains('\u{1b}'), "{text}");
        let widest = text.lines().max_by_key(|line| line.chars().count()).unwrap_or_default();
        assert!(widest.chars().count() <= columns, "{widest}");
    }
}

#[test]
fn a_reader_who_leaves_does_not_break_the_story() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_commerce"))
        .arg("demo")
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the binary runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}
