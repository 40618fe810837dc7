//! From figures to places in a picture, and which of them are named beside it.

/// How figures are spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scale {
    /// From zero on.
    Linear,
    /// Milliseconds, each tick ten times the last.
    Times,
}

/// An axis.
pub(crate) struct Axis {
    scale: Scale,
    /// Least and largest figure, and where they are.
    figures: (f64, f64),
    places: (f64, f64),
    ticks: Vec<(f64, String)>,
}

impl Axis {
    /// With room for all of these figures.
    pub(crate) fn over(figures: impl Iterator<Item = f64>, scale: Scale, places: (f64, f64)) -> Self {
        let (least, most) = figures
            .filter(|it| *it > 0.0)
            .fold((f64::MAX, 0.0_f64), |(least, most), it| (least.min(it), most.max(it)));
        let most = if most > 0.0 { most } else { 1.0 };
        match scale {
            Scale::Linear => Self::linear(most, places),
            Scale::Times => Self::times(least.min(most), most, places),
        }
    }

    fn linear(most: f64, places: (f64, f64)) -> Self {
        let step = round_step(most / 4.0);
        let count = (most / step).ceil().max(1.0) as u32;
        let ticks = (0..=count).map(|it| f64::from(it) * step).map(|it| (it, name(it))).collect();
        Self { scale: Scale::Linear, figures: (0.0, f64::from(count) * step), places, ticks }
    }

    fn times(least: f64, most: f64, places: (f64, f64)) -> Self {
        let (from, until) = (least.log10().floor() as i32, most.log10().ceil() as i32);
        let until = until.max(from + 1);
        let ticks = (from..=until).map(|it| 10_f64.powi(it)).map(|it| (it, time(it))).collect();
        Self { scale: Scale::Times, figures: (10_f64.powi(from), 10_f64.powi(until)), places, ticks }
    }

    /// From zero to so many seconds, in seconds or minutes.
    pub(crate) fn of_time(length: f64, places: (f64, f64)) -> Self {
        let (unit, shown) = if length >= 300.0 { (60.0, "min") } else { (1.0, "s") };
        let step = round_step(length / unit / 5.0);
        let count = (length / unit / step + 1e-9).floor() as u32;
        let label = |it: f64| format!("{} {shown}", name(it));
        let ticks = (0..=count).map(|it| f64::from(it) * step).map(|it| (it * unit, label(it))).collect();
        Self { scale: Scale::Linear, figures: (0.0, length), places, ticks }
    }

    /// Figures that are named, with their names.
    pub(crate) fn ticks(&self) -> impl Iterator<Item = (f64, String)> {
        self.ticks.iter().cloned()
    }

    /// Where a figure is.
    pub(crate) fn place(&self, figure: f64) -> f64 {
        let (least, most) = self.figures;
        let share = match self.scale {
            Scale::Linear => (figure - least) / (most - least),
            Scale::Times => (figure.max(least) / least).log10() / (most / least).log10(),
        };
        self.places.0 + share * (self.places.1 - self.places.0)
    }
}

/// The next of 1, 2, 5, 10, 20, 50 and so on that isn't smaller.
fn round_step(least: f64) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    let times = [1.0, 2.0, 5.0, 10.0].into_iter().find(|it| it * power >= least * (1.0 - 1e-9));
    times.unwrap_or(10.0) * power
}

/// `10 ms`, `1 s`.
fn time(millis: f64) -> String {
    if millis >= 1_000.0 { format!("{} s", name(millis / 1e3)) } else { format!("{} ms", name(millis)) }
}

/// `0.5`, `20`, `4,000`.
pub(crate) fn name(figure: f64) -> String {
    if figure < 1.0 && figure > 0.0 {
        return format!("{figure:.3}").trim_end_matches('0').to_owned();
    }
    let whole = format!("{figure:.0}");
    match whole.len() {
        4.. => format!("{},{}", &whole[..whole.len() - 3], &whole[whole.len() - 3..]),
        _ => whole,
    }
}
