//! What a reader, and a program that reads PDF, must find in the documents.

use std::collections::{BTreeMap, BTreeSet};

use assay_domain::assessments::{Answer, Choice};
use lopdf::{Dictionary, Document, Object};
use proptest::prelude::*;

use super::layout::{Column, Doc, Fonts, Rich, Row, Running, Table, Target};
use super::samples::Assessed;
use super::*;

/// A document read back.
struct Read(Document);

impl Read {
    fn new(pdf: &[u8]) -> Self {
        Self(Document::load_mem(pdf).unwrap())
    }

    fn pages(&self) -> usize {
        self.0.get_pages().len()
    }

    fn text(&self, page: usize) -> String {
        let text = self.0.extract_text(&[u32::try_from(page).unwrap()]).unwrap();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn all_text(&self) -> String {
        (1..=self.pages()).map(|page| self.text(page)).collect::<Vec<_>>().join("\n")
    }

    fn dict(&self, object: &Object) -> Dictionary {
        self.0.dereference(object).unwrap().1.as_dict().unwrap().clone()
    }

    fn catalog(&self) -> Dictionary {
        self.0.catalog().unwrap().clone()
    }

    /// Titles of the outline with their depth.
    fn outline(&self) -> Vec<(usize, String)> {
        let mut out = Vec::new();
        let root = self.dict(self.catalog().get(b"Outlines").unwrap());
        self.outline_below(&root, 1, &mut out);
        out
    }

    fn outline_below(&self, parent: &Dictionary, depth: usize, out: &mut Vec<(usize, String)>) {
        let mut next = parent.get(b"First").ok().cloned();
        while let Some(item) = next {
            let item = self.dict(&item);
            out.push((depth, lopdf::decode_text_string(item.get(b"Title").unwrap()).unwrap()));
            self.outline_below(&item, depth + 1, out);
            next = item.get(b"Next").ok().cloned();
        }
    }

    fn dictionaries(&self) -> impl Iterator<Item = &Dictionary> {
        self.0.objects.values().filter_map(|object| match object {
            Object::Stream(stream) => Some(&stream.dict),
            other => other.as_dict().ok(),
        })
    }
}

fn name_of<'a>(dictionary: &'a Dictionary, key: &[u8]) -> Option<&'a str> {
    std::str::from_utf8(dictionary.get(key).ok()?.as_name().ok()?).ok()
}

/// A document with nothing but what `write` puts there.
fn document(write: impl FnOnce(&mut Doc<'_>)) -> Vec<u8> {
    let mut doc = Doc::new(Fonts::embedded().unwrap(), Paper::A4);
    write(&mut doc);
    let meta = samples::frame().meta("Test".to_owned(), "Test".to_owned());
    doc.finish(&Running::default(), &meta).unwrap()
}

fn maturity(assessed: &Assessed) -> Vec<u8> {
    maturity_report(&assessed.report()).unwrap()
}

fn roadmap(assessed: &Assessed) -> Vec<u8> {
    let plan = assay_domain::roadmap::plan(&assessed.bank, &assessed.snapshot(), &samples::wishes()).unwrap();
    roadmap_report(&assessed.roadmap(&plan)).unwrap()
}

fn long_table(rows: u32) -> Table {
    let mut table = Table::new(vec![Column::right("Serial", 1.0), Column::new("Remark", 3.0)]);
    table.rows = (0..rows)
        .map(|row| Row::Cells(vec![row.to_string().into(), format!("remark {row}").into()]))
        .collect();
    table
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    assert_eq!(maturity(&Assessed::usual()), maturity(&Assessed::usual()));
    assert_eq!(audit_report(&samples::audit(50)).unwrap(), audit_report(&samples::audit(50)).unwrap());
    assert_eq!(roadmap(&Assessed::usual()), roadmap(&Assessed::usual()));
    let ownership = || ownership_report(&samples::ownership()).unwrap();
    assert_eq!(ownership(), ownership());
}

#[test]
fn another_report_has_another_identifier() {
    let id = |pdf: Vec<u8>| Read::new(&pdf).0.trailer.get(b"ID").unwrap().clone();
    let mut other = Assessed::usual();
    other.scorecard.progress_percent = "46.3".to_owned();
    assert_ne!(id(maturity(&Assessed::usual())), id(maturity(&other)));
}

#[test]
fn every_page_but_the_cover_says_which_it_is() {
    let read = Read::new(&maturity(&Assessed::usual()));
    let total = read.pages();
    assert!(total > 10);
    assert!(!read.text(1).contains("Page 1 of"));
    for page in 2..=total {
        assert!(
            read.text(page).contains(&format!("Page {page} of {total}")),
            "page {page}: {}",
            read.text(page)
        );
    }
}

#[test]
fn the_summary_stays_on_one_page() {
    let mut wordy = Assessed::usual();
    let sentence =
        "A long sentence about what to do that takes a good deal of room in its column. ".repeat(6);
    wordy.bank.questions.iter_mut().for_each(|question| question.action.clone_from(&sentence));
    for assessed in [Assessed::usual(), wordy] {
        let read = Read::new(&maturity(&assessed));
        assert!(read.text(2).contains("Summary") && read.text(2).contains("What to do first"));
        assert!(read.text(3).contains("Contents"));
    }
}

#[test]
fn nobody_who_does_nothing_is_praised() {
    let nothing = Assessed::with(|_, question| {
        let choice = Choice::Rung(question.ladder.rungs()[0]);
        Some(Answer { choice, comment: None, evidence: Vec::new(), answered_by: None })
    });
    let summary = Read::new(&maturity(&nothing)).text(2);
    assert!(summary.contains("is at level 0, No MLOps"), "{summary}");
    for principle in &nothing.bank.principles {
        assert!(summary.contains(&principle.title), "{summary}");
    }
}

#[test]
fn claims_without_evidence_stand_beside_what_is_supported() {
    let claims = Assessed::with(|_, question| {
        let choice = Choice::Rung(question.ladder.top());
        Some(Answer { choice, comment: None, evidence: Vec::new(), answered_by: Some("sam".to_owned()) })
    });
    let summary = Read::new(&maturity(&claims)).text(2);
    for expected in
        ["claims level 4", "supports level 0, No MLOps", "Why not level 1", "supported by evidence"]
    {
        assert!(summary.contains(expected), "{expected}: {summary}");
    }
}

#[test]
fn every_question_is_printed_with_its_answer() {
    let assessed = Assessed::usual();
    let text = Read::new(&maturity(&assessed)).all_text();
    let answers = &text[text.rfind("Questions and answers").unwrap()..];
    for question in assessed.bank.questions_of("extended") {
        assert!(answers.contains(&question.code), "{}", question.code);
    }
    for expected in [
        "reviewed by Ana Petrovi\u{107}",
        "checked 2026-11-02",
        "architecture:",
        "approved by Li Wei",
        "I do not know",
        "expired:",
    ] {
        assert!(answers.contains(expected), "{expected}");
    }
}

#[test]
fn every_item_of_a_roadmap_is_printed_in_its_phase() {
    let assessed = Assessed::usual();
    let plan = assay_domain::roadmap::plan(&assessed.bank, &assessed.snapshot(), &samples::wishes()).unwrap();
    assert!(plan.phases.len() > 2, "the sample is too small");
    let text = Read::new(&roadmap(&assessed)).all_text();
    // After the list of contents and the time line, which name phases and items as well.
    let text = &text[text.find("After it: level").unwrap() - 200..];
    for (phase, next) in plan.phases.iter().zip(plan.phases.iter().map(Some).skip(1).chain([None])) {
        let from = text.find(&format!("Phase {}:", phase.number)).unwrap();
        let to = next.map_or(text.len(), |next| text.find(&format!("Phase {}:", next.number)).unwrap());
        for item in &phase.items {
            assert!(text[from..to].contains(&item.code), "{} in phase {}", item.code, phase.number);
        }
    }
}

#[test]
fn what_stops_a_roadmap_is_on_its_summary() {
    let assessed = Assessed::usual();
    let first =
        assay_domain::roadmap::plan(&assessed.bank, &assessed.snapshot(), &samples::wishes()).unwrap();
    let blocking = assessed.scorecard.blockers.iter().find(|blocker| !blocker.questions.is_empty()).unwrap();
    let code = blocking.questions[0].code.clone();
    assert!(first.phases.iter().flat_map(|phase| &phase.items).any(|item| item.code == code));
    let wishes =
        assay_domain::roadmap::Wishes { switched_off: BTreeSet::from([code.clone()]), ..samples::wishes() };
    let plan = assay_domain::roadmap::plan(&assessed.bank, &assessed.snapshot(), &wishes).unwrap();
    let summary = Read::new(&roadmap_report(&assessed.roadmap(&plan)).unwrap()).text(2);
    assert!(summary.contains("What stops the target") && summary.contains(&code), "{summary}");
}

#[test]
fn an_ownership_report_names_everybody_and_what_nobody_holds() {
    let report = samples::ownership();
    let read = Read::new(&ownership_report(&report).unwrap());
    let text = read.all_text();
    for group in &report.groups {
        for thing in &group.things {
            assert!(text.contains(&thing.name), "{}", thing.name);
        }
    }
    assert!(text.contains("Noor Haddad") && text.contains("nobody"));
    assert!(read.text(2).contains("lacks an accountable person for"), "{}", read.text(2));
    assert!(read.outline().contains(&(1, "Findings".to_owned())));
}

#[test]
fn the_cover_and_the_last_section_carry_the_checkpoint() {
    let read = Read::new(&maturity(&Assessed::usual()));
    let checkpoint = samples::frame().checkpoint;
    for page in [1, read.pages()] {
        assert!(read.text(page).contains(&checkpoint.root), "page {page}: {}", read.text(page));
        assert!(read.text(page).contains(&checkpoint.origin));
    }
    let signature = checkpoint.note.lines().last().unwrap().split(' ').next_back().unwrap();
    let squeezed: String = read.text(read.pages()).split_whitespace().collect();
    assert!(squeezed.contains(signature));
}

#[test]
fn the_outline_is_nested_and_contents_agree_with_it() {
    let read = Read::new(&maturity(&Assessed::usual()));
    let outline = read.outline();
    let tops: Vec<_> =
        outline.iter().filter(|(depth, _)| *depth == 1).map(|(_, title)| title.as_str()).collect();
    let expected = [
        "Summary",
        "Contents",
        "Dimension profile",
        "Capabilities",
        "Principles",
        "Why not the next level",
        "Questions and answers",
        "Method",
        "Integrity",
    ];
    assert_eq!(tops, expected);
    assert!(outline.contains(&(2, "Model release".to_owned())));
    let contents = read.text(3);
    assert!(expected[2..].iter().all(|title| contents.contains(title)), "{contents}");
}

#[test]
fn links_lead_to_pages_and_are_printed() {
    let read = Read::new(&maturity(&Assessed::usual()));
    let pages: BTreeSet<_> = read.0.get_pages().into_values().collect();
    let links: Vec<_> = read.dictionaries().filter(|d| name_of(d, b"Subtype") == Some("Link")).collect();
    let (mut inside, mut outside) = (0, 0);
    for link in links {
        assert_eq!(link.get(b"F").unwrap().as_i64().unwrap(), 4);
        let action = link.get(b"A").unwrap().as_dict().unwrap();
        if name_of(action, b"S") == Some("URI") {
            outside += 1;
        } else {
            inside += 1;
            let destination = action.get(b"D").unwrap().as_array().unwrap();
            assert!(pages.contains(&destination[0].as_reference().unwrap()));
        }
    }
    assert!(inside > 10 && outside > 10, "{inside} inside, {outside} outside");
}

#[test]
fn a_table_repeats_its_head_and_keeps_all_rows_in_order() {
    let read = Read::new(&document(|doc| doc.table(long_table(300))));
    let text = read.all_text();
    assert!(read.pages() > 5);
    for page in 1..=read.pages() {
        assert_eq!(read.text(page).matches("Serial").count(), 1, "page {page}");
    }
    let serials: Vec<u32> = text
        .split("remark ")
        .skip(1)
        .filter_map(|rest| rest.split_whitespace().next()?.parse().ok())
        .collect();
    assert_eq!(serials, (0..300).collect::<Vec<_>>());
}

#[test]
fn a_repeated_head_is_read_aloud_once() {
    let read = Read::new(&document(|doc| doc.table(long_table(300))));
    let count = |role| read.dictionaries().filter(|d| name_of(d, b"S") == Some(role)).count();
    assert_eq!((count("Table"), count("THead"), count("TH")), (1, 1, 2));
    assert_eq!((count("TR"), count("TD")), (301, 600));
}

#[test]
fn a_row_longer_than_a_page_is_split_and_loses_nothing() {
    let words: Vec<String> = (0..3000).map(|word| format!("w{word}")).collect();
    let mut table = Table::new(vec![Column::new("Only", 1.0), Column::new("Other", 1.0)]);
    table.row(vec![words.join(" ").into(), "short".into()]);
    let read = Read::new(&document(|doc| doc.table(table)));
    assert!(read.pages() > 2);
    let text = read.all_text();
    let found: Vec<_> = text.split_whitespace().filter(|word| word.starts_with('w')).collect();
    assert_eq!(found, words);
}

#[test]
fn a_word_wider_than_its_column_is_broken_not_cut() {
    let digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".repeat(3);
    let mut table = Table::new(vec![Column::new("Digest", 1.0), Column::new("Rest", 5.0)]);
    table.row(vec![digest.as_str().into(), "rest".into()]);
    let read = Read::new(&document(|doc| doc.table(table)));
    let squeezed: String =
        read.text(1).split_whitespace().filter(|part| part.bytes().all(|b| b.is_ascii_hexdigit())).collect();
    assert!(squeezed.contains(&digest), "{squeezed}");
}

#[test]
fn a_heading_never_ends_a_page() {
    for lines in 20..60 {
        let read = Read::new(&document(|doc| {
            (0..lines).for_each(|line| doc.paragraph(format!("line {line}")));
            doc.heading(2, "The heading", "heading");
            doc.paragraph("What follows");
        }));
        let with = |what| (1..=read.pages()).find(|&page| read.text(page).contains(what)).unwrap();
        assert_eq!(with("The heading"), with("What follows"), "{lines} lines");
    }
}

#[test]
fn ten_thousand_entries_fit_in_four_megabytes() {
    let pdf = audit_report(&samples::audit(10_000)).unwrap();
    assert!(pdf.len() < 4_000_000, "{} bytes", pdf.len());
    let read = Read::new(&pdf);
    assert!(read.pages() > 200);
    let last = (1..=read.pages()).rev().find(|&page| read.text(page).contains("10999")).unwrap();
    assert!(read.text(last).contains("What happened"));
    assert!(read.outline().iter().any(|(depth, title)| *depth == 2 && title == "20 November 2026"));
}

#[test]
fn fonts_are_embedded_and_none_is_built_in() {
    let read = Read::new(&maturity(&Assessed::usual()));
    let fonts: Vec<_> = read.dictionaries().filter(|d| name_of(d, b"Type") == Some("Font")).collect();
    assert_eq!(fonts.len(), 4);
    for font in fonts {
        assert_eq!(name_of(font, b"Subtype"), Some("Type0"));
        assert!(font.has(b"ToUnicode"));
        let descendant = read.dict(&font.get(b"DescendantFonts").unwrap().as_array().unwrap()[0]);
        let descriptor = read.dict(descendant.get(b"FontDescriptor").unwrap());
        let (_, file) = read.0.dereference(descriptor.get(b"FontFile2").unwrap()).unwrap();
        assert!(file.as_stream().unwrap().decompressed_content().unwrap().starts_with(&[0, 1, 0, 0]));
    }
}

#[test]
fn what_a_typeface_lacks_is_printed_as_a_lozenge() {
    let read = Read::new(&document(|doc| {
        doc.paragraph("before \u{4e16}\u{754c} \u{1f600} \u{7} after");
        doc.paragraph(Rich::new().mono("before \u{5d0} after").bold("\u{fffd}"));
    }));
    assert!(read.text(1).contains("before \u{25ca}\u{25ca} \u{25ca} after"), "{}", read.text(1));
}

#[test]
fn the_file_claims_pdf_a_and_has_what_that_takes() {
    let read = Read::new(&maturity(&Assessed::usual()));
    let catalog = read.catalog();
    assert_eq!(read.0.version, "1.7");
    let (_, metadata) = read.0.dereference(catalog.get(b"Metadata").unwrap()).unwrap();
    let metadata = metadata.as_stream().unwrap();
    assert!(!metadata.dict.has(b"Filter"));
    let xmp = String::from_utf8(metadata.content.clone()).unwrap();
    for expected in [
        "<pdfaid:part>3<",
        "<pdfaid:conformance>B<",
        "<xmp:CreateDate>2026-11-21T07:04:05Z<",
        "Ana Petrovi\u{107}",
    ] {
        assert!(xmp.contains(expected), "{expected}");
    }
    let info = read.dict(read.0.trailer.get(b"Info").unwrap());
    assert_eq!(info.get(b"CreationDate").unwrap().as_str().unwrap(), b"D:20261121070405Z");
    assert!(!info.has(b"GTS_PDFXVersion"));
    let intent = read.dict(&catalog.get(b"OutputIntents").unwrap().as_array().unwrap()[0]);
    let (_, profile) = read.0.dereference(intent.get(b"DestOutputProfile").unwrap()).unwrap();
    let profile = profile
        .as_stream()
        .unwrap()
        .decompressed_content()
        .unwrap_or_else(|_| profile.as_stream().unwrap().content.clone());
    assert_eq!(profile[..4], u32::try_from(profile.len()).unwrap().to_be_bytes());
    assert_eq!(&profile[36..40], b"acsp");
    assert!(catalog.has(b"Lang") && catalog.has(b"MarkInfo") && catalog.has(b"AF"));
    assert_eq!(read.0.trailer.get(b"ID").unwrap().as_array().unwrap().len(), 2);
}

#[test]
fn every_mark_leads_back_to_its_element() {
    let read = Read::new(&maturity(&Assessed::usual()));
    let root = read.dict(read.catalog().get(b"StructTreeRoot").unwrap());
    let parents = read.dict(root.get(b"ParentTree").unwrap());
    let numbers: BTreeMap<i64, Object> = parents
        .get(b"Nums")
        .unwrap()
        .as_array()
        .unwrap()
        .chunks(2)
        .map(|pair| (pair[0].as_i64().unwrap(), pair[1].clone()))
        .collect();
    for page in read.0.get_pages().into_values() {
        let dict = read.0.get_dictionary(page).unwrap();
        let number = dict.get(b"StructParents").unwrap().as_i64().unwrap();
        let elements = numbers[&number].as_array().unwrap();
        let content = read.0.get_page_content(page);
        let ids = String::from_utf8_lossy(&content).matches("/MCID").count();
        assert_eq!(elements.len(), ids);
        for element in elements {
            assert!(read.dict(element).has(b"S"));
        }
    }
    for element in read.dictionaries().filter(|d| d.has(b"S") && d.has(b"P")) {
        assert!(read.0.has_object(element.get(b"P").unwrap().as_reference().unwrap()));
    }
    let figures: Vec<_> = read.dictionaries().filter(|d| name_of(d, b"S") == Some("Figure")).collect();
    assert!(figures.len() > 5 && figures.iter().all(|figure| figure.has(b"Alt")));
}

#[test]
fn the_bundle_comes_out_as_it_went_in() {
    let assessed = Assessed::usual();
    assert_eq!(embedded_bundle(&maturity(&assessed)), samples::frame().bundle);
    let mut bare = assessed.report();
    bare.frame.bundle = None;
    assert_eq!(embedded_bundle(&maturity_report(&bare).unwrap()), None);
    assert_eq!(embedded_bundle(b"no PDF at all"), None);
    assert_eq!(embedded_bundle(&[]), None);
}

#[test]
fn both_papers_work() {
    let assessed = Assessed::usual();
    let mut report = assessed.report();
    report.frame.paper = Paper::Letter;
    let read = Read::new(&maturity_report(&report).unwrap());
    let page = read.0.get_dictionary(read.0.get_pages()[&1]).unwrap();
    let sheet: Vec<f32> = page
        .get(b"MediaBox")
        .unwrap()
        .as_array()
        .unwrap()
        .iter()
        .map(|side| side.as_float().unwrap())
        .collect();
    assert_eq!(sheet, [0.0, 0.0, 612.0, 792.0]);
}

#[test]
fn empty_reports_are_documents_too() {
    let nothing = Assessed::with(|_, _| None);
    let read = Read::new(&maturity(&nothing));
    assert!(read.text(2).contains("provisional"));
    let mut audit = samples::audit(0);
    audit.disclosed.clear();
    assert!(
        Read::new(&audit_report(&audit).unwrap())
            .all_text()
            .contains("No entry of the period matches the filter.")
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn no_text_breaks_a_document(text in "\\PC{0,400}", column in 0.05_f32..1.0) {
        let pdf = document(|doc| {
            doc.paragraph(text.as_str());
            doc.listing(&text);
            doc.heading(2, &text, "anchor");
            let mut table = Table::new(vec![Column::new(&text, column), Column::centre("Other", 1.0)]);
            table.row(vec![text.as_str().into(), text.as_str().into()]);
            doc.table(table);
        });
        let read = Read::new(&pdf);
        prop_assert!(read.pages() >= 1);
    }

    #[test]
    fn a_damaged_document_never_panics(at in 0_usize..150_000, value: u8) {
        let mut pdf = document(|doc| doc.paragraph("text"));
        let at = at % pdf.len();
        pdf[at] = value;
        let _ = embedded_bundle(&pdf);
        let _ = embedded_bundle(&pdf[..at]);
    }
}

#[test]
fn long_names_stay_on_the_cover() {
    let assessed = Assessed::usual();
    let mut report = assessed.report();
    (report.team, report.scope) =
        ("Demand forecasting and replenishment ".repeat(20), "Every model. ".repeat(200));
    report.title = "Autumn ".repeat(200);
    let read = Read::new(&maturity_report(&report).unwrap());
    assert!(read.text(1).contains("\u{2026}") && read.text(1).contains("Ledger checkpoint"));
    assert!(read.text(2).starts_with("Summary"), "{}", read.text(2));
}

#[test]
fn addresses_in_links_are_ascii() {
    let read = Read::new(&document(|doc| {
        doc.paragraph(Rich::new().link("here", Target::Uri("https://example.org/\u{fc}ber (1)".to_owned())));
    }));
    let link = read.dictionaries().find(|d| name_of(d, b"Subtype") == Some("Link")).unwrap();
    let uri = link.get(b"A").unwrap().as_dict().unwrap().get(b"URI").unwrap().as_str().unwrap();
    assert_eq!(uri, b"https://example.org/%C3%BCber%20(1)");
}

#[test]
#[ignore = "writes the samples into the directory named by ASSAY_SAMPLES, to look at them"]
fn write_samples() {
    let directory = std::path::PathBuf::from(std::env::var("ASSAY_SAMPLES").unwrap());
    std::fs::write(directory.join("maturity.pdf"), maturity(&Assessed::usual())).unwrap();
    std::fs::write(directory.join("audit.pdf"), audit_report(&samples::audit(400)).unwrap()).unwrap();
    std::fs::write(directory.join("ownership.pdf"), ownership_report(&samples::ownership()).unwrap())
        .unwrap();
    std::fs::write(directory.join("roadmap.pdf"), roadmap(&Assessed::usual())).unwrap();
}
