//! Whether the bench of the gateway reckons right: percentiles, slopes, and where things are in its pictures.

#[path = "gateway/axis.rs"]
mod axis;
#[path = "gateway/histogram.rs"]
mod histogram;
#[path = "gateway/slope.rs"]
mod slope;

use std::time::Duration;

use axis::{Axis, Scale};
use histogram::Histogram;
use slope::Slope;

#[test]
fn percentiles_are_right_within_a_hundredth_from_microseconds_to_minutes() {
    for unit in [1, 7, 1_000, 60_011] {
        let mut times = Histogram::default();
        let mut others = Histogram::default();
        for number in 1..=1_000 {
            let half = if number % 2 == 0 { &mut times } else { &mut others };
            half.note(Duration::from_micros(number * unit));
        }
        times.add(&others);
        assert_eq!(times.count(), 1_000);
        for (percent, number) in [(50.0, 500), (99.0, 990), (99.9, 999), (100.0, 1_000)] {
            let (found, right) = (times.percentile(percent).as_micros() as f64, (number * unit) as f64);
            assert!((found - right).abs() <= right / 100.0, "p{percent} of {unit}: {found}, not {right}");
        }
    }
    assert_eq!(Histogram::default().percentile(99.0), Duration::ZERO);
}

/// Points whose noise goes up and down by itself.
fn noisy(slope: f64, keeps: f64) -> Vec<(f64, f64)> {
    let mut noise = 0.0;
    let points = (0..1_000_u32).map(|number| {
        let at = f64::from(number);
        noise = keeps * noise + (at * 0.618_034).fract() - 0.5;
        (at, 100.0 + slope * at + noise)
    });
    points.collect()
}

#[test]
fn what_grows_is_told_from_noise() {
    let flat = Slope::of(&noisy(0.0, 0.0)).expect("points enough");
    assert!(flat.slope.abs() < 2.0 * flat.error, "{flat:?}");
    let grows = Slope::of(&noisy(0.01, 0.0)).expect("points enough");
    assert!((grows.slope - 0.01).abs() < 1e-3 && grows.slope > 10.0 * grows.error, "{grows:?}");
    assert!(Slope::of(&[(0.0, 1.0), (1.0, 2.0)]).is_none(), "two points always lie on a line");
}

/// Memory stays where it is for many looks. As if each were a throw of its own, chance would look like growth.
#[test]
fn noise_that_lasts_makes_a_slope_less_sure() {
    let wander = |second: u32| if (second / 100).is_multiple_of(2) { 1.0 } else { -1.0 };
    let lasting: Vec<(f64, f64)> = (0..1_000).map(|it| (f64::from(it), wander(it))).collect();
    let brief: Vec<(f64, f64)> = (0..1_000).map(|it| (f64::from(it), wander(it * 100))).collect();
    let [lasting, brief] = [lasting, brief].map(|it| Slope::of(&it).expect("points enough"));
    assert!(lasting.error > 5.0 * brief.error, "{lasting:?} {brief:?}");
    assert!(lasting.slope.abs() < 2.0 * lasting.error, "{lasting:?}");
}

#[test]
fn axes_have_room_for_everything_and_few_round_ticks() {
    let axis = Axis::over([0.0, 37.0, 231.0].into_iter(), Scale::Linear, (130.0, 0.0));
    let ticks: Vec<String> = axis.ticks().map(|it| it.1).collect();
    assert_eq!(ticks, ["0", "100", "200", "300"]);
    assert_eq!((axis.place(0.0), axis.place(300.0), axis.place(150.0)), (130.0, 0.0, 65.0));
    let times = Axis::over([0.4, 12.0, 1_500.0].into_iter(), Scale::Times, (100.0, 0.0));
    let ticks: Vec<String> = times.ticks().map(|it| it.1).collect();
    assert_eq!(ticks, ["0.1 ms", "1 ms", "10 ms", "100 ms", "1 s", "10 s"]);
    assert!((times.place(10.0) - 60.0).abs() < 1e-9);
    let half_an_hour: Vec<String> = Axis::of_time(1_800.0, (0.0, 1.0)).ticks().map(|it| it.1).collect();
    assert_eq!(half_an_hour, ["0 min", "10 min", "20 min", "30 min"]);
    assert_eq!(axis::name(4_620.0), "4,620");
}
