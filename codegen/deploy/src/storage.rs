//! S3's API: objects of one bucket.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method};

use crate::call::fault::Fault;
use crate::call::sign::query;
use crate::call::{Answer, Call, Caller};
use crate::xml::Xml;

/// A bucket.
pub(crate) struct Bucket<'c> {
    caller: &'c Caller,
    name: String,
}

impl<'c> Bucket<'c> {
    pub(crate) fn new(caller: &'c Caller, name: &str) -> Self {
        Self { caller, name: name.to_owned() }
    }

    /// Where CloudFormation finds an object.
    pub(crate) fn url(&self, key: &str) -> Result<String, Fault> {
        Ok(self.caller.place.object(&self.name, &format!("/{key}"))?.to_string())
    }

    fn call(
        &self,
        action: &'static str,
        method: Method,
        path: &str,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<Answer, Fault> {
        let uri = self.caller.place.object(&self.name, path)?;
        self.caller.call(&Call { service: "s3", action, method, uri, headers, body })
    }

    /// Whether an object is there.
    pub(crate) fn has(&self, key: &str) -> Result<bool, Fault> {
        let found = self.call("HeadObject", Method::HEAD, &format!("/{key}"), HeaderMap::new(), Bytes::new());
        match found {
            Ok(_) => Ok(true),
            Err(Fault::Refused(it)) if it.status == 404 => Ok(false),
            Err(fault) => Err(fault),
        }
    }

    /// An object.
    pub(crate) fn get(&self, key: &str) -> Result<Bytes, Fault> {
        let found = self.call("GetObject", Method::GET, &format!("/{key}"), HeaderMap::new(), Bytes::new());
        found.map(|answer| answer.body)
    }

    /// Puts an object whose name follows from its bytes, unless it is there. `true` when it wasn't.
    pub(crate) fn keep(&self, key: &str, body: Bytes) -> Result<bool, Fault> {
        if self.has(key)? {
            return Ok(false);
        }
        self.call("PutObject", Method::PUT, &format!("/{key}"), HeaderMap::new(), body).map(|_| true)
    }

    /// Puts an object that must be new. `false` when somebody else was first.
    pub(crate) fn put_new(&self, key: &str, body: Bytes) -> Result<bool, Fault> {
        let mut headers = HeaderMap::new();
        headers.insert(http::header::IF_NONE_MATCH, HeaderValue::from_static("*"));
        headers.insert(http::header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        match self.call("PutObject", Method::PUT, &format!("/{key}"), headers, body) {
            Ok(_) => Ok(true),
            Err(Fault::Refused(it)) if it.status == 412 || it.status == 409 => Ok(false),
            Err(fault) => Err(fault),
        }
    }

    /// Names of objects that begin so, in order.
    pub(crate) fn names(&self, prefix: &str) -> Result<Vec<String>, Fault> {
        let (mut found, mut next) = (Vec::new(), None::<String>);
        loop {
            let mut pairs = vec![("list-type", "2"), ("prefix", prefix)];
            pairs.extend(next.as_deref().map(|token| ("continuation-token", token)));
            let path = format!("/?{}", query(pairs));
            let answer = self.call("ListObjectsV2", Method::GET, &path, HeaderMap::new(), Bytes::new())?;
            let text = answer.text();
            let xml = Xml::read(&text)?;
            found.extend(xml.all("ListBucketResult", "Contents").into_iter().map(|it| it.text("Key")));
            next = xml.find("ListBucketResult").and_then(|it| it.maybe("NextContinuationToken"));
            if next.is_none() {
                found.sort();
                return Ok(found);
            }
        }
    }
}
