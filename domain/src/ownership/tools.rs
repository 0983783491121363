//! Tools in use for capabilities: how their names are written, and where teams use different ones for the same purpose.

use std::collections::{BTreeMap, BTreeSet};

/// The longest name of a tool, in characters.
pub const LONGEST: usize = 60;
/// The most tools for one capability.
pub const MOST: usize = 20;

/// A list of tools as it is kept: spaces tidied, each once, spelt like a known tool where it is one, by name.
///
/// # Errors
/// What is wrong with which name.
pub fn tidy<'a>(
    names: impl IntoIterator<Item = &'a str>,
    known: &BTreeSet<String>,
) -> Result<Vec<String>, String> {
    let mut tidied: BTreeMap<String, String> = BTreeMap::new();
    for name in names {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        if name.is_empty() {
            continue;
        }
        if name.chars().count() > LONGEST || name.contains([',', ';']) || name.chars().any(char::is_control) {
            return Err(format!(
                "{name:?} is no name of a tool: use up to {LONGEST} characters, without commas"
            ));
        }
        let folded = name.to_lowercase();
        let spelt = known.iter().find(|known| known.to_lowercase() == folded);
        tidied.entry(folded).or_insert_with(|| spelt.cloned().unwrap_or(name));
    }
    if tidied.len() > MOST {
        return Err(format!("name at most {MOST} tools for a capability"));
    }
    Ok(tidied.into_values().collect())
}

/// The tools that teams use for one capability: tool -> teams. Names that differ only in capitals are one tool.
pub type Use = BTreeMap<String, BTreeSet<String>>;

/// Gathers who uses what: (team, capability, tool) -> capability -> tool -> teams.
#[must_use]
pub fn gather<'a>(rows: impl IntoIterator<Item = (&'a str, &'a str, &'a str)>) -> BTreeMap<String, Use> {
    let mut all: BTreeMap<String, Use> = BTreeMap::new();
    for (team, capability, tool) in rows {
        let tools = all.entry(capability.to_owned()).or_default();
        let folded = tool.to_lowercase();
        let spelt = tools.keys().find(|known| known.to_lowercase() == folded).cloned();
        tools.entry(spelt.unwrap_or_else(|| tool.to_owned())).or_default().insert(team.to_owned());
    }
    all
}

/// Whether teams solve the same thing with different tools: at least two teams, and no tool that all of them use. Tools
/// that complement each other in every team are no duplicates.
#[must_use]
pub fn is_duplicate(tools: &Use) -> bool {
    let teams: BTreeSet<&String> = tools.values().flatten().collect();
    teams.len() > 1 && tools.values().all(|users| users.len() < teams.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_tidied() {
        let known = BTreeSet::from(["MLflow".to_owned()]);
        assert_eq!(
            tidy([" mlflow", "Own  tool", "", "MLFLOW"], &known),
            Ok(vec!["MLflow".into(), "Own tool".into()])
        );
        assert!(tidy(["a,b"], &known).is_err());
        assert!(tidy([&*"x".repeat(61)], &known).is_err());
    }

    #[test]
    fn different_tools_for_the_same_are_duplicates_and_shared_ones_are_not() {
        let of = |rows: &[(&str, &str)]| {
            is_duplicate(&gather(rows.iter().map(|(team, tool)| (*team, "tracking", *tool)))["tracking"])
        };
        assert!(of(&[("a", "MLflow"), ("b", "W&B")]));
        assert!(of(&[("a", "MLflow"), ("b", "W&B"), ("b", "MLflow"), ("c", "DVC")]));
        assert!(!of(&[("a", "Prometheus"), ("a", "Grafana"), ("b", "Grafana")]));
        assert!(!of(&[("a", "mlflow"), ("b", "MLflow")]));
        assert!(!of(&[("a", "MLflow"), ("a", "W&B")]));
    }
}
