//! What the customer pays for a parcel: to the cent, whichever way a line is split between warehouses.
//!
//! The pieces of a line are thought of as numbered; the n first of q cost `total × n ÷ q`, rounded down. So the parts of a
//! line come to its total whenever all of it is found, and to less only for what is missing.

use commerce_model::types::{FulfilmentId, FulfilmentLine, OrderLine};

/// A line of one part of an order.
pub(crate) struct Piece {
    /// The part.
    pub(crate) of: FulfilmentId,
    pub(crate) line: FulfilmentLine,
}

/// What is paid for what was found of a part, in minor units. `pieces` are those of all parts, in a fixed order.
pub(crate) fn of(part: &FulfilmentId, lines: &[OrderLine], pieces: &[Piece]) -> i64 {
    let of_line = |line: &OrderLine| {
        let (total, quantity) = (line.line_total.amount.get(), i64::from(line.quantity.get()));
        let mut before = 0;
        let mut paid = 0;
        for piece in pieces.iter().filter(|piece| piece.line.line_no == line.line_no) {
            if piece.of == *part {
                let found = piece.line.picked.get();
                paid += share(total, quantity, before + found) - share(total, quantity, before);
            }
            before += i64::from(piece.line.quantity.get());
        }
        paid
    };
    lines.iter().map(of_line).sum()
}

/// What the first `pieces` of a line cost.
fn share(total: i64, quantity: i64, pieces: i64) -> i64 {
    let share = i128::from(total) * i128::from(pieces) / i128::from(quantity.max(1));
    i64::try_from(share).unwrap_or(total)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::samples::{line, order_line, part};
    use commerce_model::types::FulfilmentLine;
    use stipule_runtime::wire::Ranged;

    fn piece(at: u8, quantity: i32, picked: i64) -> Piece {
        let line = FulfilmentLine { picked: Ranged::new(picked).unwrap(), ..line(1, "MUG", quantity) };
        Piece { of: part(at), line }
    }

    #[test]
    fn parts_come_to_the_whole_however_it_is_split() {
        for (total, first, second, third) in [(100, 1, 1, 1), (1999, 5, 1, 1), (1, 2, 3, 4), (0, 1, 1, 1)] {
            let lines = [order_line(1, first + second + third, total)];
            let pieces = [
                piece(1, first, first.into()),
                piece(2, second, second.into()),
                piece(3, third, third.into()),
            ];
            let paid: Vec<i64> = (1..=3).map(|at| of(&part(at), &lines, &pieces)).collect();
            assert_eq!(paid.iter().sum::<i64>(), total, "{paid:?}");
        }
    }

    #[test]
    fn what_is_missing_is_not_paid() {
        let lines = [order_line(1, 3, 100)];
        let pieces = [piece(1, 2, 1), piece(2, 1, 1)];
        assert_eq!(of(&part(1), &lines, &pieces), 33);
        assert_eq!(of(&part(2), &lines, &pieces), 34);
        assert_eq!(of(&part(1), &lines, &[piece(1, 3, 0)]), 0);
    }
}
