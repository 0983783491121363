//! The sRGB colour profile (IEC 61966-2-1) as an ICC v4 display profile, written from its numbers.
//!
//! PDF/A needs a profile that says what the colours mean. This one has nothing but what ICC.1:2010 requires: matrix and
//! tone curve, adapted from D65 to the profile connection space's D50.

/// A fixed-point number with 16 bits behind the point, as ICC writes it.
type Fixed = u32;

const D50: [Fixed; 3] = [0x0000_F6D6, 0x0001_0000, 0x0000_D32D];
const RED: [Fixed; 3] = [0x0000_6FA2, 0x0000_38F5, 0x0000_0390];
const GREEN: [Fixed; 3] = [0x0000_6299, 0x0000_B785, 0x0000_18DA];
const BLUE: [Fixed; 3] = [0x0000_24A0, 0x0000_0F84, 0x0000_B6CF];
/// Bradford adaptation from D65 to D50, row by row.
const ADAPTATION: [Fixed; 9] = [
    0x0001_0C42,
    0x0000_05DE,
    0xFFFF_F325, //
    0x0000_0793,
    0x0000_FD90,
    0xFFFF_FBA2, //
    0xFFFF_FDA3,
    0x0000_03DC,
    0x0000_C06E,
];
/// The curve of sRGB: exponent 2.4, 1/1.055, 0.055/1.055, 1/12.92, limit 0.04045.
const CURVE: [Fixed; 5] = [0x0002_6666, 0x0000_F2A7, 0x0000_0D59, 0x0000_13D0, 0x0000_0A5B];

const HEADER: usize = 128;

/// The profile's bytes.
pub(crate) fn srgb() -> Vec<u8> {
    let tags: [(&[u8; 4], Vec<u8>); 9] = [
        (b"desc", text("sRGB IEC61966-2.1")),
        (b"cprt", text("No copyright, use freely")),
        (b"wtpt", numbers(b"XYZ ", &D50)),
        (b"chad", numbers(b"sf32", &ADAPTATION)),
        (b"rXYZ", numbers(b"XYZ ", &RED)),
        (b"gXYZ", numbers(b"XYZ ", &GREEN)),
        (b"bXYZ", numbers(b"XYZ ", &BLUE)),
        (b"rTRC", curve()),
        // Green and blue share the red curve's bytes, which the format allows.
        (b"gTRC", Vec::new()),
    ];
    let count = tags.len() + 1;
    let mut table = Vec::new();
    let mut data = Vec::new();
    let start = HEADER + 4 + count * 12;
    let mut last = (0, 0);
    let shared = (*b"bTRC", Vec::new());
    for (name, bytes) in tags.iter().map(|(name, bytes)| (*name, bytes)).chain([(&shared.0, &shared.1)]) {
        if !bytes.is_empty() {
            last = (start + data.len(), bytes.len());
            data.extend_from_slice(bytes);
            data.resize(data.len().next_multiple_of(4), 0);
        }
        table.extend_from_slice(name);
        table.extend_from_slice(&be32(last.0));
        table.extend_from_slice(&be32(last.1));
    }
    let mut profile = header(start + data.len());
    profile.extend_from_slice(&be32(count));
    profile.extend(table);
    profile.extend(data);
    profile
}

fn header(size: usize) -> Vec<u8> {
    let mut header = Vec::with_capacity(HEADER);
    header.extend_from_slice(&be32(size));
    header.extend_from_slice(&[0; 4]); // no preferred colour engine
    header.extend_from_slice(&0x0420_0000_u32.to_be_bytes()); // version 4.2
    header.extend_from_slice(b"mntrRGB XYZ ");
    for part in [2026_u16, 1, 1, 0, 0, 0] {
        header.extend_from_slice(&part.to_be_bytes());
    }
    header.extend_from_slice(b"acsp");
    header.resize(68, 0); // platform, flags, device and attributes: none; perceptual intent
    for part in D50 {
        header.extend_from_slice(&part.to_be_bytes());
    }
    header.resize(HEADER, 0);
    header
}

/// A `mluc` tag with one American English text.
fn text(value: &str) -> Vec<u8> {
    let utf16: Vec<u8> = value.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let mut tag = b"mluc\0\0\0\0".to_vec();
    tag.extend_from_slice(&be32(1));
    tag.extend_from_slice(&be32(12));
    tag.extend_from_slice(b"enUS");
    tag.extend_from_slice(&be32(utf16.len()));
    tag.extend_from_slice(&be32(28));
    tag.extend(utf16);
    tag
}

fn numbers(kind: &[u8; 4], values: &[Fixed]) -> Vec<u8> {
    let mut tag = kind.to_vec();
    tag.extend_from_slice(&[0; 4]);
    tag.extend(values.iter().flat_map(|value| value.to_be_bytes()));
    tag
}

/// A parametric curve of type 3, the shape of sRGB.
fn curve() -> Vec<u8> {
    let mut tag = b"para\0\0\0\0\0\x03\0\0".to_vec();
    tag.extend(CURVE.iter().flat_map(|value| value.to_be_bytes()));
    tag
}

/// Sizes and offsets inside a profile of some hundred bytes always fit.
fn be32(value: usize) -> [u8; 4] {
    u32::try_from(value).unwrap_or(u32::MAX).to_be_bytes()
}
