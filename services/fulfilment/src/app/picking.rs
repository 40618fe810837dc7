//! What people find on the shelf.

use commerce_model::events::{FulfilmentPicked, FulfilmentShortPicked};
use commerce_model::fulfilment::PickedLine;
use commerce_model::types::{Fulfilment, FulfilmentLine, FulfilmentStatus, LinePieces, Quantity};
use stipule_runtime::wire::{BoundedVec, DateTime, Fault};

use super::opening::number;

/// A part of an order after it was picked.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Pick {
    pub(crate) it: Fulfilment,
    pub(crate) lines: Vec<FulfilmentLine>,
    pub(crate) picked: Picked,
}

/// What the others are told.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Picked {
    /// There is something to pack; of what is missing, if anything is.
    Something(FulfilmentPicked, Option<FulfilmentShortPicked>),
    /// There isn't.
    Nothing(FulfilmentShortPicked),
}

/// Why it isn't picked.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Refused {
    /// It doesn't wait to be picked.
    State(&'static str),
    /// Something else is said than what there is.
    Lines(String),
    /// A value of ours breaks the contract, which none does.
    Fault(Fault),
}

/// Takes note of what was found of each line.
pub(crate) fn pick(
    it: &Fulfilment,
    lines: &[FulfilmentLine],
    found: &[PickedLine],
    now: DateTime,
) -> Result<Pick, Refused> {
    if !it.status.may_become(FulfilmentStatus::Picked) {
        return Err(Refused::State(match it.status {
            FulfilmentStatus::Cancelled => "The fulfilment is cancelled.",
            FulfilmentStatus::Created | FulfilmentStatus::Picked | FulfilmentStatus::Packed => {
                "The fulfilment is picked already."
            }
        }));
    }
    let lines = picked_lines(lines, found).map_err(|faults| Refused::Lines(faults.join(" ")))?;
    let missing = lines.iter().filter_map(missing).collect::<Result<Vec<_>, _>>().map_err(Refused::Fault)?;
    let short = match missing.is_empty() {
        true => None,
        false => Some(FulfilmentShortPicked {
            fulfilment_id: it.fulfilment_id,
            order_id: it.order_id,
            warehouse: it.warehouse.clone(),
            missing: BoundedVec::new(missing).map_err(Refused::Fault)?,
        }),
    };
    let nothing = lines.iter().all(|line| line.picked.get() == 0);
    let (status, picked) = match short {
        Some(short) if nothing => (FulfilmentStatus::Cancelled, Picked::Nothing(short)),
        short => {
            let event = FulfilmentPicked {
                fulfilment_id: it.fulfilment_id,
                order_id: it.order_id,
                warehouse: it.warehouse.clone(),
            };
            (FulfilmentStatus::Picked, Picked::Something(event, short))
        }
    };
    let it = Fulfilment { status, updated_at: now.max(it.updated_at), ..it.clone() };
    Ok(Pick { it, lines, picked })
}

/// The lines with what was found of each, or everything that is wrong with what is said.
fn picked_lines(lines: &[FulfilmentLine], found: &[PickedLine]) -> Result<Vec<FulfilmentLine>, Vec<String>> {
    let mut faults = Vec::new();
    let said =
        |line: &FulfilmentLine| found.iter().filter(|it| it.line_no == line.line_no).collect::<Vec<_>>();
    let mut picked = Vec::with_capacity(lines.len());
    for line in lines {
        match said(line).as_slice() {
            [] => faults.push(format!("Line {} is missing.", line.line_no)),
            [one] if one.picked.get() <= i64::from(line.quantity.get()) => {
                picked.push(FulfilmentLine { picked: one.picked, ..line.clone() });
            }
            [_] => faults.push(format!("Line {} has {} pieces only.", line.line_no, line.quantity)),
            _ => faults.push(format!("Line {} is said twice.", line.line_no)),
        }
    }
    let foreign = found.iter().filter(|it| !lines.iter().any(|line| line.line_no == it.line_no));
    faults.extend(foreign.map(|it| format!("There is no line {}.", it.line_no)));
    if faults.is_empty() { Ok(picked) } else { Err(faults) }
}

fn missing(line: &FulfilmentLine) -> Option<Result<LinePieces, Fault>> {
    let pieces = i64::from(line.quantity.get()) - line.picked.get();
    let piece = || -> Result<LinePieces, Fault> {
        let quantity = Quantity::new(i32::try_from(pieces).unwrap_or(i32::MAX))?;
        Ok(LinePieces { line_no: number(line.line_no)?, sku: line.sku.clone(), quantity })
    };
    (pieces > 0).then(piece)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::samples::{fulfilment, line, noon, picked};

    fn pick_of(found: &[(i64, i64)]) -> Result<Pick, Refused> {
        let found: Vec<PickedLine> = found.iter().map(|(no, pieces)| picked(*no, *pieces)).collect();
        let lines = [line(1, "MUG", 2), line(2, "TEA", 1)];
        pick(&fulfilment(FulfilmentStatus::Created), &lines, &found, noon())
    }

    #[test]
    fn what_is_all_there_is_picked_and_nothing_is_missing() {
        let Pick { it, picked, .. } = pick_of(&[(2, 1), (1, 2)]).unwrap();
        assert_eq!(it.status, FulfilmentStatus::Picked);
        assert!(matches!(picked, Picked::Something(_, None)));
    }

    #[test]
    fn what_is_missing_is_told() {
        let Pick { it, picked, .. } = pick_of(&[(1, 1), (2, 0)]).unwrap();
        assert_eq!(it.status, FulfilmentStatus::Picked);
        let Picked::Something(_, Some(short)) = picked else { panic!("something is missing") };
        let missing: Vec<_> =
            short.missing.iter().map(|it| (it.sku.as_str().to_owned(), it.quantity.get())).collect();
        assert_eq!(missing, [("MUG".to_owned(), 1), ("TEA".to_owned(), 1)]);
    }

    #[test]
    fn where_nothing_is_found_nothing_is_packed() {
        let Pick { it, picked, .. } = pick_of(&[(1, 0), (2, 0)]).unwrap();
        assert_eq!(it.status, FulfilmentStatus::Cancelled);
        assert!(matches!(picked, Picked::Nothing(short) if short.missing.len() == 2));
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let Err(Refused::Lines(faults)) = pick_of(&[(1, 3), (3, 1)]) else { panic!("it is refused") };
        assert_eq!(faults, "Line 1 has 2 pieces only. Line 2 is missing. There is no line 3.");
        let Err(Refused::Lines(faults)) = pick_of(&[(1, 1), (1, 1), (2, 1)]) else { panic!("it is refused") };
        assert_eq!(faults, "Line 1 is said twice.");
    }

    #[test]
    fn nothing_is_picked_twice() {
        let lines = [line(1, "MUG", 2)];
        for status in [FulfilmentStatus::Picked, FulfilmentStatus::Packed, FulfilmentStatus::Cancelled] {
            let refused = pick(&fulfilment(status), &lines, &[picked(1, 2)], noon());
            assert!(matches!(refused, Err(Refused::State(_))), "{status:?}");
        }
    }
}
