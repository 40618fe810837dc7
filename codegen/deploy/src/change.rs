//! What would become of a resource, and what of it stops a deployment.

use serde::Serialize;

/// A change of a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// `Add`, `Modify`, `Remove`, `Import` or `Dynamic`.
    pub action: String,
    /// Its name in the template.
    pub logical: String,
    /// `AWS::DynamoDB::Table`
    pub kind: String,
    /// Of a modification: `True`, `False` or `Conditional`; else empty.
    pub replacement: String,
    /// What becomes of what was there: `Delete`, `Retain`, `Snapshot`, `ReplaceAndDelete` …; empty for nothing.
    pub policy: String,
}

/// What a change does, in the words of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deed {
    /// It wasn't there.
    Added,
    /// It stays the same thing.
    Modified,
    /// Another one takes its place.
    Replaced,
    /// Whether another one takes its place shows when it is done.
    PerhapsReplaced,
    /// It goes.
    Removed,
}

impl Deed {
    /// In one word or two.
    pub fn words(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Modified => "modified",
            Self::Replaced => "replaced",
            Self::PerhapsReplaced => "perhaps replaced",
            Self::Removed => "removed",
        }
    }

    /// In front of a line.
    pub fn sign(self) -> char {
        match self {
            Self::Added => '+',
            Self::Modified => '~',
            Self::Replaced | Self::PerhapsReplaced => '!',
            Self::Removed => '-',
        }
    }
}

/// Kinds of resources that hold what can't be made again, and what that is.
const HOLDERS: [(&str, &str); 25] = [
    ("AWS::ApiGateway::ApiKey", "keys of callers"),
    ("AWS::Backup::BackupVault", "backups"),
    ("AWS::Cognito::UserPool", "users"),
    ("AWS::DocDB::DBCluster", "documents"),
    ("AWS::DynamoDB::GlobalTable", "rows"),
    ("AWS::DynamoDB::Table", "rows"),
    ("AWS::EC2::Volume", "files"),
    ("AWS::ECR::Repository", "images"),
    ("AWS::EFS::FileSystem", "files"),
    ("AWS::ElastiCache::ReplicationGroup", "entries"),
    ("AWS::Events::Archive", "past events"),
    ("AWS::KMS::Key", "the key to what is sealed"),
    ("AWS::Kinesis::Stream", "records"),
    ("AWS::KinesisFirehose::DeliveryStream", "records on their way"),
    ("AWS::Logs::LogGroup", "logs"),
    ("AWS::Neptune::DBCluster", "a graph"),
    ("AWS::OpenSearchService::Domain", "an index"),
    ("AWS::RDS::DBCluster", "rows"),
    ("AWS::RDS::DBInstance", "rows"),
    ("AWS::S3::Bucket", "objects"),
    ("AWS::SQS::Queue", "messages"),
    ("AWS::SSM::Parameter", "a setting"),
    ("AWS::SecretsManager::Secret", "a secret"),
    ("AWS::StepFunctions::StateMachine", "running sagas"),
    ("AWS::Timestream::Table", "rows"),
];

/// What a kind of resource holds, if that can't be made again.
pub fn holds(kind: &str) -> Option<&'static str> {
    HOLDERS.iter().find(|(it, _)| *it == kind).map(|(_, what)| *what)
}

impl Change {
    /// What it does.
    pub fn deed(&self) -> Deed {
        match (self.action.as_str(), self.replacement.as_str()) {
            ("Remove", _) => Deed::Removed,
            ("Add" | "Import", _) => Deed::Added,
            (_, "True") => Deed::Replaced,
            ("Dynamic", _) | (_, "Conditional") => Deed::PerhapsReplaced,
            _ => Deed::Modified,
        }
    }

    /// What would be lost: what it holds, when it goes or another takes its place.
    pub fn loses(&self) -> Option<&'static str> {
        match self.deed() {
            Deed::Added | Deed::Modified => None,
            Deed::Replaced | Deed::PerhapsReplaced | Deed::Removed => holds(&self.kind),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(action: &str, kind: &str, replacement: &str) -> Change {
        let owned = ToOwned::to_owned;
        let (action, kind, replacement) = (owned(action), owned(kind), owned(replacement));
        Change { action, logical: "It".to_owned(), kind, replacement, policy: String::new() }
    }

    #[test]
    fn what_holds_data_is_lost_when_it_goes_or_another_takes_its_place() {
        for (kind, _) in HOLDERS {
            for (action, replacement) in
                [("Remove", ""), ("Modify", "True"), ("Modify", "Conditional"), ("Dynamic", "")]
            {
                assert!(change(action, kind, replacement).loses().is_some(), "{action} {kind} {replacement}");
            }
            for (action, replacement) in [("Add", ""), ("Modify", "False"), ("Import", ""), ("Modify", "")] {
                assert_eq!(change(action, kind, replacement).loses(), None, "{action} {kind} {replacement}");
            }
        }
        // A version is made anew with each release, and the one before is kept.
        assert_eq!(change("Modify", "AWS::Lambda::Version", "True").loses(), None);
    }

    #[test]
    fn holders_are_in_order_and_named_once() {
        assert!(HOLDERS.is_sorted_by(|one, next| one.0 < next.0));
    }
}
