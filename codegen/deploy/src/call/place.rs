//! Where services are.

use http::Uri;

use super::Settings;
use super::credentials::Surroundings;
use super::fault::Fault;

/// A region, or an endpoint that stands for all services.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) region: String,
    /// Without a slash at its end.
    endpoint: Option<String>,
}

impl Place {
    pub(crate) fn find(settings: &Settings, surroundings: &Surroundings) -> Result<Self, Fault> {
        let said = |name: &str| surroundings.variable(name);
        let region = settings
            .region
            .clone()
            .or_else(|| said("AWS_REGION"))
            .or_else(|| said("AWS_DEFAULT_REGION"))
            .or_else(|| surroundings.profile.value("region"));
        let Some(region) = region else {
            return Err(Fault::Said(
                "no region: --region, AWS_REGION, or `region` of the profile".to_owned(),
            ));
        };
        let plain = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
        if region.is_empty() || !region.chars().all(plain) {
            return Err(Fault::Said(format!("`{region}` is no region, as `eu-central-1` is one")));
        }
        let endpoint = settings.endpoint.clone().or_else(|| said("AWS_ENDPOINT_URL"));
        let endpoint = endpoint.map(|it| it.trim_end_matches('/').to_owned());
        if let Some(address) = &endpoint {
            let whole = address.parse::<Uri>().ok().filter(|uri| {
                matches!(uri.scheme_str(), Some("http" | "https"))
                    && uri.host().is_some_and(|it| !it.is_empty())
            });
            if whole.is_none() {
                return Err(Fault::Said(format!(
                    "the endpoint `{address}` is no address, as `https://host:port`"
                )));
            }
        }
        Ok(Self { region, endpoint })
    }

    /// The address of a path of a service.
    pub(crate) fn of(&self, service: &str, path: &str) -> Result<Uri, Fault> {
        let host = |service: &str| format!("https://{service}.{}.{}", self.region, self.suffix());
        // What signatures call `monitoring` is called so in addresses too; S3 and Lambda alike.
        uri(&format!("{}{path}", self.endpoint.clone().unwrap_or_else(|| host(service))))
    }

    /// The address of an object of a bucket; `path` with the slash at its beginning.
    pub(crate) fn object(&self, bucket: &str, path: &str) -> Result<Uri, Fault> {
        let address = match &self.endpoint {
            Some(endpoint) => format!("{endpoint}/{bucket}{path}"),
            None => format!("https://{bucket}.s3.{}.{}{path}", self.region, self.suffix()),
        };
        uri(&address)
    }

    fn suffix(&self) -> &'static str {
        if self.region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" }
    }
}

pub(crate) fn uri(address: &str) -> Result<Uri, Fault> {
    address.parse().map_err(|error| Fault::Said(format!("`{address}` is no address: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(settings: &Settings, variables: &[(&str, &str)]) -> Result<Place, String> {
        Place::find(settings, &Surroundings::of(variables, "")).map_err(|fault| fault.to_string())
    }

    #[test]
    fn services_are_where_aws_has_them_or_all_at_one_endpoint() {
        let there = place(&Settings::default(), &[("AWS_REGION", "eu-central-1")]).unwrap();
        let at = |place: &Place, service: &str| place.of(service, "/").unwrap().to_string();
        assert_eq!(at(&there, "cloudformation"), "https://cloudformation.eu-central-1.amazonaws.com/");
        let object = there.object("shelf", "/a/b").unwrap();
        assert_eq!(object.to_string(), "https://shelf.s3.eu-central-1.amazonaws.com/a/b");
        let china = Settings { region: Some("cn-north-1".to_owned()), ..Settings::default() };
        let china = place(&china, &[("AWS_REGION", "eu-central-1")]).unwrap();
        assert_eq!(at(&china, "sts"), "https://sts.cn-north-1.amazonaws.com.cn/");
        let variables = [("AWS_DEFAULT_REGION", "us-east-1"), ("AWS_ENDPOINT_URL", "http://127.0.0.1:1/")];
        let one = place(&Settings::default(), &variables).unwrap();
        assert_eq!(at(&one, "s3"), "http://127.0.0.1:1/");
        assert_eq!(one.object("shelf", "/a").unwrap().to_string(), "http://127.0.0.1:1/shelf/a");
    }

    #[test]
    fn what_is_no_region_or_address_is_said() {
        assert!(place(&Settings::default(), &[]).unwrap_err().contains("--region"));
        for bad in ["", "eu central", "x.evil.example/", "EU-WEST-1"] {
            assert!(place(&Settings::default(), &[("AWS_REGION", bad)]).is_err(), "{bad}");
        }
        for bad in ["localhost", "ftp://a", "http://", "//x"] {
            let settings = Settings { endpoint: Some(bad.to_owned()), ..Settings::default() };
            assert!(place(&settings, &[("AWS_REGION", "us-east-1")]).is_err(), "{bad}");
        }
    }
}
