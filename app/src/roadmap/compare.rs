//! What other wishes change, in words: "Level 2 in phase 4 instead of phase 3".

use assay_domain::roadmap::Roadmap;

use super::view::{counted, day, end_level};

/// What differs between two plans from the same answers, each a sentence; nothing where they come to the same.
pub(super) fn differences(before: &Roadmap, after: &Roadmap) -> Vec<String> {
    let mut told = Vec::new();
    let highest = end_level(before).max(end_level(after));
    for level in before.start.claimed + 1..=highest {
        let (then, now) = (reached(before, level), reached(after, level));
        told.extend(match (then, now) {
            (Some(then), Some(now)) if then != now => {
                Some(format!("Level {level} in phase {now} instead of phase {then}."))
            }
            (Some(then), None) => {
                Some(format!("Level {level} is no longer reached; it was in phase {then}."))
            }
            (None, Some(now)) => Some(format!("Level {level} is reached, in phase {now}.")),
            _ => None,
        });
    }
    let size = |plan: &Roadmap| {
        let items = || plan.phases.iter().flat_map(|phase| &phase.items);
        (items().count(), items().map(|item| item.effort).sum::<u32>())
    };
    let (then, now) = (size(before), size(after));
    if then != now {
        let items = counted(now.0, "item");
        told.push(format!("{items} with {} effort points instead of {} with {}.", now.1, then.0, then.1));
    }
    let ends = |plan: &Roadmap| plan.phases.last().and_then(|phase| phase.until);
    if let (Some(then), Some(now)) = (ends(before), ends(after))
        && then != now
    {
        told.push(format!("It ends on {} instead of {}.", day(now), day(then)));
    }
    told
}

/// The first phase after which the headline is at least this level.
fn reached(plan: &Roadmap, level: u8) -> Option<u32> {
    plan.phases.iter().find(|phase| phase.projected.claimed >= level).map(|phase| phase.number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn plan(levels: &[u8], efforts: &[u32]) -> Roadmap {
        let phase = |(index, level): (usize, &u8)| {
            let items: Vec<_> = efforts.get(index).into_iter().map(|effort| {
                json!({ "code": format!("X-{index}"), "from": null, "to": "all", "effort": effort, "role": "r",
                    "value": [1, 1], "started_in": index + 1, "reasons": [] })
            }).collect();
            json!({ "number": index + 1, "items": items, "projected": { "claimed": level, "dimensions": [] } })
        };
        let phases: Vec<_> = levels.iter().enumerate().map(phase).collect();
        serde_json::from_value(json!({
            "questionnaire": { "id": "x", "version": "1.0.0", "profile": "p", "scoring": 1 },
            "as_of": "2026-11-21", "target": 2, "start": { "claimed": 0, "dimensions": [] },
            "phases": phases, "unreachable": []
        }))
        .unwrap()
    }

    #[test]
    fn what_moves_is_told_level_by_level() {
        let (before, after) = (plan(&[0, 1, 2], &[5, 5, 5]), plan(&[0, 1, 1, 2], &[5, 5, 5, 5]));
        assert_eq!(
            differences(&before, &after),
            ["Level 2 in phase 4 instead of phase 3.", "4 items with 20 effort points instead of 3 with 15."]
        );
        let lower = plan(&[0, 1], &[5, 5]);
        assert_eq!(differences(&before, &lower)[0], "Level 2 is no longer reached; it was in phase 3.");
        assert_eq!(differences(&lower, &before)[0], "Level 2 is reached, in phase 3.");
        assert!(differences(&before, &before).is_empty());
    }
}
