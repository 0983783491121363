//! Who used personal data in a quarter, for what.

use assay_domain::datasets::Classification;
use leptos::prelude::*;

use super::{ClassificationBadge, DataTabs, Link, Place, grouped};
use crate::components::{
    ButtonKind, Column, Filters, LinkButton, PageTitle, Pagination, Select, SelectOption, Table,
};

/// Uses by somebody of a dataset for a purpose.
#[derive(Clone, Debug)]
pub struct PersonalLine {
    /// Who.
    pub who: String,
    /// The dataset.
    pub dataset: Link,
    /// How it is classified.
    pub classification: Classification,
    /// What for.
    pub purpose: String,
    /// The versions that it was used for.
    pub versions: Vec<Link>,
    /// How often.
    pub uses: u64,
    /// How many rows in all.
    pub rows: Option<u64>,
}

/// The page.
#[component]
pub fn PersonalPage(
    /// The quarter, as `2026-Q4`.
    #[prop(into)]
    quarter: String,
    /// The quarters to choose from, the newest first.
    quarters: Vec<String>,
    /// The uses.
    uses: Vec<PersonalLine>,
    /// The page of the quarter before.
    before: Option<String>,
    /// The page of the quarter after.
    after: Option<String>,
) -> AnyView {
    let options = quarters.into_iter().map(|one| SelectOption::new(one.clone(), one)).collect();
    let csv = format!("/datasets/personal.csv?quarter={quarter}");
    let columns = vec![
        Column::new("Who"),
        Column::new("Dataset"),
        Column::new("Classification"),
        Column::new("Purpose"),
        Column::new("For"),
        Column::numeric("Uses"),
        Column::numeric("Rows"),
    ];
    let empty = format!("Nobody used personal data in {quarter}, as far as anybody said.");
    let caption = format!("Who used personal data in {quarter}, for what");
    let rows = uses.into_iter().map(row).collect();
    view! {
        <div class="stack">
            <PageTitle title="Data" lede="Who used personal data, for what, as it is classified today.">
                <LinkButton kind=ButtonKind::Secondary href=csv download="">"Table (CSV)"</LinkButton>
            </PageTitle>
            <DataTabs here=Place::Personal />
            <Filters action="/datasets/personal">
                <Select id="quarter" label="Quarter" options value=quarter />
            </Filters>
            <Table caption columns rows empty />
            <Pagination label="Quarters" previous=before next=after />
        </div>
    }
    .into_any()
}

fn row(line: PersonalLine) -> Vec<AnyView> {
    let versions = match line.versions.is_empty() {
        true => "–".into_any(),
        false => {
            let each =
                line.versions.into_iter().map(|version| view! { <li>{version.view()}</li> }).collect_view();
            view! { <ul class="plain-list">{each}</ul> }.into_any()
        }
    };
    vec![
        view! { <span class="break">{line.who}</span> }.into_any(),
        line.dataset.view(),
        view! { <ClassificationBadge classification=line.classification /> }.into_any(),
        line.purpose.into_any(),
        versions,
        grouped(line.uses).into_any(),
        line.rows.map_or_else(|| "–".to_owned(), grouped).into_any(),
    ]
}
