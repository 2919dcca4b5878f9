//! Escaping of label values and help texts, the same for both text formats. Bytes in, bytes out.
//!
//! Both formats escape backslash, double quote and line feed in label values. Neither has an escape for other control
//! characters, and readers differ: some end a line at a carriage return, some at NUL. So each C0 control character
//! and DEL is written as its picture from the Unicode block U+2400 (a carriage return as `␍`), which keeps every
//! document parseable, the values apart from one another, and terminals that show them safe. A tab is left as it is.

/// How a byte is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Plain,
    Quote,
    Escaped,
    Control,
}

/// One look-up a byte finds the rare ones that need work. Bytes of multi-byte characters are plain.
const CLASSES: [Class; 256] = {
    let mut classes = [Class::Plain; 256];
    let mut byte = 0;
    while byte < 0x20 {
        classes[byte] = Class::Control;
        byte += 1;
    }
    classes[0x7F] = Class::Control;
    classes[b'\t' as usize] = Class::Plain;
    classes[b'\n' as usize] = Class::Escaped;
    classes[b'\\' as usize] = Class::Escaped;
    classes[b'"' as usize] = Class::Quote;
    classes
};

/// Appends `text` as it stands between the double quotes of a label value, or in an OpenMetrics help text.
pub(super) fn quoted(out: &mut Vec<u8>, text: &str) {
    escape(out, text, true);
}

/// Appends `text` as a help text of format 0.0.4, where a double quote stands for itself.
pub(super) fn unquoted(out: &mut Vec<u8>, text: &str) {
    escape(out, text, false);
}

fn escape(out: &mut Vec<u8>, text: &str, quotes: bool) {
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(|&byte| CLASSES[usize::from(byte)] != Class::Plain) {
        out.extend_from_slice(&rest[..at]);
        match rest[at] {
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'"' if quotes => out.extend_from_slice(b"\\\""),
            b'"' => out.push(b'"'),
            control => out.extend_from_slice(picture(control).encode_utf8(&mut [0; 3]).as_bytes()),
        }
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
}

/// Unicode's picture of a control character: U+2400 plus its code; DEL has its own.
fn picture(control: u8) -> char {
    match control {
        0x7F => '\u{2421}',
        code => char::from_u32(0x2400 + u32::from(code)).unwrap_or(char::REPLACEMENT_CHARACTER),
    }
}
