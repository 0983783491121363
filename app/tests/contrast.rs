//! Every pair of colours that the style sheets put on each other meets WCAG 2.2 AA in both schemes.
//!
//! Reads `style/tokens.css`, so a changed colour is checked without anybody remembering to.

#![expect(clippy::unwrap_used, reason = "a token that is no colour fails the test")]

use std::collections::HashMap;

/// What text needs on its ground.
const TEXT: f64 = 4.5;
/// What the edge of a control or the shape of a mark needs against its ground.
const SHAPE: f64 = 3.0;

type Colour = [f64; 3];

fn parse(hex: &str) -> Colour {
    let digits = hex.trim().trim_start_matches('#');
    assert_eq!(digits.len(), 6, "a colour is six digits: {hex}");
    [0, 2, 4].map(|at| f64::from(u8::from_str_radix(&digits[at..at + 2], 16).unwrap()) / 255.0)
}

/// Relative luminance as WCAG defines it.
fn luminance(colour: Colour) -> f64 {
    let [red, green, blue] =
        colour.map(|part| if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn contrast(one: Colour, other: Colour) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// The colours of both schemes by name.
fn tokens() -> HashMap<String, [Colour; 2]> {
    include_str!("../../style/tokens.css")
        .lines()
        .filter_map(|line| {
            let (name, value) = line.trim().strip_prefix("--")?.split_once(": light-dark(")?;
            let (light, dark) = value.strip_suffix(");")?.split_once(',')?;
            Some((name.to_owned(), [parse(light), parse(dark)]))
        })
        .collect()
}

#[test]
fn every_pair_is_readable() {
    let tokens = tokens();
    let mut pairs: Vec<(&str, &str, f64)> = Vec::new();
    for ground in ["paper", "surface", "sunk"] {
        for text in ["ink", "ink-soft", "ink-faint", "link", "link-hover", "bad"] {
            pairs.push((text, ground, TEXT));
        }
        for shape in ["rule-strong", "focus", "struck-edge", "pencil"] {
            pairs.push((shape, ground, SHAPE));
        }
    }
    for (tone, wash) in
        [("good", "good-wash"), ("warn", "warn-wash"), ("bad", "bad-wash"), ("info", "info-wash")]
    {
        pairs.extend([(tone, wash, TEXT), ("ink", wash, TEXT), ("link", wash, TEXT)]);
    }
    for heat in ["heat-0", "heat-1", "heat-2"] {
        pairs.push(("heat-ink", heat, TEXT));
    }
    pairs.extend([
        ("gold", "paper", TEXT),
        ("gold", "surface", TEXT),
        ("on-action", "action", TEXT),
        ("on-action", "action-hover", TEXT),
        ("surface", "bad", TEXT),
        ("on-struck", "struck", TEXT),
        ("on-struck", "heat-3", TEXT),
        ("on-struck", "heat-4", TEXT),
    ]);
    let faint: Vec<String> = pairs
        .into_iter()
        .flat_map(|(one, other, least)| {
            let (ones, others) = (tokens[one], tokens[other]);
            [("light", 0), ("dark", 1)].into_iter().filter_map(move |(scheme, at)| {
                let found = contrast(ones[at], others[at]);
                (found < least).then(|| format!("{scheme}: {one} on {other} is {found:.2}, needs {least}"))
            })
        })
        .collect();
    assert!(faint.is_empty(), "{}", faint.join("\n"));
}

#[test]
fn contrast_is_measured_as_wcag_does() {
    assert!((contrast(parse("#000000"), parse("#ffffff")) - 21.0).abs() < 1e-9);
    assert!((contrast(parse("#777777"), parse("#ffffff")) - 4.48).abs() < 0.01);
}
