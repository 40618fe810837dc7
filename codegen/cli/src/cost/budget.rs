//! What may be spent, and what is.

use stipule_cost::Bill;
use stipule_ir::{Contract, Span};

/// A budget that the contracts declare.
pub(super) struct Spent<'c> {
    /// The service that it is of; `None` for all of them.
    pub(super) of: Option<&'c str>,
    /// Whole units of the currency of the prices, a month.
    pub(super) budget: u64,
    /// What the declared rates cost a month.
    pub(super) per_month: f64,
    /// Where it was declared.
    pub(super) span: &'c Span,
}

impl Spent<'_> {
    /// Whether it is exceeded.
    pub(super) fn is_exceeded(&self) -> bool {
        self.per_month > self.budget as f64
    }

    /// In hundredths of the budget; `None` where nothing may be spent.
    pub(super) fn percent(&self) -> Option<f64> {
        (self.budget > 0).then(|| self.per_month * 100.0 / self.budget as f64)
    }
}

/// The budgets of a platform, that of all of it first.
pub(super) fn budgets<'c>(contract: &'c Contract, bill: &Bill) -> Vec<Spent<'c>> {
    let Some(budget) = &contract.platform.budget else { return Vec::new() };
    let spent = |of: Option<&'c str>, budget: u64, span: &'c Span| Spent {
        of,
        budget,
        per_month: bill.sum(|item| of.is_none() || item.service.as_deref() == of),
        span,
    };
    let whole = budget.month.iter().map(|month| spent(None, month.value, &month.span));
    let services = budget.services.iter();
    whole.chain(services.map(|(name, amount)| spent(Some(&name.value), *amount, &name.span))).collect()
}
