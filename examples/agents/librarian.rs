//! The librarian: finds for every file the others to see also, by the tools of the library.

use std::collections::{HashMap, HashSet};

use observant::observe;

use crate::{
    library::{Library, LibraryError},
    run::Reviewed,
};

/// Related files named with each file.
const SEE_ALSO: u32 = 3;

/// For every file, the others to see also: found through the knowledge store by the words of its
/// review that few files share.
#[observe(agent = "librarian")]
pub async fn relate(
    reviewed: &[Reviewed],
    library: &Library,
) -> Result<HashMap<String, Vec<String>>, LibraryError> {
    if reviewed.is_empty() {
        return Ok(HashMap::new());
    }
    let telling = library.telling_words().await?;
    let mut related = HashMap::with_capacity(reviewed.len());
    for file in reviewed {
        let words = search_words(file, &telling);
        related.insert(file.path.clone(), library.see_also(&file.path, &words, SEE_ALSO).await?);
    }
    Ok(related)
}

fn search_words<'a>(file: &Reviewed, telling: &'a HashSet<String>) -> Vec<&'a str> {
    let outline = file.review.outline.iter().flat_map(|entry| entry.split_whitespace());
    let terms = file.review.terms.iter().map(String::as_str);
    let mut words: Vec<&str> = terms
        .chain(outline)
        .filter_map(|word| telling.get(&word.to_lowercase()))
        .map(String::as_str)
        .collect();
    let mut seen = HashSet::new();
    words.retain(|word| seen.insert(*word));
    words
}
