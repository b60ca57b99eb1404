//! From file names to Rust names.
//!
//! | file | constant | rule |
//! |---|---|---|
//! | `style.css` | `STYLE_CSS` | upper case; what is neither a letter nor a digit becomes `_` |
//! | `img/logo.png` | `img::LOGO_PNG` | a folder is a module, in lower case |
//! | `404.html` | `_404_HTML` | `_` goes before a digit |
//! | `type/a.js` | `type_::A_JS` | `_` goes behind a keyword, and behind three names that the module itself has |
//! | `version` | `VERSION_` | at the top of the folder, where the view has a `VERSION` |
//!
//! Folders whose names become one share the module. Files whose names become one get no constant.

use std::collections::BTreeMap;

use cachebreaker_manifest::manifest::Entry;
use proc_macro2::{Ident, Span};

/// A module: the constants of one folder, and the modules of the folders in it.
#[derive(Debug, Default)]
pub(crate) struct Module {
    /// Names, and the numbers of the assets that would take them, sorted.
    constants: Vec<(String, usize)>,
    modules: BTreeMap<String, Module>,
}

impl Module {
    /// The module of a whole view.
    pub(crate) fn of(assets: &[Entry]) -> Self {
        let mut root = Self::default();
        // The files of one folder mostly follow one another: the module is looked up once for all of them.
        let (mut folder, mut module) = ("", &mut root);
        for (number, asset) in assets.iter().enumerate() {
            let path = asset.path.as_str();
            let file = match path.strip_prefix(folder).filter(|file| !file.as_bytes().contains(&b'/')) {
                Some(file) => file,
                None => {
                    let file_start = path.rfind('/').map_or(0, |slash| slash + 1);
                    folder = &path[..file_start];
                    module = &mut root;
                    for name in folder.split_terminator('/') {
                        module = module.modules.entry(module_name(name)).or_default();
                    }
                    &path[file_start..]
                }
            };
            let mut name = constant_name(file);
            if folder.is_empty() && name == TAKEN_AT_THE_TOP {
                name.push('_');
            }
            module.constants.push((name, number));
        }
        root.sort();
        root
    }

    /// Sorts what nearly is: the files were sorted.
    fn sort(&mut self) {
        self.constants.sort();
        self.modules.values_mut().for_each(Self::sort);
    }

    /// The constants that one asset has for itself.
    pub(crate) fn constants(&self) -> impl Iterator<Item = (&str, usize)> {
        self.named().filter(|assets| assets.len() == 1).map(|assets| (assets[0].0.as_str(), assets[0].1))
    }

    /// The assets that would take each name.
    fn named(&self) -> impl Iterator<Item = &[(String, usize)]> {
        self.constants.chunk_by(|(one, _), (next, _)| one == next)
    }

    /// The modules in this one.
    pub(crate) fn modules(&self) -> impl Iterator<Item = (&str, &Self)> {
        self.modules.iter().map(|(name, module)| (name.as_str(), module))
    }

    /// The names that more than one asset would take, with their modules, here and below.
    pub(crate) fn collisions(&self) -> Vec<(String, Vec<usize>)> {
        let numbers = |assets: &[(String, usize)]| assets.iter().map(|(_, number)| *number).collect();
        let here = self.named().filter(|assets| assets.len() > 1);
        let here = here.map(|assets| (assets[0].0.clone(), numbers(assets)));
        let below = self.modules.iter().flat_map(|(module, inner)| {
            inner.collisions().into_iter().map(move |(name, numbers)| (format!("{module}::{name}"), numbers))
        });
        here.chain(below).collect()
    }
}

fn constant_name(file: &str) -> String {
    identifier(file.to_uppercase())
}

fn module_name(folder: &str) -> String {
    let name = identifier(folder.to_lowercase());
    if KEYWORDS.contains(&name.as_str()) || TAKEN.contains(&name.as_str()) { format!("{name}_") } else { name }
}

fn identifier(name: String) -> String {
    // Bytes where they are enough: a macro is compiled without optimisation, and there may be very many names.
    let mut name = if name.is_ascii() {
        let mut bytes = name.into_bytes();
        for byte in &mut bytes {
            if !byte.is_ascii_alphanumeric() {
                *byte = b'_';
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    } else {
        name.chars().map(|c| if unicode_ident::is_xid_continue(c) { c } else { '_' }).collect()
    };
    if !name.starts_with(|c| c == '_' || unicode_ident::is_xid_start(c)) {
        name.insert(0, '_');
    }
    // Alone it is a pattern, not a name.
    if name == "_" {
        return "__".to_owned();
    }
    // The compiler compares names in NFC, and has the tables for it.
    if name.is_ascii() { name } else { Ident::new(&name, Span::call_site()).to_string() }
}

/// What every view has for itself under a name that a folder could have. An import takes a name with all that it is of: with
/// `use super::__asset`, which is meant for a function, comes a module of that name.
const TAKEN: [&str; 3] = ["__cachebreaker", "__cachebreaker_asset", "__asset"];

/// The constant that a view has beside those of its files. Everything else in it is lower case, or a type.
const TAKEN_AT_THE_TOP: &str = "VERSION";

/// The keywords of every edition, strict and reserved. Some of them (`self`, `super`, `crate`) cannot be raw either.
const KEYWORDS: [&str; 51] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
    "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true",
    "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_are_the_file_names_in_upper_case() {
        for (file, expected) in [
            ("style.css", "STYLE_CSS"),
            ("logoDark@2x.png", "LOGODARK_2X_PNG"),
            ("404.html", "_404_HTML"),
            ("README", "README"),
            ("self", "SELF"),
            ("-", "__"),
            ("-.css", "__CSS"),
            ("a b%c#d+e?f.txt", "A_B_C_D_E_F_TXT"),
            ("über.css", "ÜBER_CSS"),
            ("straße.css", "STRASSE_CSS"),
            ("図.png", "図_PNG"),
            ("😀.png", "__PNG"),
            ("٣.png", "_٣_PNG"),
        ] {
            assert_eq!(constant_name(file), expected);
            assert!(syn::parse_str::<syn::Ident>(expected).is_ok(), "{expected}");
        }
    }

    #[test]
    fn modules_are_the_folder_names_in_lower_case_and_never_keywords() {
        for (folder, expected) in [
            ("img", "img"),
            ("IMG", "img"),
            ("a-b.c", "a_b_c"),
            ("3d", "_3d"),
            ("type", "type_"),
            ("Self", "self_"),
            ("_", "__"),
            ("__cachebreaker", "__cachebreaker_"),
            ("__cachebreaker_asset", "__cachebreaker_asset_"),
            ("__ASSET", "__asset_"),
        ] {
            assert_eq!(module_name(folder), expected);
        }
        for keyword in KEYWORDS {
            assert!(syn::parse_str::<syn::Ident>(&module_name(keyword)).is_ok(), "{keyword}");
        }
    }
}
