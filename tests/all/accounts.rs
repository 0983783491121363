//! Accounts: who held what, what a fresh account may not do yet, and who confirms what one person gives another.

use assay_domain::access::{Role, RoleHeld};
use assay_server::access::service::roles;
use assay_server::access::store as access;
use assay_server::http::Caller;
use assay_tests::on_both_engines;
use assay_tests::storage::Place;
use assay_tests::world::World;
use chrono::TimeDelta;

on_both_engines!(what_somebody_held_is_known_for_as_long_as_it_is_asked_for);

async fn what_somebody_held_is_known_for_as_long_as_it_is_asked_for(place: Place) {
    let world = World::on(place).await;
    let officer = RoleHeld { role: Role::ComplianceOfficer, team: None };
    let olga = world.add_person("olga", officer).await;
    let held = async |days: i64| {
        let since = world.app.clock.now() - TimeDelta::days(days);
        let mut conn = world.app.db.read().await.unwrap();
        access::held_since(&mut conn, since).await.unwrap().contains(&(olga, officer))
    };
    assert!(held(0).await, "it is held now");
    let system = Caller::system(&world.app);
    roles::revoke(&world.app, &system, olga, officer).await.unwrap();
    world.clock.advance(TimeDelta::days(3));
    assert!(held(7).await && !held(2).await, "it was held until three days ago");
    roles::grant(&world.app, &system, olga, officer).await.unwrap();
    let gone = world.app.db.write(move |tx| {
        let now = tx.now();
        Box::pin(async move { access::set_active(tx, olga, false, now).await })
    });
    gone.await.unwrap();
    world.clock.advance(TimeDelta::days(3));
    assert!(held(7).await && !held(2).await, "the account was one until three days ago");
}
