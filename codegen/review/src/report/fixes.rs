//! What to do instead: how the same can be had without breaking anybody.

use crate::finding::{Finding, Flow, Severity, Side};

/// Rules of families, from a code up to another, with what to do instead.
const RULES: &[(&str, &[&str])] = &[
    (
        "keep the old address as a second server, or redirect from it, until callers have moved",
        &["REV010", "REV024"],
    ),
    (
        "keep it, mark it `deprecated` with a `sunset` date, and take it away after that day",
        &["REV020", "REV021", "REV025", "REV200", "REV220", "REV275", "REV300", "REV302", "REV925", "REV927"],
    ),
    (
        "make it optional with a default, and require it when every caller sends it",
        &["REV100", "REV102", "REV150", "REV152", "REV164", "REV338"],
    ),
    (
        "take both for a while: the old way, deprecated, and the new one under a name of its own",
        &["REV105", "REV106", "REV107", "REV117", "REV118", "REV160", "REV161", "REV162", "REV271", "REV331"],
    ),
    ("let an empty value mean what leaving it out means", &["REV110"]),
    ("keep the default, and let callers ask for the other meaning", &["REV113"]),
    (
        "accept the old media types beside the new ones until nobody sends them",
        &["REV154", "REV155", "REV158"],
    ),
    (
        "offer both media types, and answer with the old one where nothing else is asked for",
        &["REV210", "REV212", "REV309", "REV310"],
    ),
    ("go on sending it until nobody reads it", &["REV214", "REV222", "REV304", "REV306", "REV308"]),
    ("take the old answers for a success too", &["REV311"]),
    (
        "let the old authorisation be enough, as an alternative, until every caller has the new one",
        &["REV260", "REV261", "REV262", "REV263", "REV270", "REV272", "REV920", "REV921", "REV922", "REV923"],
    ),
    ("go on paging: without a page everything would come at once", &["REV332"]),
    ("make it optional, and require it when everybody sends it", &["REV482", "REV483"]),
    ("go on sending it, mark it `deprecated`, and leave it out of the next version", &["REV484", "REV485"]),
    ("let the object be open: readers that were built with it may refuse what they don't know", &["REV477"]),
    (
        "keep the member that tells alternatives apart and all its values, and add to them",
        &["REV574", "REV576", "REV577"],
    ),
    (
        "publish the next version beside this one, and take this one away when nobody subscribes to it",
        &["REV700", "REV702", "REV703", "REV704", "REV705", "REV706", "REV707", "REV717"],
    ),
    (
        "let the old topic go on beside the new one, and take it away when nobody listens to it",
        &["REV779", "REV781"],
    ),
    ("go on telling it until nobody listens for it", &["REV712"]),
    ("ask for the scope under a topic of its own, or give it to every token that listens", &["REV782"]),
    ("keep the archive as long as it was: what expired can't be replayed", &["REV708", "REV881"]),
    ("subscribe a second time the new way, and drain the old queue before it goes", &["REV719"]),
    (
        "migrate: write both, fill what is stored, read the new one, then drop the old one (`migrate:` in the table file)",
        &[
            "REV732", "REV733", "REV734", "REV735", "REV750", "REV751", "REV752", "REV753", "REV754",
            "REV755", "REV758",
        ],
    ),
    ("copy what is stored to where it stays before the description goes", &["REV730", "REV740"]),
    ("drain the outbox first: what is in it would never leave", &["REV736", "REV737"]),
    ("give every stored item a version first, by a write that takes one without", &["REV747"]),
    ("keep the lock, or say in the write why nobody else can have changed the item", &["REV746"]),
    (
        "add the index under a new name, let the reads move, then take the old one away",
        &["REV760", "REV762", "REV763"],
    ),
    ("change one index per deployment", &["REV764"]),
    (
        "give the new one a name of its own, and take the old one away when no service calls it",
        &["REV765", "REV767", "REV768", "REV769", "REV777", "REV778", "REV800", "REV805"],
    ),
    ("read consistently where something is decided by what is read", &["REV771"]),
    ("keep the condition, or show that no two writers meet", &["REV802"]),
    ("let the write say it as before, beside what is new", &["REV810", "REV813"]),
    ("set the time on new items only, and keep what is stored", &["REV784", "REV785", "REV788"]),
    ("look for items that share the value first, and set them apart", &["REV790", "REV792"]),
    (
        "keep it until no execution is in flight, and start new ones under the new name",
        &[
            "REV820", "REV822", "REV825", "REV827", "REV830", "REV831", "REV833", "REV838", "REV840",
            "REV844", "REV850", "REV857",
        ],
    ),
    ("say what undoes it, or why nothing has to be undone", &["REV841", "REV854", "REV861"]),
    (
        "make the new one beside it, copy what the old one holds, and take that away last",
        &["REV870", "REV871", "REV876", "REV886"],
    ),
    ("keep the protection: what it keeps can't be had back", &["REV872", "REV877", "REV878", "REV879"]),
    ("let whoever imports the value go first", &["REV875"]),
    ("keep a queue for what fails", &["REV880"]),
    ("name the actions and the resources that are needed", &["REV883", "REV884", "REV885"]),
    ("add the new name beside the old one, and move one stack after the other", &["REV929"]),
    ("write the migration, and name it in the acknowledgement", &["REV953"]),
];

/// What to do instead of a change that breaks somebody; nothing where there is nothing general to say.
pub(super) fn fix(finding: &Finding) -> Option<&'static str> {
    if finding.severity != Severity::Break {
        return None;
    }
    let has = |flow: Flow| finding.flows.contains(&flow);
    // Where documents are that can't be had otherwise any more, only that helps.
    if has(Flow::Kept) {
        return Some("write what is stored anew first, by a batch that leaves nothing of the old form");
    }
    if has(Flow::Running) {
        return Some("wait until no execution is in flight, or take what an old one holds too");
    }
    if has(Flow::Replayed) || has(Flow::Live) {
        return Some(
            "publish it as the next version of the event, beside this one until every consumer has moved",
        );
    }
    let own = RULES.iter().find(|(_, codes)| codes.contains(&finding.rule.code));
    own.map(|(said, _)| *said).or_else(|| by_flow(finding))
}

/// Of what documents show: who has to move first.
fn by_flow(finding: &Finding) -> Option<&'static str> {
    let [sent, received] = [[Flow::Sent, Flow::Answered], [Flow::Received, Flow::Notified]]
        .map(|flows| flows.iter().any(|flow| finding.flows.contains(flow)));
    match (sent, received) {
        (true, false) => Some("go on accepting it, and refuse it in a new version"),
        (false, true) => Some("go on sending what was sent, and send what is new in a member of its own"),
        (true, true) => Some("put it in a new version beside this one"),
        (false, false) => match (finding.flows.contains(&Flow::Free), finding.side) {
            (true, Side::Revision) => {
                Some("go on accepting it, and refuse it in a new version of the schema")
            }
            (true, Side::Base) => {
                Some("keep to what was accepted, and accept more in a new version of the schema")
            }
            (false, _) => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::rule::rules;

    #[test]
    fn every_rule_that_breaks_says_what_to_do_instead() {
        let flows =
            [Flow::Sent, Flow::Received, Flow::Kept, Flow::Running, Flow::Replayed, Flow::Live, Flow::Free];
        for rule in rules().into_iter().filter(|rule| rule.severity == Severity::Break) {
            let mut finding = Finding::new(rule, Side::Revision);
            // What documents show has a way that they go; what is about a review has nothing to be done instead.
            let shown = ("REV400".."REV600").contains(&rule.code);
            if shown {
                for flow in flows {
                    finding.flows = BTreeSet::from([flow]);
                    assert!(fix(&finding).is_some(), "{} {}", rule.code, rule.name);
                }
            } else if !super::super::RULES.contains(&rule) {
                assert!(fix(&finding).is_some(), "{} {}", rule.code, rule.name);
            }
        }
    }

    #[test]
    fn no_rule_says_it_twice_and_each_is_there() {
        let codes: Vec<&str> = RULES.iter().flat_map(|(_, codes)| codes.iter().copied()).collect();
        let known: BTreeSet<&str> = rules().into_iter().map(|rule| rule.code).collect();
        assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), codes.len());
        assert!(codes.iter().all(|code| known.contains(code)), "{codes:?}");
    }
}
