//! Everything that was found in a text. Parsers fill it, and it prints as text that it can be parsed from.
//!
//! ```text
//! base "css/"
//! unread nesting
//! computed import-meta 20 31   kind, range
//! import 8 16 "./lib.js"       kind, range, URL
//! resource+ 8 40 "a.png"       the range has more in it than this URL
//! ```

#[cfg(feature = "languages")]
use std::fmt;
use std::ops::Range;

use crate::computed::{Computed, ComputedKind};
use crate::kind::ReferenceKind;
use crate::reference::Reference;
use crate::unread::Unread;
use crate::url::{is_elsewhere, is_template};

/// A base that is longer is of no use: whoever resolves references reads it again for each of them.
const LONGEST_BASE: usize = 512;

/// What follows the kind of a reference whose range has more than its URL in it.
const AMONG_OTHERS: &str = "+";

/// What a text refers to.
///
/// It prints as text, for a cache: lines that are not empty and begin with no space. [`parse`](Found::parse) reads them.
///
/// ```
/// use cachebreaker_references::{Found, Language, find};
///
/// let found = find("import './lib.js'", Language::JavaScript);
/// assert_eq!(found.to_string(), "import 8 16 \"./lib.js\"\n");
/// assert_eq!(Found::parse(&found.to_string()), Some(found));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    references: Vec<Reference>,
    computed: Vec<Computed>,
    base: Option<String>,
    unread: Option<Unread>,
}

impl Found {
    /// The references, in the order of the text.
    #[must_use]
    pub fn references(&self) -> &[Reference] {
        &self.references
    }

    /// What the references are relative to, where the text says so: `<base href="…">`. One that a template fills in, or that
    /// has more than 512 bytes, is `unknown:`.
    ///
    /// ```
    /// use cachebreaker_references::{Language, find};
    ///
    /// let found = find("<base href='/app/'><img src=logo.png>", Language::Html);
    /// assert_eq!(found.base(), Some("/app/"));
    /// ```
    #[must_use]
    pub fn base(&self) -> Option<&str> {
        self.base.as_deref()
    }

    /// Where only the running code knows what the text refers to, in the order of the text.
    ///
    /// ```
    /// use cachebreaker_references::{ComputedKind, Language, find};
    ///
    /// let found = find("import('./a.js'); import(b)", Language::JavaScript);
    /// assert_eq!(found.references().len(), 1);
    /// assert_eq!(found.computed()[0].kind(), ComputedKind::Import);
    /// assert_eq!(found.computed()[0].range(), 18..27);
    /// ```
    #[must_use]
    pub fn computed(&self) -> &[Computed] {
        &self.computed
    }

    /// Why the text may refer to more than was found, if it may. It may also where something is
    /// [`computed`](Found::computed).
    #[must_use]
    pub fn unread(&self) -> Option<Unread> {
        self.unread
    }

    /// Adds the reference at these bytes, if it may lead somewhere on the site.
    pub(crate) fn add(&mut self, kind: ReferenceKind, range: Range<usize>, url: &str) {
        self.add_at(kind, range, true, url);
    }

    /// The same, where the bytes may have more than the URL in them.
    pub(crate) fn add_at(&mut self, kind: ReferenceKind, range: Range<usize>, is_alone: bool, url: &str) {
        // `data:` may be long.
        if !is_elsewhere(url) {
            self.references.push(Reference { kind, range, is_alone, url: url.to_owned() });
        }
    }

    /// Adds that only the running code knows what these bytes refer to.
    pub(crate) fn add_computed(&mut self, kind: ComputedKind, range: Range<usize>) {
        self.computed.push(Computed { kind, range });
    }

    /// Adds what was found in a text that is not in the file as it is: all of it is at these bytes, or each reference where its
    /// counterpart is in the text as it is `written`.
    pub(crate) fn add_all_at(&mut self, range: Range<usize>, inside: Self, written: &Self) {
        let at = || range.clone();
        let has_places = written.references.len() == inside.references.len();
        let place = |index: usize| if has_places { written.references[index].range() } else { at() };
        let references = inside.references.into_iter().enumerate();
        let is_alone = |index: usize| has_places && written.references[index].is_alone;
        self.references.extend(references.map(|(index, it)| Reference {
            range: place(index),
            is_alone: it.is_alone && is_alone(index),
            ..it
        }));
        self.computed.extend(inside.computed.into_iter().map(|it| Computed { range: at(), ..it }));
        if let Some(unread) = inside.unread {
            self.leave(unread);
        }
    }

    /// Leaves one of these marks out of the place of each reference that has it at both ends. `text` has what is written at a place.
    pub(crate) fn trim_ends<'t>(&mut self, marks: [&str; 6], text: impl Fn(Range<usize>) -> &'t str) {
        for reference in &mut self.references {
            let written = text(reference.range());
            let is_around = |mark: &&str| written.strip_prefix(*mark).is_some_and(|rest| rest.ends_with(*mark));
            if let Some(mark) = marks.into_iter().find(is_around) {
                reference.range = reference.range.start + mark.len()..reference.range.end - mark.len();
            }
        }
    }

    /// Adds what references are relative to. The first one counts (HTML, section 4.2.3).
    pub(crate) fn add_base(&mut self, range: Range<usize>, url: &str) {
        // Browsers use neither of these (HTML, section 4.2.3).
        let url_is_none = ["data:", "javascript:"].iter().any(|scheme| url.trim_start().starts_with(scheme));
        if self.base.is_none() && !url_is_none {
            let is_unknown = is_template(url) || url.len() > LONGEST_BASE;
            self.base = Some(if is_unknown { "unknown:" } else { url }.to_owned());
            self.add(ReferenceKind::Base, range, url);
        }
    }

    /// Notes that the text, or a part of it, was not read.
    pub(crate) fn leave(&mut self, unread: Unread) {
        // The others are the same another time, and no cache keeps this one.
        if self.unread != Some(Unread::Memory) {
            self.unread = Some(unread);
        }
    }

    /// Forgets all that was added.
    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }

    /// Sorts what was added, drops what is not a range of the text, and counts bytes from `before` bytes before the text.
    pub(crate) fn finish(mut self, text: &str, before: usize) -> Self {
        self.references.retain(|it| text.get(it.range.clone()).is_some());
        self.references.sort_by_key(|it| it.range.start);
        self.computed.retain(|it| text.get(it.range.clone()).is_some());
        self.computed.sort_by_key(|it| it.range.start);
        let of_references = self.references.iter_mut().map(|it| &mut it.range);
        for range in of_references.chain(self.computed.iter_mut().map(|it| &mut it.range)) {
            *range = range.start + before..range.end + before;
        }
        self
    }
}

#[cfg(feature = "languages")]
impl Found {
    /// Reads what `Display` wrote. It is of use only where [`VERSION`](crate::VERSION) is the same.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut found = Self::default();
        for line in text.lines() {
            let (word, rest) = line.split_once(' ')?;
            // A reference has a range before its URL.
            if word == "base" && rest.starts_with('"') {
                found.base = Some(serde_json::from_str(rest).ok()?);
            } else if word == "unread" {
                found.unread = Some(Unread::from_name(rest)?);
            } else if word == "computed" {
                let (kind, range) = rest.split_once(' ')?;
                let (start, end) = range.split_once(' ')?;
                let range = start.parse().ok()?..end.parse().ok()?;
                found.computed.push(Computed { kind: ComputedKind::from_name(kind)?, range });
            } else {
                let mut parts = rest.splitn(3, ' ');
                let range = parts.next()?.parse().ok()?..parts.next()?.parse().ok()?;
                let url = serde_json::from_str(parts.next()?).ok()?;
                let (word, is_alone) = word.strip_suffix(AMONG_OTHERS).map_or((word, true), |word| (word, false));
                found.references.push(Reference { kind: ReferenceKind::from_name(word)?, range, is_alone, url });
            }
        }
        Some(found)
    }
}

#[cfg(feature = "languages")]
impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // JSON has no line breaks in its strings.
        let quote = |text: &str| serde_json::to_string(text).map_err(|_| fmt::Error);
        if let Some(base) = &self.base {
            writeln!(f, "base {}", quote(base)?)?;
        }
        if let Some(unread) = self.unread {
            writeln!(f, "unread {}", unread.name())?;
        }
        for Computed { kind, range } in &self.computed {
            writeln!(f, "computed {} {} {}", kind.name(), range.start, range.end)?;
        }
        for Reference { kind, range, is_alone, url } in &self.references {
            let mark = if *is_alone { "" } else { AMONG_OTHERS };
            writeln!(f, "{}{mark} {} {} {}", kind.name(), range.start, range.end, quote(url)?)?;
        }
        Ok(())
    }
}
