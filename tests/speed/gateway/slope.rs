//! Whether something grows, and how sure that is.

/// How something grows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slope {
    /// By how much in a second.
    pub(crate) slope: f64,
    /// Its standard error.
    pub(crate) error: f64,
}

impl Slope {
    /// Of points in the order of their time, by least squares; none of fewer than three. Neighbours are alike, which the
    /// standard error allows for: as many points count as would be as good if they weren't (of an autoregression of first order).
    pub(crate) fn of(points: &[(f64, f64)]) -> Option<Self> {
        let count = points.len() as f64;
        if points.len() < 3 {
            return None;
        }
        let mean = |value: fn(&(f64, f64)) -> f64| points.iter().map(value).sum::<f64>() / count;
        let (at, height) = (mean(|it| it.0), mean(|it| it.1));
        let spread: f64 = points.iter().map(|it| (it.0 - at).powi(2)).sum();
        let slope = points.iter().map(|it| (it.0 - at) * (it.1 - height)).sum::<f64>() / spread;
        let rest: Vec<f64> = points.iter().map(|it| it.1 - height - slope * (it.0 - at)).collect();
        let squares: f64 = rest.iter().map(|it| it * it).sum();
        let alike: f64 = rest.windows(2).map(|it| it[0] * it[1]).sum();
        let alike = if squares > 0.0 { (alike / squares).clamp(0.0, 0.999) } else { 0.0 };
        let error = (squares / (count - 2.0) / spread * (1.0 + alike) / (1.0 - alike)).sqrt();
        Some(Self { slope, error })
    }
}
