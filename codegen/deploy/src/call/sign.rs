//! Signatures of requests (AWS Signature Version 4).

use std::time::SystemTime;

use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
    UriPathNormalizationMode, sign as signed,
};
use aws_sigv4::sign::v4::SigningParams;
use bytes::Bytes;
use http::Request;

use super::credentials::Keys;
use super::fault::Fault;

/// A query as signatures are made of it: everything but letters, digits and `-._~` in hexadecimal (RFC 3986).
pub fn query<'q>(pairs: impl IntoIterator<Item = (&'q str, &'q str)>) -> String {
    let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    // A form writes these three otherwise.
    form.replace('+', "%20").replace('*', "%2A").replace("%7E", "~")
}

/// Signs a request: headers `authorization`, `x-amz-date`, for temporary keys `x-amz-security-token`, and for S3
/// `x-amz-content-sha256`.
///
/// # Errors
/// [`Fault::Said`] when a header isn't text.
pub fn sign(
    request: &mut Request<Bytes>,
    keys: &Keys,
    region: &str,
    service: &str,
    now: SystemTime,
) -> Result<(), Fault> {
    let failed = |error: String| Fault::Said(format!("a request can't be signed: {error}"));
    let identity = keys.credentials().into();
    let mut settings = SigningSettings::default();
    if service == "s3" {
        // Names of objects are taken as they are.
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    }
    let parameters = SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name(service)
        .time(now)
        .settings(settings)
        .build()
        .map_err(|error| failed(error.to_string()))?;
    let uri = request.uri().to_string();
    let mut headers = Vec::new();
    for (name, value) in request.headers() {
        headers.push((name.as_str(), value.to_str().map_err(|error| failed(error.to_string()))?));
    }
    let body = SignableBody::Bytes(request.body());
    let signable = SignableRequest::new(request.method().as_str(), uri, headers.into_iter(), body);
    let signable = signable.map_err(|error| failed(error.to_string()))?;
    let output = signed(signable, &parameters.into()).map_err(|error| failed(error.to_string()))?;
    let (instructions, _) = output.into_parts();
    instructions.apply_to_request_http1x(request);
    Ok(())
}
