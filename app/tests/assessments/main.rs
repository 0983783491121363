//! What the pages of assessments show in their key states.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "what cannot be set up has failed its test")]

mod sample;

use assay_app::{
    assessments::{
        CheckPage, DimensionPage, EvidenceLine, ImportForm, ResultPage, ReviewPage, Rights, TasksPage,
        draft::{Draft, NOT_APPLICABLE},
    },
    components::FieldError,
    render::fragment,
};
use assay_domain::assessments::State;
use leptos::prelude::*;

/// The markup of one question of the page, from its fieldset to the next.
fn question(html: &str, code: &str) -> String {
    let from = html.find(&format!("data-code=\"{code}\"")).expect("the question is on the page");
    let rest = &html[from..];
    rest[..rest.find("</fieldset>").unwrap()].to_owned()
}

#[test]
fn what_is_stored_stands_in_the_fields() {
    let bank = sample::bank();
    let mut dimension = sample::dimension(&bank, "people");
    dimension.questions[0].draft =
        Draft { value: "most".into(), comment: "<b>two</b> of six".into(), ..Draft::default() };
    let html = fragment(|| view! { <DimensionPage heading=sample::heading(State::Draft) dimension /> });
    let first = question(&html, "PE-1.1");
    let checked: Vec<&str> = first.split("<input").filter(|input| input.contains(" checked")).collect();
    assert_eq!(checked.len(), 1);
    assert!(checked[0].contains("value=\"most\""), "{}", checked[0]);
    assert!(first.contains(">&lt;b>two&lt;/b> of six</textarea>"), "{first}");
    assert!(
        first.contains("name=\"revision.PE-1.1\" value=\"1\"") && first.contains("name=\"stored.PE-1.1\"")
    );
    assert!(html.contains("leptos-island") && html.contains("Save and continue with Data"));
}

#[test]
fn only_addresses_of_the_web_are_linked() {
    let bank = sample::bank();
    let mut dimension = sample::dimension(&bank, "people");
    let piece = |uri: &str| EvidenceLine { uri: uri.into(), ..EvidenceLine::default() };
    dimension.questions[0].evidence = vec![piece("javascript:alert(1)"), piece("https://wiki.example/a")];
    for state in [State::Draft, State::Locked] {
        let dimension = dimension.clone();
        let html = fragment(move || view! { <DimensionPage heading=sample::heading(state) dimension /> });
        assert!(html.contains("javascript:alert(1)") && !html.contains("href=\"javascript:"));
        assert!(html.contains("href=\"https://wiki.example/a\""));
    }
}

#[test]
fn another_answer_is_shown_beside_the_own_one() {
    let bank = sample::bank();
    let mut dimension = sample::dimension(&bank, "people");
    let first = &mut dimension.questions[0];
    first.stored = Draft { value: "most".into(), ..Draft::default() };
    first.draft = Draft { value: "none".into(), ..Draft::default() };
    first.met = Some("Li Chen, 14:02".into());
    let html = fragment(|| view! { <DimensionPage heading=sample::heading(State::Draft) dimension /> });
    let met = question(&html, "PE-1.1");
    assert!(met.contains("Li Chen, 14:02 answered this since you opened the page: Most"));
    assert!(met.contains("value=\"theirs:PE-1.1\""));
    let mine = met.split("<input").find(|input| input.contains(" checked")).unwrap();
    assert!(mine.contains("value=\"none\""));
    // Everywhere else the panel waits, hidden, for the autosave.
    let calm = question(&html, "PE-1.2");
    assert!(calm.split("<div").any(|tag| tag.contains("data-met") && tag.contains("hidden")));
}

#[test]
fn mistakes_are_listed_and_stand_at_their_field() {
    let bank = sample::bank();
    let id = bank.questions.iter().find(|question| question.not_applicable).unwrap().dimension.clone();
    let mut dimension = sample::dimension(&bank, &id);
    let allowed = dimension.questions.iter_mut().find(|view| view.question.not_applicable).unwrap();
    let field = format!("{}-justification", allowed.question.code);
    allowed.draft = Draft { value: NOT_APPLICABLE.into(), ..Draft::default() };
    allowed.errors = vec![FieldError::new(field.clone(), "Say why it does not apply; then it is saved.")];
    let html = fragment(|| view! { <DimensionPage heading=sample::heading(State::Draft) dimension /> });
    assert!(html.contains(&format!("href=\"#{field}\"")), "the summary leads to the field");
    assert!(html.contains(&format!("id=\"{field}-error\"")) && html.contains(&format!("id=\"{field}\"")));
}

#[test]
fn who_may_not_answer_reads() {
    let bank = sample::bank();
    for (state, rights) in
        [(State::Draft, Rights::default()), (State::Locked, Rights { answer: true, ..Rights::default() })]
    {
        let dimension = sample::dimension(&bank, "people");
        let heading = assay_app::assessments::Heading { rights, ..sample::heading(state) };
        let html = fragment(move || view! { <DimensionPage heading dimension /> });
        assert!(!html.contains("<form") && !html.contains("<input") && html.contains("PE-1.1"));
    }
}

#[test]
fn the_check_flags_what_is_open_and_leads_back() {
    let bank = sample::bank();
    let groups = sample::groups(&bank);
    let open =
        groups.iter().flat_map(|group| &group.lines).filter(|line| line.draft.value.is_empty()).count();
    let html = fragment(move || view! { <CheckPage heading=sample::heading(State::Draft) groups /> });
    assert_eq!(
        html.matches("Not answered, mandatory").count() + html.matches("Not answered</span>").count(),
        open
    );
    assert!(
        html.contains(
            "href=\"/assessments/0193a5f0-7c1e-7d3a-9a51-6c1f7b0c1d2e/people?return=check#PE-1.1\""
        )
    );
    assert!(html.contains("PE-1.1, which it builds on, is answered None."));
    assert!(html.contains("action=\"/assessments/0193a5f0-7c1e-7d3a-9a51-6c1f7b0c1d2e/submit\""));
}

#[test]
fn the_task_list_leads_on_and_only_leads_ask_others() {
    let bank = sample::bank();
    let page = |rights: Rights| {
        let heading = assay_app::assessments::Heading { rights, ..sample::heading(State::Draft) };
        let (dimensions, resume) =
            (sample::tasks(&bank), Some(("Integration".into(), "/there#IN-1.1".into())));
        fragment(
            move || view! { <TasksPage heading dimensions resume members=sample::members() import=ImportForm::default() /> },
        )
    };
    let lead = page(Rights { answer: true, manage: true, ..Rights::default() });
    assert!(lead.contains("href=\"/there#IN-1.1\"") && lead.contains("Continue with Integration"));
    assert!(lead.contains("/delegate\"") && lead.contains("/import\""));
    let contributor = page(Rights { answer: true, ..Rights::default() });
    assert!(!contributor.contains("/delegate\"") && contributor.contains("Ana Lindqvist answers"));
    let viewer = page(Rights::default());
    assert!(!viewer.contains("<form") && !viewer.contains("/there#IN-1.1"));
}

#[test]
fn who_may_not_submit_is_offered_nothing_to_submit() {
    let bank = sample::bank();
    let heading = assay_app::assessments::Heading {
        rights: Rights { answer: true, ..Rights::default() },
        ..sample::heading(State::Draft)
    };
    let groups = sample::groups(&bank);
    let html = fragment(move || view! { <CheckPage heading groups /> });
    assert!(!html.contains("/submit"));
}

#[test]
fn own_evidence_has_nothing_to_decide() {
    let bank = sample::bank();
    let items = sample::items(&bank);
    let html = fragment(
        move || view! { <ReviewPage heading=sample::heading(State::Submitted) items cannot_lock=Some("You answered.".into()) errors=Vec::new() /> },
    );
    assert!(html.contains("name=\"evidence.PE-1.1\"") && html.contains("name=\"na.PE-1.2\""));
    assert!(!html.contains("name=\"evidence.PE-1.3\""));
    assert!(!html.contains("value=\"lock\"") && html.contains("You answered."));
}

#[test]
fn the_result_names_what_holds_it_down() {
    let bank = sample::bank();
    let view = sample::result(&bank);
    let head = view.card.headline;
    let blocker =
        view.card.blockers.iter().find(|blocker| blocker.dimension == "operations").unwrap().clone();
    let html = fragment(move || view! { <ResultPage heading=sample::heading(State::Submitted) view /> });
    assert!(html.contains(&format!("Why not level {}", head.supported + 1)));
    assert!(html.contains("Holds the level down"));
    for question in &blocker.questions {
        let link = format!("/operations#{}", question.code);
        assert!(html.contains(&link), "{link}");
    }
}
