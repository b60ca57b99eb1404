//! The laws of URLs that last, over random sequences of releases. The product decides about each URL and answers each request; the
//! oracle knows what the test itself wrote into the files.

use std::collections::{BTreeMap, BTreeSet};

use cachebreaker::AssetService;
use cachebreaker::private::{Name, Rules, ServedView, View};
use cachebreaker_manifest::layout::layout;
use cachebreaker_manifest::manifest::Entry;
use cachebreaker_manifest::table::{Place, Stored};
use cachebreaker_manifest::token::TokenKind;
use cachebreaker_manifest::version;
use proptest::prelude::*;

use super::*;
use crate::refer::References;
use crate::refer::edges::edges;

/// What is in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Content {
    version: u8,
    /// The paths of the files that it names.
    refers: BTreeSet<usize>,
    /// Whether it is a script with an `import()` of a computed name.
    computed: bool,
}

/// The files of a view: which there are is in the state, and what they may be called is here.
const PATHS: [&str; 9] =
    ["a.css", "css/b.css", "img/c.png", "d.svg", "js/e.js", "f.js", "page.html", "docs/g.html", "h.json"];

type State = BTreeMap<usize, Content>;

fn is_script(path: &str) -> bool {
    path.ends_with(".js")
}

/// Whether references from it join.
fn joins(path: &str) -> bool {
    path.ends_with(".css") || is_script(path)
}

fn relative(from: &str, to: &str) -> String {
    format!("{}{to}", if from.contains('/') { "../" } else { "./" })
}

/// Where a reference leads, by the rule of URLs for a folder and its parent.
fn follow(url: &str, reference: &str) -> String {
    let folder = url.rsplit_once('/').unwrap().0;
    match (reference.strip_prefix("../"), reference.strip_prefix("./")) {
        (Some(rest), _) => format!("{}/{rest}", folder.rsplit_once('/').unwrap().0),
        (None, Some(rest)) => format!("{folder}/{rest}"),
        _ => panic!("{reference}"),
    }
}

fn text(path: usize, content: &Content) -> String {
    let Content { version, refers, computed } = content;
    let path = PATHS[path];
    let references = refers.iter().map(|to| relative(path, PATHS[*to]));
    match path.rsplit_once('.').unwrap().1 {
        "css" => {
            references.map(|to| format!("a {{ b: url({to}) }}\n")).collect::<String>() + &format!("/* {version} */")
        }
        "js" => {
            let imports = references.map(|to| {
                if to.ends_with(".js") {
                    format!("import '{to}';\n")
                } else {
                    format!("new URL('{to}', import.meta.url);\n")
                }
            });
            let computed = if *computed { "import(self.name);" } else { "" };
            imports.collect::<String>() + computed + &format!("// {version}")
        }
        "html" => references.map(|to| format!("<a href='{to}'>")).collect::<String>() + &format!("{version}"),
        "svg" => {
            let uses: String = references.map(|to| format!("<image href='{to}'/>")).collect();
            format!("<svg><!-- {version} -->{uses}</svg>")
        }
        _ => format!("{{\"version\": {version}}}"),
    }
}

/// What a file may name: scripts name no pages, and images name nothing.
fn may_name(from: usize, to: usize) -> bool {
    match PATHS[from].rsplit_once('.').unwrap().1 {
        "png" | "json" => false,
        "js" => !PATHS[to].ends_with(".html"),
        "css" => !PATHS[to].ends_with(".html") && !is_script(PATHS[to]),
        _ => true,
    }
}

#[derive(Clone, Debug)]
enum Edit {
    Put(usize, Content),
    Touch(usize),
    Remove(usize),
    Move(usize, usize),
    Revert(usize),
    /// Another build of the same commit.
    Rebuild,
}

fn any_content() -> impl Strategy<Value = Content> {
    let refers = prop::collection::btree_set(0..PATHS.len(), 0..3);
    (0_u8..3, refers, prop::bool::weighted(0.1)).prop_map(|(version, refers, computed)| Content {
        version,
        refers,
        computed,
    })
}

fn any_edit() -> impl Strategy<Value = Edit> {
    let path = || 0..PATHS.len();
    prop_oneof![
        3 => (path(), any_content()).prop_map(|(path, content)| Edit::Put(path, content)),
        3 => path().prop_map(Edit::Touch),
        1 => path().prop_map(Edit::Remove),
        1 => (path(), path()).prop_map(|(from, to)| Edit::Move(from, to)),
        1 => (0_usize..4).prop_map(Edit::Revert),
        1 => Just(Edit::Rebuild),
    ]
}

/// A file keeps of its content what its type can say.
fn fit(path: usize, mut content: Content) -> Content {
    content.refers.retain(|to| *to != path && may_name(path, *to));
    content.computed &= is_script(PATHS[path]);
    content
}

/// A release: what is in it, and its service.
struct Release {
    state: State,
    token: String,
    urls: BTreeMap<usize, String>,
    service: AssetService,
}

impl Release {
    /// Builds it; `changed` has the time at which each path was last changed, as git would say.
    fn build(state: &State, changed: &BTreeMap<usize, i64>, now: i64, import_map: bool) -> Self {
        let mut paths: Vec<_> = state.keys().copied().collect();
        paths.sort_unstable_by_key(|path| PATHS[*path]);
        let files: Vec<_> = paths.iter().map(|path| File::of(PATHS[*path], &text(*path, &state[path]))).collect();
        let references = References::of_all(&files);
        let edges = edges(&files, &references, &[], import_map);
        let time_of = |path: &str| PATHS.iter().position(|it| *it == path).and_then(|it| changed.get(&it)).copied();
        let of = files.iter().zip(&edges.missing).map(|(file, missing)| {
            let missing = missing.iter().filter_map(|path| time_of(path));
            Changed::Commit { seconds: missing.chain(time_of(&file.found.path)).max().unwrap() }
        });
        let changes = Changes { of: of.collect() };
        let contents = files.iter().map(|file| (&*file.found.path, &*file.content_type, file.digest));
        let mut token = format!("{}-{}", timestamp(now * 1000), &version::of_contents(contents)[..DIGEST_LEN]);
        let levels = Levels::new();
        let choice =
            Choice { files: &files, edges: &edges, changes: &changes, levels: &levels, time: 0, kept: HashMap::new() };
        let chosen = choice.choose(&mut token);
        let (mut entries, mut contents): (Vec<_>, Vec<&'static [u8]>) = (Vec::new(), Vec::new());
        for (number, (file, url_tokens)) in files.iter().zip(chosen.valid).enumerate() {
            let place = Place { chunk: number as u16, offset: 0, len: file.bytes.len() as u32 };
            contents.push(file.bytes.clone().leak());
            entries.push(Entry {
                path: file.found.path.clone(),
                content_type: file.content_type.clone(),
                identity: Stored { digest: file.digest.to_string(), place },
                url_tokens,
                ..Entry::default()
            });
        }
        let manifest = Manifest {
            token,
            kind: TokenKind::Content,
            is_of_contents: true,
            version: "0".repeat(32),
            url_tokens: chosen.tokens,
            assets: entries,
            ..Manifest::default()
        };
        let layout = layout(&manifest, Name::parse("static/{breaker}").unwrap(), "", &[]).unwrap();
        let view = View::leak(layout, Vec::new(), contents);
        let urls = paths.iter().map(|path| (*path, view.get(PATHS[*path]).unwrap().url().to_owned())).collect();
        let served = Box::leak(Box::new(ServedView::new(view, Rules::DEFAULT)));
        let token = view.token.as_str().to_owned();
        Self { state: state.clone(), token, urls, service: AssetService::new(served) }
    }

    fn ask(&self, url: &str) -> (u16, String, Vec<u8>) {
        let response = self.service.answer(&http::Request::get(url).body(()).unwrap());
        let status = response.status().as_u16();
        let location = response.headers().get("location").map_or("", |it| it.to_str().unwrap()).to_owned();
        (status, location, response.into_body().into_bytes().unwrap().to_vec())
    }

    /// Everything that is reached from a path by references, and whether a reference may lead anywhere.
    fn closure(&self, path: usize) -> (BTreeSet<usize>, bool) {
        let (mut found, mut todo) = (BTreeSet::new(), vec![path]);
        while let Some(path) = todo.pop() {
            if !self.state.contains_key(&path) || !found.insert(path) {
                continue;
            }
            todo.extend(&self.state[&path].refers);
            // Those that name it share its token, where they are stylesheets and scripts.
            let naming =
                self.state.iter().filter(|(from, content)| joins(PATHS[**from]) && content.refers.contains(&path));
            todo.extend(naming.map(|(from, _)| *from));
        }
        let is_unknown = |path: &usize| self.state[path].computed || PATHS[*path].ends_with(".json");
        let is_everything = found.iter().any(is_unknown);
        (found, is_everything)
    }

    /// What must stay as it is for the URL of a path to stay: the closure with its contents.
    fn basis(&self, path: usize) -> State {
        let (closure, is_everything) = self.closure(path);
        let is_in = |path: &usize| is_everything || closure.contains(path);
        self.state.iter().filter(|(path, _)| is_in(path)).map(|(path, content)| (*path, content.clone())).collect()
    }
}

/// Runs the commits of a sequence, and builds a release of each.
fn releases(first: &State, edits: &[Edit], import_map: bool) -> Vec<Release> {
    let (mut now, mut state) = (1_700_000_000, first.clone());
    let mut changed: BTreeMap<_, _> = state.keys().map(|path| (*path, now)).collect();
    let mut history = vec![state.clone()];
    let mut releases = vec![Release::build(&state, &changed, now, import_map)];
    for edit in edits {
        let mut next = state.clone();
        match edit {
            Edit::Put(path, content) => drop(next.insert(*path, fit(*path, content.clone()))),
            Edit::Touch(path) => {
                if let Some(content) = next.get_mut(path) {
                    content.version = content.version.wrapping_add(1);
                }
            }
            Edit::Remove(path) => drop(next.remove(path)),
            Edit::Move(from, to) => {
                if let Some(content) = next.remove(from) {
                    next.insert(*to, fit(*to, content));
                }
            }
            Edit::Revert(back) => next.clone_from(&history[history.len().saturating_sub(1 + back)]),
            Edit::Rebuild => {}
        }
        if next.is_empty() {
            continue;
        }
        if next != state {
            now += 100;
            let all: BTreeSet<_> = state.keys().chain(next.keys()).copied().collect();
            changed.extend(all.into_iter().filter(|path| state.get(path) != next.get(path)).map(|path| (path, now)));
            state = next;
        }
        history.push(state.clone());
        releases.push(Release::build(&state, &changed, now, import_map));
    }
    releases
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn over_any_sequence_of_releases_one_url_never_has_two_contents(
        first in prop::collection::btree_map(0..PATHS.len(), any_content(), 1..PATHS.len()),
        edits in prop::collection::vec(any_edit(), 1..4),
        import_map in prop::bool::weighted(0.2),
    ) {
        let first = first.into_iter().map(|(path, content)| (path, fit(path, content))).collect();
        let releases = releases(&first, &edits, import_map);
        let tokens: BTreeSet<_> = releases.iter().flat_map(|release| {
            let own = release.urls.values().map(|url| url.split('/').nth(2).unwrap());
            own.chain([&*release.token]).map(str::to_owned).collect::<Vec<_>>()
        }).collect();
        let mut bodies: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        for (number, release) in releases.iter().enumerate() {
            // Every URL with any token of any release, at this release.
            for token in &tokens {
                for (path, name) in PATHS.iter().enumerate() {
                    let url = format!("/static/{token}/{name}");
                    let (status, location, body) = release.ask(&url);
                    match status {
                        200 => {
                            let content = release.state.get(&path).map(|content| text(path, content).into_bytes());
                            prop_assert_eq!(Some(&body), content.as_ref(), "{}", url);
                            let known = bodies.entry(url.clone()).or_insert_with(|| body.clone());
                            prop_assert_eq!(&*known, &body, "{}", url);
                        }
                        301 => prop_assert_eq!(&location, &release.urls[&path]),
                        404 => prop_assert!(!release.state.contains_key(&path)),
                        503 => {}
                        other => prop_assert!(false, "{other}"),
                    }
                }
            }
            // Every reference leads to the release's own bytes; those of stylesheets and scripts to the URL that is printed.
            // With an import map, the map decides where imports lead: `runtime/src/page/tests.rs` follows it.
            for (path, content) in release.state.iter().filter(|_| !import_map) {
                let mut todo = vec![(*path, release.urls[path].clone(), joins(PATHS[*path]))];
                let mut known = BTreeSet::new();
                let (_, is_everything) = release.closure(*path);
                while let Some((at, url, is_printed)) = todo.pop() {
                    if !known.insert((at, url.clone())) {
                        continue;
                    }
                    let (status, _, body) = release.ask(&url);
                    prop_assert_eq!((status, body), (200, text(at, &release.state[&at]).into_bytes()), "{}", url);
                    if is_printed && joins(PATHS[*path]) {
                        prop_assert_eq!(&url, &release.urls[&at]);
                    }
                    for to in release.state[&at].refers.iter().filter(|to| release.state.contains_key(to)) {
                        // What an image names is loaded under the image's token.
                        let is_printed = is_printed && joins(PATHS[at]);
                        todo.push((*to, follow(&url, &relative(PATHS[at], PATHS[*to])), is_printed));
                    }
                }
                if is_everything {
                    prop_assert!(release.urls[path].contains(&release.token), "{content:?}");
                }
            }
            // What keeps its URL, and what each release answers to the pages of the one before and after it.
            let Some(before) = number.checked_sub(1).map(|before| &releases[before]) else { continue };
            for path in before.state.keys().filter(|path| release.state.contains_key(path)) {
                let is_kept = before.urls[path] == release.urls[path];
                if !import_map {
                    prop_assert_eq!(is_kept, before.basis(*path) == release.basis(*path), "{}", PATHS[*path]);
                }
                if !is_kept {
                    let (status, location, _) = release.ask(&before.urls[path]);
                    // A closure may have been the same before the last release.
                    prop_assert!(status == 200 || (status, &location) == (301, &release.urls[path]), "{status}");
                    // Where an asset has left a unit and is as old as before, nothing tells the older release that the token is
                    // new; but then the file is the same in both.
                    let (mut status, location, mut body) = before.ask(&release.urls[path]);
                    if status == 301 {
                        (status, _, body) = before.ask(&location);
                    }
                    let is_own = || body == text(*path, &release.state[path]).into_bytes();
                    prop_assert!(status == 503 || status == 200 && is_own(), "{status} {}", release.urls[path]);
                }
            }
        }
    }
}
