//! Pages of the codes that testing a pattern can give.

use stipule_ir::Page;

/// The pages, by code.
pub(crate) const PAGES: &[Page] = &[
    Page {
        code: "PAT001",
        title: "EventBridge would refuse this pattern",
        text: "The pattern is not JSON, names an operator that doesn't exist, gives an operator something it can't \
               take, or goes beyond a limit of the service. All faults are reported at once, each at its place, \
               because a deployment would only show the first, and late.\n\n\
               Bad:\n\n\
               ```json\n{\"detail\": {\"state\": \"lent\", \"days\": [{\"above\": 30}]}}\n```\n\n\
               Good:\n\n\
               ```json\n{\"detail\": {\"state\": [\"lent\"], \"days\": [{\"numeric\": [\">\", 30]}]}}\n```",
    },
    Page {
        code: "PAT002",
        title: "The service takes this pattern, but it may not mean what it says",
        text: "A field is tested twice, and only the last test counts; a number lies outside what the user guide \
               promises to compare; `$or` is read as the name of a field; an operator is undocumented; or the \
               pattern is longer than the default quota. Nothing warns of these where the rule runs.\n\n\
               Bad:\n\n\
               ```json\n{\"detail\": {\"state\": [\"lent\"]}, \"detail.state\": [\"back\"]}\n```\n\n\
               Good:\n\n\
               ```json\n{\"detail\": {\"state\": [\"lent\", \"back\"]}}\n```",
    },
    Page {
        code: "PAT003",
        title: "The event can't be read",
        text: "A pattern is tested against one JSON object: the whole event with its envelope, as it stands on the \
               bus. Text that is not JSON, a list, or nesting beyond every limit of a bus can't be matched at all, \
               which is something else than an event that doesn't match.\n\n\
               Bad:\n\n\
               ```json\n[{\"detail-type\": \"Book.Lent\"}]\n```\n\n\
               Good:\n\n\
               ```json\n{\"detail-type\": \"Book.Lent\", \"detail\": {\"state\": \"lent\"}}\n```",
    },
];
