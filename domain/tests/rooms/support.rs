//! Small banks and answers in a few characters, so that a test shows nothing but what it is about.

use std::collections::BTreeMap;

use assay_domain::assessments::{Answer, DimensionScore, Scorecard, Snapshot};
use assay_domain::questionnaires::Bank;
use chrono::NaiveDate;

/// The day on which the tests grade evidence.
pub(crate) const TODAY: &str = "2026-11-21";

/// A day.
pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// A question; everything not said is 1, false, or the dimension's name.
#[derive(Debug, Clone)]
pub(crate) struct Q {
    pub(crate) code: String,
    pub(crate) weight: u8,
    pub(crate) mandatory: bool,
    pub(crate) automation: bool,
    pub(crate) not_applicable: bool,
    pub(crate) capability: String,
    pub(crate) principle: String,
    /// Knowledge, time and resources.
    pub(crate) effort: [u8; 3],
    pub(crate) usefulness: u8,
    pub(crate) role: String,
    pub(crate) depends_on: Vec<String>,
    pub(crate) strict: bool,
}

/// A question of a dimension and level: `q("a-2.1")` is the first of dimension a, level 2.
pub(crate) fn q(code: &str) -> Q {
    let capability = code.split('-').next().expect("a dimension").to_owned();
    let principle = "p".to_owned();
    Q {
        code: code.to_owned(),
        weight: 1,
        mandatory: false,
        automation: false,
        not_applicable: false,
        capability,
        principle,
        effort: [1, 1, 1],
        usefulness: 1,
        role: "dev".to_owned(),
        depends_on: Vec::new(),
        strict: true,
    }
}

impl Q {
    pub(crate) fn weight(self, weight: u8) -> Self {
        Self { weight, ..self }
    }
    pub(crate) fn mandatory(self) -> Self {
        Self { mandatory: true, ..self }
    }
    pub(crate) fn automation(self) -> Self {
        Self { automation: true, ..self }
    }
    pub(crate) fn may_be_not_applicable(self) -> Self {
        Self { not_applicable: true, ..self }
    }
    pub(crate) fn capability(self, id: &str) -> Self {
        Self { capability: id.to_owned(), ..self }
    }
    pub(crate) fn principle(self, id: &str) -> Self {
        Self { principle: id.to_owned(), ..self }
    }
    /// Effort is this and 2.
    pub(crate) fn time(self, time: u8) -> Self {
        self.effort([1, time, 1])
    }
    pub(crate) fn effort(self, effort: [u8; 3]) -> Self {
        Self { effort, ..self }
    }
    pub(crate) fn usefulness(self, usefulness: u8) -> Self {
        Self { usefulness, ..self }
    }
    pub(crate) fn role(self, id: &str) -> Self {
        Self { role: id.to_owned(), ..self }
    }
    pub(crate) fn after(mut self, code: &str) -> Self {
        self.depends_on.push(code.to_owned());
        self
    }
    pub(crate) fn extended_only(self) -> Self {
        Self { strict: false, ..self }
    }
    pub(crate) fn dimension(&self) -> &str {
        self.code.split('-').next().expect("a dimension")
    }
    pub(crate) fn level(&self) -> u8 {
        self.code.split(['-', '.']).nth(1).expect("a level").parse().expect("a level")
    }

    fn to_toml(&self, number: usize) -> String {
        let Self { code, weight, mandatory, not_applicable, capability, principle, usefulness, role, .. } =
            self;
        let (depends_on, [knowledge, time, resources]) = (&self.depends_on, self.effort);
        let (ladder, options) = if self.automation {
            ("automation", "no = \"n\", manual = \"m\", automated = \"a\"")
        } else {
            ("coverage", "none = \"n\", some = \"s\", most = \"m\", all = \"a\"")
        };
        let profiles = if self.strict { "\"strict\", \"extended\"" } else { "\"extended\"" };
        format!(
            "[[questions]]\nid = \"00000000-0000-7000-8000-{number:012}\"\ncode = {code:?}\ncapability = {capability:?}\n\
             dimension = {:?}\nlevel = {}\nweight = {weight}\nmandatory = {mandatory}\nladder = {ladder:?}\ntext = \"t\"\n\
             why = \"w\"\nrisk = \"r\"\noptions = {{ {options} }}\nevidence = \"e\"\nowner_roles = [{role:?}]\n\
             effort = {{ knowledge = {knowledge}, time = {time}, resources = {resources} }}\nusefulness = {usefulness}\naction = \"a\"\n\
             depends_on = {depends_on:?}\n\
             not_applicable = {not_applicable}\nprinciple = {principle:?}\ncomponent = \"c\"\nphase = \"ph\"\nsource = \"s\"\n\
             profiles = [{profiles}]\n",
            self.dimension(),
            self.level(),
        )
    }
}

/// A role is titled like its id: `dev` is Dev.
fn role(id: &str) -> String {
    let title = format!("{}{}", id[..1].to_uppercase(), &id[1..]);
    format!("[[roles]]\nid = \"{id}\"\ntitle = \"{title}\"\n")
}

/// A bank of these questions; its dimensions, capabilities, principles and roles are those that the questions name.
pub(crate) fn bank(questions: &[Q]) -> Bank {
    let mut text = String::from(
        "id = \"test\"\nversion = \"1.0.0\"\ntitle = \"Test\"\ndescription = \"\"\nscoring = 1\ndefault_profile = \"extended\"\n\
         levels = [\"0\", \"1\", \"2\", \"3\", \"4\"]\ncomponents = [{ id = \"c\", title = \"C\" }]\nphases = [{ id = \"ph\", title = \"Ph\" }]\n\
         [[roles]]\nid = \"dev\"\ntitle = \"Dev\"\n[[profiles]]\nid = \"extended\"\ntitle = \"E\"\nblurb = \"\"\n",
    );
    if questions.iter().any(|q| q.strict) {
        text += "[[profiles]]\nid = \"strict\"\ntitle = \"S\"\nblurb = \"\"\n";
    }
    let mut seen = vec![role("dev")];
    for question in questions {
        let dimension = question.dimension();
        for item in [
            format!("[[dimensions]]\nid = \"{dimension}\"\ntitle = \"D\"\nblurb = \"\"\n"),
            format!(
                "[[capabilities]]\nid = \"{}\"\ntitle = \"C\"\ndimension = \"{dimension}\"\n",
                question.capability
            ),
            format!("[[principles]]\nid = \"{}\"\ntitle = \"P\"\n", question.principle),
            role(&question.role),
        ] {
            if !seen.contains(&item) {
                text += &item;
                seen.push(item);
            }
        }
    }
    for (number, question) in questions.iter().enumerate() {
        text += &question.to_toml(number);
    }
    Bank::parse(&text, "test.toml").unwrap_or_else(|mistakes| panic!("{mistakes:?}\n{text}"))
}

/// An answer by sam in a few characters: a rung or `dont_know`; `na` is approved, `na?` is not; `all+artefact`,
/// `all+reviewed` and `all+automated` bring evidence.
pub(crate) fn answer(short: &str) -> Answer {
    let (value, evidence) = short.split_once('+').unwrap_or((short, ""));
    let choice = match value {
        "na" => "not_applicable = { reason = \"architecture\", justification = \"j\", approved_by = \"li\" }"
            .to_owned(),
        "na?" => "not_applicable = { reason = \"architecture\", justification = \"j\" }".to_owned(),
        value => format!("value = \"{value}\""),
    };
    let evidence = match evidence {
        "" => "",
        "artefact" => "{ uri = \"u\", kind = \"artefact\" }",
        "reviewed" => "{ uri = \"u\", kind = \"artefact\", reviewed_by = \"ana\" }",
        "automated" => "{ uri = \"u\", kind = \"automated\", checked_at = \"2026-11-01\" }",
        other => other,
    };
    toml::from_str(&format!("{choice}\nanswered_by = \"sam\"\nevidence = [{evidence}]")).expect("an answer")
}

/// Answers by code.
pub(crate) fn answers<'a>(given: impl IntoIterator<Item = (&'a str, &'a str)>) -> BTreeMap<String, Answer> {
    given.into_iter().map(|(code, short)| (code.to_owned(), answer(short))).collect()
}

/// The result in the default profile, today.
pub(crate) fn score_answers(bank: &Bank, answers: BTreeMap<String, Answer>) -> Scorecard {
    let snapshot = Snapshot::new(bank, None, day(TODAY), answers).expect("answers that fit");
    snapshot.score(bank).expect("a result")
}

/// The result of short answers in the default profile, today.
pub(crate) fn score<'a>(bank: &Bank, given: impl IntoIterator<Item = (&'a str, &'a str)>) -> Scorecard {
    score_answers(bank, answers(given))
}

/// A dimension of a result.
pub(crate) fn dimension<'a>(card: &'a Scorecard, id: &str) -> &'a DimensionScore {
    card.dimensions.iter().find(|dimension| dimension.id == id).expect("a dimension")
}
