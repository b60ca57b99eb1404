//! The second tree: a site's stylesheet with the fonts that it uses, in one file and apart.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::build::{Options, Release, build};
use crate::hashes::named;
use crate::history::{History, copy, write_file};
use crate::made::Chance;
use crate::npm::package;
use crate::table::{table, thousands};
use crate::visitor::{Visitor, own_url};

const DEPLOYS: usize = 20;
const BOOTSTRAP: &str = "5.3.8";
const INTER: &str = "5.2.8";
/// The versions of `bootstrap-icons`; each fifth deploy takes the next.
const ICONS: [&str; 5] = ["1.11.2", "1.11.3", "1.12.0", "1.13.0", "1.13.1"];

/// Where the `@font-face` rules are: in the site's stylesheet, in one other, or in one for each family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Faces {
    Site,
    One,
    Each,
}

impl Faces {
    const ALL: [(Self, &str); 3] = [(Self::Site, "fonts-site"), (Self::One, "fonts-one"), (Self::Each, "fonts-each")];

    /// The stylesheet for the rules of a family.
    fn file(self, family: &str) -> String {
        match self {
            Self::Site => "site.css".to_owned(),
            Self::One => "fonts.css".to_owned(),
            Self::Each => format!("{family}.css"),
        }
    }
}

pub(crate) fn report() -> String {
    let mut releases = Vec::new();
    let mut hashed = Vec::new();
    for (faces, name) in Faces::ALL {
        let mut history = History::new(name);
        let folder = history.folder.join("static");
        let mut of_history: Vec<Release> = Vec::new();
        for deploy in 0..=DEPLOYS {
            eprintln!("{name} {deploy}");
            write_tree(&folder, faces, deploy);
            history.commit();
            let release = build(&folder, Options::default());
            if faces == Faces::Site {
                hashed.push(named(&release, &folder));
            }
            of_history.push(release);
        }
        releases.push(of_history);
    }
    let first = &releases[0][0];
    let len = |is_one: fn(&str) -> bool| {
        let files = first.iter().filter(|(path, _)| is_one(path));
        thousands(files.map(|(_, asset)| asset.len).sum())
    };
    let rows = [
        ("default token", Visitor::of_everything(&releases[0])),
        ("`Token::content()`, one token for all", Visitor::of_one_token(&releases[0])),
        ("`Token::content()`", Visitor::of(&releases[0], own_url)),
        ("`Token::content()`, all `@font-face` rules in one other stylesheet", Visitor::of(&releases[1], own_url)),
        (
            "`Token::content()`, a stylesheet for the `@font-face` rules of each family",
            Visitor::of(&releases[2], own_url),
        ),
        ("hashed names, references rewritten", Visitor::of(&hashed, own_url)),
    ];
    format!(
        "### A stylesheet with fonts\n\n`bootstrap` {BOOTSTRAP}, eight fonts of `@fontsource/inter` {INTER}, and `bootstrap-icons`, all in \
         the site's stylesheet, as a preprocessor would write it: {} bytes of stylesheets, {} of fonts. {DEPLOYS} deploys: each changes \
         a rule of the site, and each fifth takes the next version of the icons, from {} to {}. A stylesheet and the fonts that it names have one token, so each changed rule takes all fonts \
         along. The cure is a stylesheet for the `@font-face` rules of each family, which the page links beside the site's. The hashed \
         names are a model: a file \
         has a new name when it changes or a file that it refers to does.\n\n{}",
        len(|path| path.ends_with(".css")),
        len(|path| !path.ends_with(".css")),
        ICONS[0],
        ICONS[4],
        table(&rows)
    )
}

fn write_tree(folder: &Path, faces: Faces, deploy: usize) {
    if folder.exists() {
        fs::remove_dir_all(folder).expect("a folder");
    }
    let fonts = folder.join("fonts");
    let icons = package("bootstrap-icons", ICONS[deploy / 5]).join("font");
    copy(&icons.join("fonts"), &fonts, ".woff2");
    let inter = package("@fontsource/inter", INTER).join("files");
    let mut of_inter = String::new();
    for weight in [400, 500, 600, 700] {
        for subset in ["latin-ext", "latin"] {
            let file = format!("inter-{subset}-{weight}-normal.woff2");
            copy(&inter, &fonts, &file);
            let _ = writeln!(
                of_inter,
                "@font-face {{ font-family: Inter; font-weight: {weight}; font-display: swap; src: url(\"../fonts/{file}\") \
                 format(\"woff2\") }}"
            );
        }
    }
    let of_icons = "@font-face { font-family: bootstrap-icons; font-display: block; src: url(\"../fonts/bootstrap-icons.woff2\") format(\"woff2\") }\n";
    let text = fs::read_to_string(icons.join("bootstrap-icons.min.css")).expect("a stylesheet");
    let (_, classes) = text.split_once("format(\"woff\")}").expect("the icons have one `@font-face` rule");
    let bootstrap = package("bootstrap", BOOTSTRAP).join("dist/css/bootstrap.min.css");
    let bootstrap = fs::read_to_string(bootstrap).expect("a stylesheet");
    // A source map is not for visitors.
    let bootstrap = bootstrap.split("/*# sourceMappingURL").next().unwrap_or_default();
    let mut rules: Vec<_> = (0..100).map(|number| format!(".site-{number} {{ margin: {number}px }}\n")).collect();
    for deploy in 1..=deploy {
        let mut chance = Chance::new(&format!("rule {deploy}"));
        let number = chance.below(rules.len());
        rules[number] = format!(".site-{number} {{ margin: {}px; padding: {deploy}px }}\n", chance.below(40));
    }
    let site = [bootstrap, "\n", classes, "\n", &rules.concat()].concat();
    let css = |name: String| folder.join("css").join(name);
    match faces {
        Faces::Site => write_file(&css(faces.file("site")), [&of_inter, of_icons, &site].concat()),
        Faces::One => write_file(&css(faces.file("fonts")), [&of_inter, of_icons].concat()),
        Faces::Each => {
            write_file(&css(faces.file("inter")), of_inter);
            write_file(&css(faces.file("icons")), of_icons);
        }
    }
    if faces != Faces::Site {
        write_file(&css("site.css".to_owned()), site);
    }
}
