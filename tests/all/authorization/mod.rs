//! Every route, tried by everybody, on an own, a foreign and a missing thing.
//!
//! [`table`] says of each route which permission lets one see its object and which lets one do it; what must come back
//! follows from the permission matrix ([`line`]). A route that is in the router but not in the table fails the test: a new
//! route needs a line there, and its object a place in [`World`].

mod bodies;
mod line;
mod table;

use std::collections::BTreeSet;

use assay_ledger::json::DOUBLED;
use assay_server::http::routes;
use assay_tests::on_both_engines;
use assay_tests::storage::Place;
use assay_tests::world::{Who, Whose, World};

use line::{GET, Open, Organisation, P};
use table::table;

on_both_engines!(everybody_gets_what_the_matrix_grants_and_nothing_else);

async fn everybody_gets_what_the_matrix_grants_and_nothing_else(place: Place) {
    let mut world = World::on(place).await;
    world.add_requests().await;
    let mut wrong = Vec::new();
    for line in table() {
        let (before, mut changed) = (world.recorded().await, 0);
        for (who, whose) in
            Who::all().flat_map(|who| [Whose::Own, Whose::Foreign, Whose::Missing].map(|whose| (who, whose)))
        {
            let (mut path, mut body) = (world.fill(line.path, who, whose), line.body(&world, who, whose));
            if line.method == GET {
                path = format!("{path}?{}", std::mem::take(&mut body));
            }
            let expected = line.expected(&world, who, whose);
            let answer = world.send(who, &line.method, &path, &body).await;
            // Creating a thing of the same name twice is refused for another reason than rights.
            let again = matches!(line.access, Open(_) | Organisation(_, _))
                && whose != Whose::Own
                && answer.status == 422;
            if !(expected.contains(&answer.status.as_u16()) || again) {
                let (status, method) = (answer.status.as_u16(), &line.method);
                wrong
                    .push(format!("{method} {path} by {who} on {whose:?}: {status} instead of {expected:?}"));
            }
            changed += i64::from(answer.status.as_u16() < 400);
        }
        let changes = line.method != GET && !line.off_record;
        if changes && (changed == 0 || world.recorded().await == before) {
            wrong.push(format!("{} {} left nothing on the record", line.method, line.path));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn entry_tiles_are_for_those_who_may_have_the_whole_log() {
    let world = World::new().await;
    for who in Who::all() {
        let may = world.principal(who).map(|principal| principal.may(P::ExportFullLog, None));
        let expected = match may {
            None => 401,
            Some(false) => 403,
            Some(true) => 200,
        };
        let answer = world.send(who, &GET, "/log/tile/entries/000.p/1", "").await;
        assert_eq!(answer.status.as_u16(), expected, "{who}");
    }
}

#[tokio::test]
async fn no_route_takes_a_field_twice() {
    let machine = Who::TeamMachine;
    let world = World::new().await;
    let (mut tried, before) = (0, world.recorded().await);
    for line in table().filter(|line| line.method != GET && line.path.starts_with("/api/")) {
        let body = match line.body(&world, machine, Whose::Own).chars().next() {
            Some('{') => r#"{"x":{"y":1,"y":2}}"#,
            Some('[') => r#"[{"x":{"y":1,"y":2}}]"#,
            _ => continue,
        };
        let answer =
            world.send(machine, &line.method, &world.fill(line.path, machine, Whose::Own), body).await;
        let named = answer.body.contains(DOUBLED) && answer.body.contains("/x/y");
        assert!(named, "{} {}: {} {}", line.method, line.path, answer.status, answer.body);
        tried += 1;
    }
    assert!(tried > 50, "{tried}");
    assert_eq!(world.recorded().await, before, "nothing came of it");
}

#[test]
fn no_route_is_missing_from_the_table() {
    let known: BTreeSet<_> = table().map(|line| format!("{} {}", line.method, line.path)).collect();
    let there: BTreeSet<_> = routes().iter().map(ToString::to_string).collect();
    let forgotten: Vec<_> = there.difference(&known).collect();
    let gone: Vec<_> = known.difference(&there).collect();
    assert!(forgotten.is_empty(), "in the router but not in the table: {forgotten:#?}");
    assert!(gone.is_empty(), "in the table but not in the router: {gone:#?}");
}
