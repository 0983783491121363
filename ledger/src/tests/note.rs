use proptest::prelude::*;

use super::*;

/// From the documentation of Go's `sumdb/note`, where the format comes from.
const GO_KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const GO_NOTE: &str = include_str!("note.txt");

/// The example of the specification, which does not tell the key.
const C2SP_NOTE: &str = include_str!("note-c2sp.txt");

fn signer(seed: u8) -> Ed25519Signer {
    Ed25519Signer::from_seed("example.org/log", &[seed; 32]).unwrap()
}

fn key(seed: u8) -> VerifierKey {
    signer(seed).verifier().clone()
}

#[test]
fn public_examples_read_verify_and_print_the_same() {
    let key: VerifierKey = GO_KEY.parse().unwrap();
    assert_eq!(key.to_string(), GO_KEY);
    let note = Note::parse(GO_NOTE.as_bytes()).unwrap();
    assert_eq!(note.verify(std::slice::from_ref(&key)).unwrap(), [&key]);
    assert_eq!(note.to_string(), GO_NOTE);

    let note = Note::parse(C2SP_NOTE.as_bytes()).unwrap();
    assert!(note.text().ends_with("\n\ned è subito sera.\n"));
    assert_eq!(note.to_string(), C2SP_NOTE);
    let error = note.verify(&[key]).unwrap_err().to_string();
    assert_eq!(
        error,
        "signed by none of the known keys; it is signed by quasimodo.example/salvatore+367ba04b"
    );
}

#[test]
fn both_keys_of_a_rotation_sign() {
    let note = Note::sign("text\n".into(), &[&signer(1), &signer(2)]).unwrap();
    let note = Note::parse(note.to_string().as_bytes()).unwrap();
    assert_eq!(note.verify(&[key(1)]).unwrap().len(), 1);
    assert_eq!(note.verify(&[key(2), key(1)]).unwrap().len(), 2);
    assert!(matches!(note.verify(&[key(3)]), Err(NoteError::Unknown(_))));
}

#[test]
fn a_wrong_signature_of_a_known_key_is_refused_whatever_else_is_right() {
    let note = Note::sign("text\n".into(), &[&signer(1), &signer(2)]).unwrap().to_string();
    let forged = Note::parse(note.replacen("text", "Text", 1).as_bytes()).unwrap();
    assert_eq!(forged.verify(&[key(1)]), Err(NoteError::Wrong("example.org/log".into())));

    let mut mixed = Note::parse(note.as_bytes()).unwrap();
    mixed.signatures[1].bytes[5] ^= 1;
    assert!(mixed.verify(&[key(1)]).is_ok());
    assert!(mixed.verify(&[key(1), key(2)]).is_err());
}

#[test]
fn malformed_notes_are_refused() {
    let good = Note::sign("text\n".into(), &[&signer(1)]).unwrap().to_string();
    assert!(Note::parse(good.as_bytes()).is_ok());
    let line = good.split_once("\n\n").unwrap().1.to_owned();
    for wrong in [
        String::new(),
        "text\n\n".into(),
        good.trim_end().to_owned(),
        good.replacen("\n\n", "\n", 1),
        good.replacen("text", "te\txt", 1),
        good.replacen("text", "te\rxt", 1),
        good.replacen("— ", "- ", 1),
        good.replacen(" example", "  example", 1),
        good.replacen("=", "", 1),
        format!("{good}junk"),
        format!("text\n\n{}", line.repeat(65)),
        "text\n\n— a AAAA\n".into(),
        "text\n\n— a+b AAAAAAAA\n".into(),
    ] {
        assert!(Note::parse(wrong.as_bytes()).is_err(), "{wrong:?}");
    }
    assert!(Note::sign("no line feed".into(), &[&signer(1)]).is_err());
    assert!(Note::sign("text\n".into(), &[]).is_err());
    assert!(Ed25519Signer::from_seed("with space", &[1; 32]).is_err());
}

/// S and S + L satisfy the same equation; RFC 8032 allows only the smaller.
#[test]
fn the_second_spelling_of_a_signature_is_refused() {
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut signature = signer(1).sign(b"text\n").unwrap();
    assert!(key(1).verifies(b"text\n", &signature));
    let mut carry = 0;
    for (byte, order) in signature[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(order) + carry;
        (*byte, carry) = (sum as u8, sum >> 8);
    }
    assert!(!key(1).verifies(b"text\n", &signature));
    assert!(!key(1).verifies(b"text\n", &signature[..63]));
}

#[test]
fn malformed_keys_are_refused() {
    let weak = [&[ED25519], [0u8; 32].as_slice()].concat();
    for wrong in [
        "PeterNeumann".to_owned(),
        "PeterNeumann+c74f20a3".into(),
        GO_KEY.replacen("c74f", "c74e", 1),
        GO_KEY.replacen("c74f20a3", "C74F20A3", 1),
        GO_KEY.replacen("Peter", "Pet r", 1),
        GO_KEY.replacen("+ARpc", "+Arpc", 1),
        GO_KEY.replacen("10TW", "10TWAAAA", 1),
        format!("weak+00000000+{}", STANDARD.encode(weak)),
    ] {
        assert!(wrong.parse::<VerifierKey>().is_err(), "{wrong}");
    }
}

proptest! {
    #[test]
    fn any_text_round_trips(text in "[^\\x00-\\x1f]*(\n[^\\x00-\\x1f]*)*", seed in any::<u8>()) {
        let note = Note::sign(format!("{text}\n"), &[&signer(seed)]).unwrap();
        let read = Note::parse(note.to_string().as_bytes()).unwrap();
        prop_assert_eq!(&read, &note);
        prop_assert!(read.verify(&[key(seed)]).is_ok());
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in any::<Vec<u8>>(), text in ".*", at in any::<usize>(), byte in any::<u8>()) {
        let _ = Note::parse(&bytes);
        let _ = Note::parse(format!("{text}\n\n— {text}\n").as_bytes());
        let _ = text.parse::<VerifierKey>();
        let mut changed = GO_NOTE.as_bytes().to_vec();
        let at = at % changed.len();
        changed[at] = byte;
        let accepted = Note::parse(&changed).is_ok_and(|note| note.verify(&[GO_KEY.parse().unwrap()]).is_ok());
        prop_assert_eq!(accepted, changed == GO_NOTE.as_bytes());
    }
}
