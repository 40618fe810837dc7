use stipule_ir::Page;

/// Pages of the codes of the platform.
pub(crate) const PAGES: &[Page] = &[
    Page {
        code: "PLT001",
        title: "There is no platform",
        text: "`contracts/platform.yaml` says what the contracts are put together to: the name that leads all \
               generated packages, what a tenant is called and which claim of the token carries it, the scopes, and \
               the services in order. Without it nothing can be generated.\n\n\
               Good:\n\n\
               ```yaml\n\
               name: library\n\
               tenant: {name: branch, claim: branch_id}\n\
               token: {issuer: https://library.example/, audience: library, scopes: {\"books:read\": Read books}}\n\
               services:\n\
               \x20 lending: {description: Lends books}\n\
               ```",
    },
    Page {
        code: "PLT002",
        title: "A name can't be the name of a package",
        text: "The names of the platform and of its services become package names, folders and modules. They are made \
               of small letters, digits and dashes and start with a letter, so that they read the same in all of \
               these places.\n\n\
               Bad: `name: My Library`\n\n\
               Good: `name: my-library`",
    },
    Page {
        code: "PLT003",
        title: "A scope can't be written in a token",
        text: "The `scope` claim of a token lists scopes separated by blanks (RFC 8693). A scope with a blank in it \
               would read as two.\n\n\
               Bad: `scopes: {read books: Reads books}`\n\n\
               Good: `scopes: {\"books:read\": Reads books}`",
    },
    Page {
        code: "PLT004",
        title: "The platform has no service",
        text: "A platform without services generates nothing that could run.\n\n\
               Bad: `services: {}`\n\n\
               Good:\n\n\
               ```yaml\n\
               services:\n\
               \x20 lending: {description: Lends books}\n\
               ```",
    },
];
