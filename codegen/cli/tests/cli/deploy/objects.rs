//! The account's bucket, and its keys.

use super::account::{Account, Answer, refused, result};
use super::server::Request;

impl Account {
    /// Keys, for those who have none yet.
    pub(super) fn keys(&mut self, request: &Request) -> Option<Answer> {
        if request.path == "/keys" && request.header("authorization") == "let me in" {
            self.calls.push("Keys".to_owned());
            return Some((200, br#"{"AccessKeyId":"AKIDTEST","SecretAccessKey":"s","Token":"t"}"#.to_vec()));
        }
        let known =
            request.argument("WebIdentityToken") == "who I am" && request.argument("RoleArn") == "arn:role";
        if request.argument("Action") == "AssumeRoleWithWebIdentity" && known {
            self.calls.push("Keys".to_owned());
            let keys = "<Credentials><AccessKeyId>AKIDTEST</AccessKeyId><SecretAccessKey>s</SecretAccessKey>\
                        <SessionToken>t</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials>";
            return Some(result("AssumeRoleWithWebIdentity", keys));
        }
        None
    }

    /// Objects of the one bucket.
    pub(super) fn object(&mut self, request: &Request, action: &str, key: &str) -> Answer {
        match action {
            "PutObject" if request.header("if-none-match") == "*" && self.objects.contains_key(key) => {
                refused(412, "PreconditionFailed", "it is there")
            }
            "PutObject" => {
                self.objects.insert(key.to_owned(), request.body.clone());
                (200, vec![])
            }
            "ListObjectsV2" => {
                let keys = self.objects.keys().filter(|it| it.starts_with("releases/"));
                let keys = keys
                    .fold(String::new(), |out, it| out + &format!("<Contents><Key>{it}</Key></Contents>"));
                (200, format!("<ListBucketResult>{keys}</ListBucketResult>").into_bytes())
            }
            _ => match self.objects.get(key) {
                Some(it) => (200, it.clone()),
                None => (404, b"<Error><Code>NoSuchKey</Code><Message>no</Message></Error>".to_vec()),
            },
        }
    }
}
