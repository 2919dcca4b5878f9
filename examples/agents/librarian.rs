//! The librarian: finds for every file the others to see also, by the tools of the library.

use std::collections::{HashMap, HashSet};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use observant::observe;

use crate::{
    library::{Library, LibraryError},
    run::Reviewed,
};

/// Related files named with each file.
const SEE_ALSO: u32 = 3;
/// Files that are asked about at a time.
const QUESTIONS: usize = 8;

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
    let telling = &library.telling_words().await?;
    let questions = stream::iter(reviewed).map(async |file| {
        let words = search_words(file, telling);
        let files = library.see_also(&file.path, &words, SEE_ALSO).await?;
        Ok((file.path.clone(), files))
    });
    questions.buffered(QUESTIONS).try_collect().await
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
