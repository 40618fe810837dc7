//! What the generated templates have in them: everything that costs whether anybody calls or not.

use stipule_emit::StackResource;
use stipule_ir::Contract;

/// The resources of all templates.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts(Vec<StackResource>);

impl Facts {
    /// Those of a contract; none where it has no table, and thus no templates.
    pub(crate) fn of(contract: &Contract) -> Self {
        Self(stipule_emit::stack_resources(contract))
    }

    /// The resources of a type.
    fn all<'f>(&'f self, kind: &'f str) -> impl Iterator<Item = &'f StackResource> {
        self.0.iter().filter(move |resource| resource.kind == kind)
    }

    /// How many there are of a type, and the template of the first.
    pub(crate) fn count(&self, kind: &str) -> (f64, String) {
        (self.all(kind).count() as f64, self.template(kind))
    }

    /// The template of the first resource of a type.
    pub(crate) fn template(&self, kind: &str) -> String {
        self.all(kind).next().map(|resource| resource.template.clone()).unwrap_or_default()
    }

    /// What alarms look at: one that reckons with several metrics is billed for each.
    pub(crate) fn alarm_metrics(&self) -> f64 {
        let metrics = |resource: &StackResource| {
            let listed = resource.properties["Metrics"].as_array();
            let stats = listed.map(|all| all.iter().filter(|metric| !metric["MetricStat"].is_null()).count());
            stats.unwrap_or(1) as f64
        };
        self.all("AWS::CloudWatch::Alarm").map(metrics).sum()
    }

    /// Rules of the firewall.
    pub(crate) fn firewall_rules(&self) -> f64 {
        let rules =
            |resource: &StackResource| resource.properties["Rules"].as_array().map_or(0, Vec::len) as f64;
        self.all("AWS::WAFv2::WebACL").map(rules).sum()
    }

    /// Gigabytes of the gateway's cache, if it has one.
    pub(crate) fn cache(&self) -> Option<String> {
        let stage = self.all("AWS::ApiGateway::Stage").next()?;
        let on = stage.properties["CacheClusterEnabled"] == true;
        on.then(|| stage.properties["CacheClusterSize"].as_str().unwrap_or("0.5").to_owned())
    }

    /// Whether the gateway has metrics of each method by itself.
    pub(crate) fn has_method_metrics(&self) -> bool {
        let settings = |resource: &StackResource| resource.properties["MethodSettings"].as_array().cloned();
        let all = self.all("AWS::ApiGateway::Stage").filter_map(settings).flatten();
        all.into_iter().any(|setting| setting["MetricsEnabled"] == true)
    }

    /// Routes of the sockets with metrics of their own.
    pub(crate) fn metered_routes(&self) -> f64 {
        let on = |resource: &StackResource| {
            resource.properties["DefaultRouteSettings"]["DetailedMetricsEnabled"] == true
        };
        let (routes, _) = self.count("AWS::ApiGatewayV2::Route");
        if self.all("AWS::ApiGatewayV2::Stage").any(on) { routes } else { 0.0 }
    }

    /// The share of calls that is traced, and how many a second are traced in any case.
    pub(crate) fn sampling(&self) -> (f64, f64) {
        let rule = self.all("AWS::XRay::SamplingRule").next();
        let number = |key: &str| rule.and_then(|it| it.properties["SamplingRule"][key].as_f64());
        (number("FixedRate").unwrap_or_default(), number("ReservoirSize").unwrap_or_default())
    }

    /// Queues that a function reads: ordered ones, and others.
    pub(crate) fn polled(&self) -> (f64, f64) {
        let queues = self.all("AWS::Lambda::EventSourceMapping").filter(|it| {
            let source = it.properties["EventSourceArn"].to_string();
            source.contains("-queue\"")
        });
        let ordered = self.all("AWS::SQS::Queue").filter(|queue| {
            queue.properties["FifoQueue"] == true && !queue.properties["RedrivePolicy"].is_null()
        });
        let (all, ordered) = (queues.count() as f64, ordered.count() as f64);
        (ordered, all - ordered)
    }

    /// Days that the archive keeps events.
    pub(crate) fn archive_days(&self) -> f64 {
        let archive = self.all("AWS::Events::Archive").next();
        archive.and_then(|it| it.properties["RetentionDays"].as_f64()).unwrap_or_default()
    }

    /// How often a day schedules call a function.
    pub(crate) fn scheduled(&self) -> f64 {
        let of_rule = |rule: &StackResource| {
            let text = rule.properties["ScheduleExpression"].as_str()?;
            let (count, unit) = text.strip_prefix("rate(")?.strip_suffix(')')?.split_once(' ')?;
            let minutes = match unit.trim_end_matches('s') {
                "minute" => 1.0,
                "hour" => 60.0,
                "day" => 1_440.0,
                _ => return None,
            };
            Some(1_440.0 / (count.parse::<f64>().ok()? * minutes))
        };
        self.all("AWS::Events::Rule").filter_map(of_rule).sum()
    }

    /// Whether there is something of a type.
    pub(crate) fn has(&self, kind: &str) -> bool {
        self.all(kind).next().is_some()
    }
}
