//! Work that is counted: how many in a second, and how long each one took.
//!
//! [`Rates`] is to such work what [`Bench`](crate::Bench) is to work that is timed as a whole: each round does every
//! baseline and every piece of work once, and each piece is compared with the baseline of the same disk or database.

use std::fmt::Write;
use std::time::Duration;

use crate::machine;

/// How often everything is measured, after once to warm up.
const ROUNDS: usize = if cfg!(debug_assertions) { 2 } else { 11 };

/// What one round of one piece of work was.
#[derive(Debug, Clone)]
pub struct Run {
    /// How long all of it took.
    pub took: Duration,
    /// How long each one took.
    pub each: Vec<Duration>,
}

impl Run {
    fn per_second(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
        let count = self.each.len() as f64;
        count / self.took.as_secs_f64()
    }
}

/// What is promised.
#[derive(Debug, Clone, Copy)]
pub struct Goal {
    /// At least so many in a second.
    pub per_second: u32,
    /// Ninety-nine of a hundred within this, where that is promised.
    pub p99: Option<Duration>,
    /// At least so many for each of the baseline, where that is promised.
    pub ratio: Option<f64>,
}

struct Work<'a> {
    name: String,
    /// The baseline it is compared with, by its place, and the goal; a baseline has neither.
    against: Option<(usize, Goal)>,
    run: Box<dyn FnMut() -> anyhow::Result<Run> + 'a>,
    runs: Vec<Run>,
}

/// Baselines and the work that is compared with them.
pub struct Rates<'a> {
    title: String,
    works: Vec<Work<'a>>,
}

/// A baseline of some [`Rates`].
#[derive(Debug, Clone, Copy)]
pub struct Baseline(usize);

impl<'a> Rates<'a> {
    /// Nothing to measure yet.
    pub fn new(title: &str) -> Self {
        Self { title: title.to_owned(), works: Vec::new() }
    }

    /// Work that depends on the machine and other people's programs only.
    pub fn baseline(&mut self, name: &str, run: impl FnMut() -> anyhow::Result<Run> + 'a) -> Baseline {
        self.add(name, None, run);
        Baseline(self.works.len() - 1)
    }

    /// Work of ours.
    pub fn work(
        &mut self,
        name: &str,
        against: Baseline,
        goal: Goal,
        run: impl FnMut() -> anyhow::Result<Run> + 'a,
    ) {
        self.add(name, Some((against.0, goal)), run);
    }

    fn add(
        &mut self,
        name: &str,
        against: Option<(usize, Goal)>,
        run: impl FnMut() -> anyhow::Result<Run> + 'a,
    ) {
        self.works.push(Work { name: name.to_owned(), against, run: Box::new(run), runs: Vec::new() });
    }

    /// Measures and prints.
    ///
    /// # Errors
    /// What a piece of work could not do.
    pub fn run(mut self) -> anyhow::Result<()> {
        println!("{}\n{}; {ROUNDS} rounds after one to warm up\n", self.title, machine::description());
        if cfg!(debug_assertions) {
            println!("This is a debug build: it shows that the benchmark works, and nothing about speed.\n");
        }
        for round in 0..=ROUNDS {
            for work in &mut self.works {
                let run = (work.run)()?;
                if round > 0 {
                    work.runs.push(run);
                }
            }
        }
        print!("{}", self.table());
        Ok(())
    }

    fn table(&self) -> String {
        let width = self.works.iter().map(|work| work.name.chars().count()).max().unwrap_or(0) + 2;
        let figures: Vec<Figures> = self.works.iter().map(|work| Figures::of(&work.runs)).collect();
        let mut table = format!(
            "{:width$}{:>10}{:>18}{:>8}{:>10}{:>10}  goal\n",
            "", "a second", "from - to", "ratio", "p50", "p99"
        );
        for (work, own) in self.works.iter().zip(&figures) {
            let range = format!("{:.0} - {:.0}", own.from, own.to);
            let ratio = work.against.map_or(1.0, |(place, _)| own.median / figures[place].median);
            let (p50, p99) = (millis(own.p50), millis(own.p99));
            let goal = work.against.map_or("baseline".to_owned(), |(_, goal)| own.met(&goal, ratio));
            let _ = writeln!(
                table,
                "{:width$}{:>10.0}{range:>18}{ratio:>8.2}{p50:>10}{p99:>10}  {goal}",
                work.name, own.median
            );
        }
        table
    }
}

fn millis(of: Duration) -> String {
    format!("{:.2} ms", of.as_secs_f64() * 1000.0)
}

/// The figures of some rounds: rates by round, times over all of them.
struct Figures {
    median: f64,
    from: f64,
    to: f64,
    p50: Duration,
    p99: Duration,
}

impl Figures {
    fn of(runs: &[Run]) -> Self {
        let mut rates: Vec<f64> = runs.iter().map(Run::per_second).collect();
        rates.sort_unstable_by(f64::total_cmp);
        let mut each: Vec<Duration> = runs.iter().flat_map(|run| run.each.iter().copied()).collect();
        each.sort_unstable();
        let rate = |place: usize| rates.get(place).copied().unwrap_or_default();
        let percent = |part: usize| each.get((each.len() * part / 100).min(each.len().saturating_sub(1)));
        Self {
            median: rate(rates.len() / 2),
            from: rate(0),
            to: rate(rates.len().saturating_sub(1)),
            p50: percent(50).copied().unwrap_or_default(),
            p99: percent(99).copied().unwrap_or_default(),
        }
    }

    fn met(&self, goal: &Goal, ratio: f64) -> String {
        let met = |met: bool| if met { "met" } else { "missed" };
        let mut said =
            vec![format!("{}/s: {}", goal.per_second, met(self.median >= f64::from(goal.per_second)))];
        said.extend(goal.p99.map(|p99| format!("p99 < {} ms: {}", p99.as_millis(), met(self.p99 < p99))));
        said.extend(goal.ratio.map(|wanted| format!("ratio {wanted}: {}", met(ratio >= wanted))));
        said.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(rates: &[u64], millis: &[u64]) -> Vec<Run> {
        let each: Vec<_> = millis.iter().copied().map(Duration::from_millis).collect();
        let count = each.len() as f64;
        rates
            .iter()
            .map(|rate| Run { took: Duration::from_secs_f64(count / *rate as f64), each: each.clone() })
            .collect()
    }

    #[test]
    fn figures_are_rates_by_round_and_times_over_all() {
        let millis: Vec<u64> = (1..=100).collect();
        let work = |name: &str, against, rates: &[u64]| Work {
            name: name.to_owned(),
            against,
            run: Box::new(|| anyhow::bail!("not run")),
            runs: runs(rates, &millis),
        };
        let goal = |per_second, p99, ratio| Goal { per_second, p99: Some(Duration::from_millis(p99)), ratio };
        let works = vec![
            work("raw", None, &[900, 1100, 1000]),
            work("events", Some((0, goal(1500, 101, Some(1.0)))), &[3000, 2000, 1000]),
            work("gate", Some((0, goal(1500, 50, Some(2.0)))), &[1200]),
        ];
        let table = Rates { title: String::new(), works }.table();
        let line = |n: usize| {
            table.lines().nth(n).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
        };
        assert_eq!(line(1), "raw 1000 900 - 1100 1.00 51.00 ms 100.00 ms baseline");
        assert_eq!(
            line(2),
            "events 2000 1000 - 3000 2.00 51.00 ms 100.00 ms 1500/s: met, p99 < 101 ms: met, ratio 1: met"
        );
        assert!(line(3).ends_with("1500/s: missed, p99 < 50 ms: missed, ratio 2: missed"), "{table}");
    }
}
