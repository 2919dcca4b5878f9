//! How many columns of a terminal a text takes: two for what East Asian Width calls wide, none for marks that stand on the
//! character before them (Unicode Standard Annex 11).

use unicode_width::UnicodeWidthChar as _;

/// Columns of `text` in a terminal that draws character by character, as most do: what it makes one picture of, such as a
/// family of emoji, takes fewer.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(of).sum()
}

/// Columns of one character that is no control character.
pub(super) fn of(char: char) -> usize {
    char.width().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_those_of_a_terminal() {
        let cases = [
            ("", 0),
            ("plain::name", 11),
            ("größe", 5),
            ("gro\u{308}ße", 5),
            ("変数と関数の名前", 16),
            ("ｆｕｌｌ", 8),
            ("ｶﾅ", 2),
            ("한글", 4),
            // Six characters, of which the virama takes no column; vowel signs of the category Mc do.
            ("हिन्दी", 5),
            ("ไทย", 3),
            ("ที่", 1),
            ("שלום", 4),
            ("🦀", 2),
            ("a\u{200d}b", 2),
            ("–…", 2),
        ];
        for (text, columns) in cases {
            assert_eq!(width(text), columns, "{text}");
        }
    }
}
