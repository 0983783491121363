//! The last section: how a reader who trusts nobody checks the document.

use super::frame::Frame;
use super::layout::{Doc, Rich};
use super::pdfa::BUNDLE_NAME;

/// Writes the section; `digests` are the report's own, with what they are digests of.
pub(super) fn write(doc: &mut Doc<'_>, frame: &Frame, digests: &[(&str, &str)]) {
    let checkpoint = &frame.checkpoint;
    doc.page_break();
    doc.heading(1, "Integrity", "integrity");
    doc.paragraph(
        "Every act of governance in this system is an entry in an append-only ledger: a Merkle tree whose signed checkpoints \
         make it evident when an entry is altered, dropped, reordered or inserted. This document was made from the ledger as \
         the checkpoint below describes it.",
    );
    let mut facts = vec![
        ("Log", Rich::new().mono(checkpoint.origin.as_str())),
        ("Entries", Rich::from(super::layout::grouped(checkpoint.size))),
        ("Root hash (base64)", Rich::new().mono(checkpoint.root.as_str())),
    ];
    facts.extend(digests.iter().map(|&(label, digest)| (label, Rich::new().mono(digest))));
    doc.facts(&facts);
    doc.heading(2, "Signed checkpoint", "integrity-checkpoint");
    doc.small("A signed note (C2SP tlog-checkpoint). Whoever keeps it can later prove that the ledger it names has been changed.");
    doc.listing(&checkpoint.note);
    doc.heading(2, "How to verify", "integrity-verify");
    verify(doc, frame);
}

fn verify(doc: &mut Doc<'_>, frame: &Frame) {
    let mut steps = Vec::new();
    if frame.bundle.is_some() {
        steps.push(
            Rich::new()
                .plain("Take the ")
                .mono("assay")
                .plain(" program from a source you trust; it needs neither server nor network."),
        );
        steps.push(
            Rich::new()
                .plain("Run ")
                .mono("assay verify report.pdf")
                .plain(" on this file. It reads the attached ")
                .mono(BUNDLE_NAME)
                .plain(", checks the checkpoint\u{2019}s signature and that each attached entry is in the tree, and says what it did not check."),
        );
        steps.push(
            Rich::new()
                .plain("Give it the log\u{2019}s key that you obtained independently with ")
                .mono("--trust")
                .plain(", and a checkpoint that you kept earlier with ")
                .mono("--since")
                .plain(". Without the former the attached key is used, and called untrusted."),
        );
    } else {
        steps.push(Rich::from("No evidence is attached to this copy. Ask for an export of the ledger, and check it with the same program."));
    }
    steps.push(Rich::from(
        "Compare root hash and number of entries above with the QR code on the cover, and with any checkpoint of the same log \
         that somebody else holds: of two with the same size, the roots must be equal.",
    ));
    doc.numbered(steps);
}
