//! Shared files of AWS's tools: `~/.aws/credentials` and `~/.aws/config`.

use std::collections::BTreeMap;

/// What the files say of one profile.
#[derive(Clone, Default)]
pub(crate) struct Profile {
    pub(crate) name: String,
    values: BTreeMap<String, String>,
    /// Whether any file speaks of it.
    pub(crate) known: bool,
}

impl Profile {
    /// Reads a profile; what stands in the file of credentials counts before what stands in the file of settings.
    pub(crate) fn read(name: &str, credentials: &str, config: &str) -> Self {
        let mut found = Self { name: name.to_owned(), ..Self::default() };
        // In the file of settings only `default` stands without the word.
        let mut of_config = vec![format!("profile {name}")];
        of_config.extend((name == "default").then(|| name.to_owned()));
        for (text, titles) in [(config, of_config), (credentials, vec![name.to_owned()])] {
            let mut inside = false;
            for line in text.lines() {
                let trimmed = line.trim();
                if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
                    continue;
                }
                if let Some(title) = trimmed.strip_prefix('[').and_then(|it| it.split(']').next()) {
                    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
                    inside = titles.contains(&title);
                    found.known |= inside;
                    continue;
                }
                // What is indented belongs to a setting of its own, as `s3 =`.
                if !inside || line.starts_with([' ', '\t']) {
                    continue;
                }
                if let Some((name, value)) = trimmed.split_once('=') {
                    let value = value.split(" #").next().unwrap_or_default();
                    found.values.insert(name.trim().to_lowercase(), value.trim().to_owned());
                }
            }
        }
        found
    }

    pub(crate) fn value(&self, name: &str) -> Option<String> {
        self.values.get(name).filter(|it| !it.is_empty()).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CREDENTIALS: &str = "[default]\naws_access_key_id = A\naws_secret_access_key=a/b+c==\n# x\n\n[ship]\n\
                               AWS_ACCESS_KEY_ID=B\n aws_secret_access_key=not here\n";
    const CONFIG: &str = "[default]\nregion=us-east-1\n[profile  ship]\nregion = eu-west-1 # home\naws_access_key_id=C\n\
                          s3 =\n  region = no\n[ship]\nregion=wrong\n";

    #[test]
    fn profiles_are_read_from_both_files() {
        let default = Profile::read("default", CREDENTIALS, CONFIG);
        assert_eq!(default.value("aws_secret_access_key").unwrap(), "a/b+c==");
        assert_eq!(default.value("region").unwrap(), "us-east-1");
        let ship = Profile::read("ship", CREDENTIALS, CONFIG);
        assert_eq!(ship.value("aws_access_key_id").unwrap(), "B", "credentials before settings");
        assert_eq!(ship.value("region").unwrap(), "eu-west-1");
        assert_eq!(ship.value("aws_secret_access_key"), None);
        assert!(!Profile::read("other", CREDENTIALS, CONFIG).known);
    }
}
