//! Keys to an account: of the environment, a profile of the shared files, a web identity, or a container.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use bytes::Bytes;
use http::{Method, Request, header};
use serde_json::Value;

use super::Place;
use super::fault::Fault;
use super::place::uri;
use super::profile::Profile;
use super::transport::Transport;
use crate::xml::Xml;

/// Keys are renewed this long before they end.
const AHEAD: Duration = Duration::from_secs(60);

/// Where containers of ECS ask for keys.
const OF_CONTAINERS: &str = "http://169.254.170.2";

/// Hosts that a container may be told to ask without TLS: itself, ECS, EKS.
const WITHOUT_TLS: [&str; 6] =
    ["127.0.0.1", "localhost", "[::1]", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"];

/// Keys, which nothing prints.
#[derive(Clone)]
pub struct Keys {
    id: String,
    secret: String,
    token: Option<String>,
    expires: Option<SystemTime>,
}

impl Keys {
    /// Keys that don't end by themselves, or whose end isn't known.
    pub fn new(id: impl Into<String>, secret: impl Into<String>, token: Option<String>) -> Self {
        Self { id: id.into(), secret: secret.into(), token, expires: None }
    }

    pub(crate) fn credentials(&self) -> Credentials {
        Credentials::new(&self.id, &self.secret, self.token.clone(), self.expires, "stipule")
    }

    /// Whether they last a little longer.
    pub(crate) fn last(&self) -> bool {
        self.expires.is_none_or(|end| end > SystemTime::now() + AHEAD)
    }

    /// From a document with `AccessKeyId`, `SecretAccessKey`, `Token` or `SessionToken`, and `Expiration`.
    fn of_document(document: &Value) -> Option<Self> {
        let said = |name: &str| document[name].as_str().map(ToOwned::to_owned);
        let token = said("SessionToken").or_else(|| said("Token"));
        let expires = said("Expiration").and_then(|it| moment(&it));
        Some(Self { id: said("AccessKeyId")?, secret: said("SecretAccessKey")?, token, expires })
    }
}

fn moment(text: &str) -> Option<SystemTime> {
    text.parse::<jiff::Timestamp>().ok().map(SystemTime::from)
}

/// What this process is told about accounts.
pub(crate) struct Surroundings {
    variables: BTreeMap<String, String>,
    /// Whether the profile was asked for on the command line.
    named: bool,
    pub(crate) profile: Profile,
}

impl Surroundings {
    pub(crate) fn of_this_process(profile: Option<String>) -> Result<Self, Fault> {
        let ours = |name: &str| name.starts_with("AWS_") || name == "HOME";
        let variables: BTreeMap<_, _> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .filter(|(name, value)| ours(name) && !value.is_empty())
            .collect();
        let file = |variable: &str, name: &str| {
            let path = match variables.get(variable) {
                Some(path) => PathBuf::from(path),
                None => PathBuf::from(variables.get("HOME")?).join(".aws").join(name),
            };
            std::fs::read_to_string(path).ok()
        };
        let credentials = file("AWS_SHARED_CREDENTIALS_FILE", "credentials").unwrap_or_default();
        let config = file("AWS_CONFIG_FILE", "config").unwrap_or_default();
        let named = profile.is_some();
        let asked = profile.or_else(|| variables.get("AWS_PROFILE").cloned());
        let profile = Profile::read(asked.as_deref().unwrap_or("default"), &credentials, &config);
        if let (Some(asked), false) = (asked, profile.known) {
            return Err(Fault::Said(format!(
                "neither ~/.aws/credentials nor ~/.aws/config has a profile `{asked}`"
            )));
        }
        Ok(Self { variables, named, profile })
    }

    pub(crate) fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).cloned()
    }

    #[cfg(test)]
    pub(crate) fn of(variables: &[(&str, &str)], credentials: &str) -> Self {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Self {
            variables: variables.collect(),
            named: false,
            profile: Profile::read("default", credentials, ""),
        }
    }
}

/// Finds keys.
///
/// A profile that the command line names counts first; then the environment, a web identity, the profile, the container.
pub(crate) fn find(of: &Surroundings, place: &Place, transport: &Transport) -> Result<Keys, Fault> {
    if let Some(keys) = (!of.named).then(|| of_environment(of)).flatten() {
        return Ok(keys);
    }
    if let (false, Some(file), Some(role)) =
        (of.named, of.variable("AWS_WEB_IDENTITY_TOKEN_FILE"), of.variable("AWS_ROLE_ARN"))
    {
        return of_web_identity(of, &file, &role, place, transport);
    }
    if let Some(keys) = of_profile(&of.profile)? {
        return Ok(keys);
    }
    if let Some(asked) = container(of)? {
        return of_container(asked, transport);
    }
    Err(Fault::Said(
        "no keys to an account: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN), or AWS_PROFILE; \
         whoever signs in elsewhere exports them: eval \"$(aws configure export-credentials --format env)\""
            .to_owned(),
    ))
}

fn of_environment(of: &Surroundings) -> Option<Keys> {
    let (id, secret) = (of.variable("AWS_ACCESS_KEY_ID")?, of.variable("AWS_SECRET_ACCESS_KEY")?);
    Some(Keys::new(id, secret, of.variable("AWS_SESSION_TOKEN")))
}

fn of_profile(profile: &Profile) -> Result<Option<Keys>, Fault> {
    let said = |name: &str| profile.value(name);
    if let (Some(id), Some(secret)) = (said("aws_access_key_id"), said("aws_secret_access_key")) {
        return Ok(Some(Keys::new(id, secret, said("aws_session_token"))));
    }
    let name = &profile.name;
    if let Some(command) = said("credential_process") {
        let failed = |why: String| Fault::Said(format!("`credential_process` of the profile {name} {why}"));
        let run = Command::new("sh").args(["-c", &command]).output();
        let ended = run.map_err(|error| failed(format!("can't be run: {error}")))?;
        if !ended.status.success() {
            return Err(failed(format!("ends with {}", ended.status)));
        }
        let document: Value = serde_json::from_slice(&ended.stdout).unwrap_or_default();
        let keys = Keys::of_document(&document);
        return keys.map(Some).ok_or_else(|| failed("prints no keys".to_owned()));
    }
    if let Some(way) = ["role_arn", "sso_session", "sso_start_url"].into_iter().find(|it| said(it).is_some())
    {
        return Err(Fault::Said(format!(
            "the profile {name} signs in by `{way}`, which AWS's own tool does: \
             eval \"$(aws configure export-credentials --profile {name} --format env)\", then without the profile"
        )));
    }
    Ok(None)
}

fn of_web_identity(
    of: &Surroundings,
    file: &str,
    role: &str,
    place: &Place,
    transport: &Transport,
) -> Result<Keys, Fault> {
    let token = std::fs::read_to_string(file)
        .map_err(|error| Fault::Said(format!("can't read AWS_WEB_IDENTITY_TOKEN_FILE {file}: {error}")))?;
    let session = of.variable("AWS_ROLE_SESSION_NAME").unwrap_or_else(|| "stipule".to_owned());
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("Action", "AssumeRoleWithWebIdentity")
        .append_pair("Version", "2011-06-15")
        .append_pair("RoleArn", role)
        .append_pair("RoleSessionName", &session)
        .append_pair("WebIdentityToken", token.trim())
        .finish();
    let request = Request::builder()
        .method(Method::POST)
        .uri(place.of("sts", "/")?)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Bytes::from(form));
    let text = asked(request, transport, "AssumeRoleWithWebIdentity")?;
    let found = Xml::read(&text).ok().and_then(|xml| {
        let it = xml.find("Credentials")?;
        let (id, secret) = (it.text("AccessKeyId"), it.text("SecretAccessKey"));
        let expires = moment(&it.text("Expiration"));
        (!id.is_empty()).then(|| Keys { id, secret, token: Some(it.text("SessionToken")), expires })
    });
    found.ok_or_else(|| Fault::Said("sts gives no keys for the web identity".to_owned()))
}

/// Whom a container asks, and what it shows there.
fn container(of: &Surroundings) -> Result<Option<(http::Uri, Option<String>)>, Fault> {
    let relative =
        of.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI").map(|it| format!("{OF_CONTAINERS}{it}"));
    let Some(address) = relative.or_else(|| of.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI")) else {
        return Ok(None);
    };
    let address = uri(&address)?;
    let open = address.host().is_some_and(|host| WITHOUT_TLS.contains(&host));
    if address.scheme_str() != Some("https") && !open {
        return Err(Fault::Said(format!("the container's keys aren't asked for at {address}: no TLS")));
    }
    let shown = match of.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") {
        Some(file) => {
            let read = std::fs::read_to_string(&file);
            Some(read.map_err(|error| Fault::Said(format!("can't read {file}: {error}")))?.trim().to_owned())
        }
        None => of.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN"),
    };
    Ok(Some((address, shown)))
}

fn of_container(asked_for: (http::Uri, Option<String>), transport: &Transport) -> Result<Keys, Fault> {
    let (address, shown) = asked_for;
    let mut request = Request::builder().uri(address);
    if let Some(shown) = shown {
        request = request.header(header::AUTHORIZATION, shown);
    }
    let text = asked(request.body(Bytes::new()), transport, "GetCredentials")?;
    let document: Value = serde_json::from_str(&text).unwrap_or_default();
    Keys::of_document(&document).ok_or_else(|| Fault::Said("the container is given no keys".to_owned()))
}

/// What is answered to a request without a signature.
fn asked(
    request: Result<Request<Bytes>, http::Error>,
    transport: &Transport,
    action: &str,
) -> Result<String, Fault> {
    let request = request.map_err(|error| Fault::Said(format!("{action} can't be asked: {error}")))?;
    let answer = transport.send(request, action)?;
    if !answer.status.is_success() {
        // What was asked has a token in it, the answer hasn't.
        return Err(Fault::Said(format!("no keys: {action} is answered {}", answer.status)));
    }
    Ok(answer.text())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(variables: &[(&str, &str)], file: &str) -> Result<Keys, String> {
        let mut all = vec![("AWS_REGION", "us-east-1")];
        all.extend(variables);
        let of = Surroundings::of(&all, file);
        let place = Place::find(&super::super::Settings::default(), &of).map_err(|it| it.to_string())?;
        find(&of, &place, &Transport::new().unwrap()).map_err(|fault| fault.to_string())
    }

    const FILE: &str = "[default]\naws_access_key_id=F\naws_secret_access_key=FS\naws_session_token=FT\n";

    #[test]
    fn the_environment_counts_before_the_profile() {
        let both = [("AWS_ACCESS_KEY_ID", "E"), ("AWS_SECRET_ACCESS_KEY", "ES")];
        let keys = found(&both, FILE).ok().unwrap();
        assert_eq!((keys.id.as_str(), keys.secret.as_str(), keys.token), ("E", "ES", None));
        let keys = found(&[], FILE).ok().unwrap();
        assert_eq!((keys.id.as_str(), keys.token.as_deref()), ("F", Some("FT")));
        assert!(found(&[], "").err().unwrap().contains("AWS_ACCESS_KEY_ID"));
    }

    #[test]
    fn a_process_that_gives_keys_is_asked_and_a_sign_in_that_is_not_ours_is_explained() {
        let file = "[default]\ncredential_process = echo '{\"Version\":1,\"AccessKeyId\":\"P\",\
                    \"SecretAccessKey\":\"S\",\"Expiration\":\"2001-01-01T00:00:00Z\"}'\n";
        let keys = found(&[], file).ok().unwrap();
        assert_eq!(keys.id, "P");
        assert!(!keys.last(), "they have ended");
        let why = found(&[], "[default]\ncredential_process = echo secret; false\n").err().unwrap();
        assert!(!why.contains("secret"), "{why}");
        let why = found(&[], "[default]\nsso_session = home\n").err().unwrap();
        assert!(why.contains("export-credentials"), "{why}");
    }

    #[test]
    fn a_container_asks_nobody_in_the_clear_but_its_host() {
        let why =
            found(&[("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://192.0.2.1/keys")], "").err().unwrap();
        assert!(why.contains("no TLS"), "{why}");
    }
}
