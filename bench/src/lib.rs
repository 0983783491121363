//! What the benchmarks share. `cargo xtask bench` runs them.
//!
//! A benchmark is a plain program: it sets up its data, hands closures to [`Bench`] and lets it run. Each round does the
//! baseline and then every piece of work once, so that a machine that is busy for a while slows down both; what is
//! printed is the median, the spread, and the ratio to the baseline's median, which says more than seconds on another
//! machine. Goals are printed beside the figures; nothing fails when one is missed, because a busy machine is no defect.
//! The usual libraries for this have no baseline within a run, and bring more to compile than the benchmarks themselves.
//!
//! Work that is counted rather than timed as a whole, such as requests over HTTP, has [`rate::Rates`] and [`load::Load`], with
//! the feature `load`; an example is `tests/benches/events.rs`.
//!
//! To add a benchmark: `benches/NAME.rs` in the crate that it measures, with `harness = false` and this crate in its
//! manifest; a commented example is `domain/benches/maturity.rs`.

use std::fmt;
use std::time::{Duration, Instant};

#[cfg(feature = "load")]
pub mod load;
mod machine;
#[cfg(feature = "load")]
pub mod rate;

/// How often everything is measured.
const ROUNDS: usize = 11;

/// A piece of work and how long it took.
struct Work<'a> {
    name: String,
    goal: Option<Duration>,
    run: Box<dyn FnMut() + 'a>,
    took: Vec<Duration>,
}

/// A baseline and the work that is compared with it.
pub struct Bench<'a> {
    title: String,
    /// The first is the baseline.
    works: Vec<Work<'a>>,
}

impl<'a> Bench<'a> {
    /// A benchmark whose figures are compared with `baseline`: something that depends on the machine alone, and takes
    /// some tens of milliseconds.
    pub fn new(title: &str, name: &str, baseline: impl FnMut() + 'a) -> Self {
        let mut bench = Self { title: title.to_owned(), works: Vec::new() };
        bench.add(name, None, baseline);
        bench
    }

    /// Adds work that is to take less than `goal`. What it computes should go through [`std::hint::black_box`].
    pub fn work(&mut self, name: &str, goal: Duration, run: impl FnMut() + 'a) {
        self.add(name, Some(goal), run);
    }

    fn add(&mut self, name: &str, goal: Option<Duration>, run: impl FnMut() + 'a) {
        self.works.push(Work { name: name.to_owned(), goal, run: Box::new(run), took: Vec::new() });
    }

    /// Measures and prints.
    pub fn run(mut self) {
        println!("{}\n{}; {ROUNDS} rounds after one to warm up\n", self.title, machine::description());
        for round in 0..=ROUNDS {
            for work in &mut self.works {
                let start = Instant::now();
                (work.run)();
                let took = start.elapsed();
                if round > 0 {
                    work.took.push(took);
                }
            }
        }
        print!("{}", self.table());
    }

    fn table(&self) -> String {
        let width = self.works.iter().map(|work| work.name.chars().count()).max().unwrap_or(0) + 2;
        let baseline = self.works.first().map_or(Duration::ZERO, |work| Spread::of(&work.took).median);
        let head = format!("{:width$}{:>12}{:>24}{:>10}  goal\n", "", "median", "from - to", "ratio");
        let line = |work: &Work<'_>| {
            let spread = Spread::of(&work.took);
            let Some(goal) = work.goal else {
                return format!("{:width$}{spread}{:>10}  baseline\n", work.name, "1");
            };
            let ratio = spread.median.as_secs_f64() / baseline.as_secs_f64();
            let met = if spread.median < goal { "met" } else { "missed" };
            format!("{:width$}{spread}{ratio:>10.2}  {}: {met}\n", work.name, Millis(goal).below())
        };
        self.works.iter().fold(head, |table, work| table + &line(work))
    }
}

/// The median of some durations, the shortest and the longest.
struct Spread {
    median: Duration,
    from: Duration,
    to: Duration,
}

impl Spread {
    fn of(took: &[Duration]) -> Self {
        let mut sorted = took.to_vec();
        sorted.sort_unstable();
        let at = |index: usize| sorted.get(index).copied().unwrap_or_default();
        Self { median: at(sorted.len() / 2), from: at(0), to: at(sorted.len().saturating_sub(1)) }
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let range = format!("{} - {}", Millis(self.from), Millis(self.to));
        write!(f, "{:>12}{range:>24}", Millis(self.median).to_string())
    }
}

/// A duration in milliseconds.
struct Millis(Duration);

impl Millis {
    fn below(&self) -> String {
        format!("< {} ms", self.0.as_millis())
    }
}

impl fmt::Display for Millis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2} ms", self.0.as_secs_f64() * 1000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(name: &str, goal: Option<u64>, millis: &[u64]) -> Work<'static> {
        let took = millis.iter().copied().map(Duration::from_millis).collect();
        let goal = goal.map(Duration::from_millis);
        Work { name: name.to_owned(), goal, run: Box::new(|| ()), took }
    }

    #[test]
    fn figures_are_median_spread_and_ratio_to_the_baseline() {
        let works = vec![
            measured("hash", None, &[30, 10, 20]),
            measured("score", Some(100), &[40, 70, 50]),
            measured("plan", Some(50), &[60, 50, 50]),
        ];
        let table = Bench { title: String::new(), works }.table();
        let words: Vec<Vec<&str>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(words[1].join(" "), "hash 20.00 ms 10.00 ms - 30.00 ms 1 baseline");
        assert_eq!(words[2].join(" "), "score 50.00 ms 40.00 ms - 70.00 ms 2.50 < 100 ms: met");
        assert_eq!(words[3].join(" "), "plan 50.00 ms 50.00 ms - 60.00 ms 2.50 < 50 ms: missed");
    }

    #[test]
    fn the_machine_says_how_many_cores_it_has() {
        assert!(machine::description().contains(" core"), "{}", machine::description());
    }
}
