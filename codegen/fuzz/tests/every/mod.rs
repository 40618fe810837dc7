//! Every target of a list runs for a while, in a deep run for longer.

use std::time::Duration;

use stipule_fuzz::{Campaign, Order, Target, be_quiet, work};

/// Gives each target `usual` inputs, or in a deep run `deep` of them at most; none may have a finding.
pub(crate) fn runs(targets: &'static [Target], usual: u64, deep: u64) {
    be_quiet();
    // A deep run ends with whichever comes first.
    let (most, seconds) = if std::env::var_os("STIPULE_DEEP").is_some() { (deep, 120) } else { (usual, 600) };
    for target in targets {
        let campaign = Campaign::new(target);
        let order = Order { seed: 7, from: 0, time: Duration::from_secs(seconds), most };
        let mut findings = Vec::new();
        let end = work(&campaign, order, |finding| findings.push(finding)).expect("files can be written");
        assert!(findings.is_empty(), "{findings:#?}");
        assert!(end >= usual, "{} takes too long: {end} inputs", target.name);
    }
}
