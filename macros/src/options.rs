//! The options of `assets!`: one table of them, and what their values become.
//!
//! An option on which responses depend is a field of the runtime's `Rules`, so it needs a row here, with a parser of its value,
//! and nothing else in this crate.

use cachebreaker_manifest::base::{Base, check_origins};
use cachebreaker_manifest::name::Name;
use cachebreaker_manifest::options;
use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens as _, quote};
use syn::parse::ParseStream;
use syn::{Ident, LitBool, LitInt, LitStr};

/// An option: its name, and the message about a value that it does not take.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) form: &'static str,
    value: Value,
}

/// What an option's value is for.
enum Value {
    Name,
    Base,
    Embed,
    /// A field of the runtime's `Rules`. If caches keep what depends on it, `manifest::options` has its default, as `Rules::DEFAULT` has.
    Rule(fn(ParseStream<'_>) -> Result<Rule, ValueError>),
}

/// The value of a field of `Rules`: the user's own text, which is part of a token of the contents, and the expression.
type Rule = (String, TokenStream);

pub(crate) const TABLE: &[Row] = &[
    Row {
        name: "name",
        form: "`name` is a text with `{breaker}` where the token stands, as in `name = \"static/{breaker}\"`",
        value: Value::Name,
    },
    Row {
        name: "cache_max_age",
        form: "`cache_max_age` is a whole number of seconds, as in `cache_max_age = 31536000`",
        value: Value::Rule(seconds),
    },
    Row { name: "embed", form: "`embed` is `true` or `false`, as in `embed = true`", value: Value::Embed },
    Row {
        name: "rollout_window",
        form: "`rollout_window` is a whole number of seconds, `None` for no window, or `Endless`",
        value: Value::Rule(rollout_window),
    },
    Row {
        name: "premature",
        form: "`premature` is `Retry` (503), `NotFound` (404) or `Current` (the current file)",
        value: Value::Rule(premature),
    },
    Row {
        name: "stale",
        form: "`stale` is `Redirect` (301), `NotFound` (404) or `NotFoundForModules` (404 to browsers that import a module)",
        value: Value::Rule(stale),
    },
    Row {
        name: "base",
        form: "`base` is what comes before the path of each URL, as in `base = \"https://cdn.example.com\"` or `base = \"/ui\"`",
        value: Value::Base,
    },
    Row { name: "cors", form: "`cors` is `true` or `false`, as in `cors = true`", value: Value::Rule(flag) },
    Row {
        name: "cross_origin_resource_policy",
        form: "`cross_origin_resource_policy` is `SameOrigin`, `SameSite` or `CrossOrigin`, the pages that may load assets",
        value: Value::Rule(policy),
    },
    Row {
        name: "timing_allow_origin",
        form: "`timing_allow_origin` is `*` or origins with commas between them, as in `timing_allow_origin = \"https://example.com\"`",
        value: Value::Rule(origins),
    },
];

/// What the options say.
pub(crate) struct Options {
    /// The view's name.
    pub(crate) name: String,
    /// The base of all URLs; empty for none.
    pub(crate) base: String,
    pub(crate) embed: Embed,
    /// Those that are fields of the runtime's `Rules`, as far as the user gave them.
    pub(crate) rules: Vec<(&'static str, Rule)>,
}

/// Whether contents are embedded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Embed {
    /// Unless the user's crate has `debug_assertions`.
    InRelease,
    Always,
    Never,
}

impl Options {
    /// Reads the value of an option.
    pub(crate) fn parse_value(&mut self, row: &Row, input: ParseStream<'_>) -> Result<(), ValueError> {
        match row.value {
            Value::Name => {
                let text = input.parse::<LitStr>()?.value();
                self.name = Name::parse(&text).map_err(ValueError::new)?.to_string();
            }
            Value::Base => {
                let text = input.parse::<LitStr>()?.value();
                self.base = Base::parse(&text).map_err(ValueError::new)?.as_str().to_owned();
            }
            Value::Embed => self.embed = if input.parse::<LitBool>()?.value { Embed::Always } else { Embed::Never },
            Value::Rule(parse) => self.rules.push((row.name, parse(input)?)),
        }
        Ok(())
    }

    /// The value of an option as `.view_option(…)` in `build.rs` has it, if it is part of URLs.
    pub(crate) fn text(&self, option: &str) -> &str {
        match option {
            "name" => &self.name,
            "base" => &self.base,
            _ => self.rule(option).unwrap_or_default(),
        }
    }

    /// The text of an option that is a field of `Rules`, as far as the user gave it.
    fn rule(&self, option: &str) -> Option<&str> {
        self.rules.iter().find(|(name, _)| *name == option).map(|(_, (text, _))| &**text)
    }

    /// The options on which cached responses depend, each as text, and whether any differs from its default.
    pub(crate) fn of_responses(&self) -> (Vec<&str>, bool) {
        options::of_responses(|name| self.rule(name))
    }
}

fn seconds(input: ParseStream<'_>) -> Result<Rule, ValueError> {
    let seconds: u64 = input.parse::<LitInt>()?.base10_parse()?;
    Ok((seconds.to_string(), Literal::u64_unsuffixed(seconds).into_token_stream()))
}

fn flag(input: ParseStream<'_>) -> Result<Rule, ValueError> {
    let flag = input.parse::<LitBool>()?.value;
    Ok((flag.to_string(), quote!(#flag)))
}

fn rollout_window(input: ParseStream<'_>) -> Result<Rule, ValueError> {
    if !input.peek(Ident) {
        let (text, seconds) = seconds(input)?;
        return Ok((text, quote!(RolloutWindow::Seconds(#seconds))));
    }
    match &*input.parse::<Ident>()?.to_string() {
        text @ "None" => Ok((text.to_owned(), quote!(RolloutWindow::Off))),
        text @ "Endless" => Ok((text.to_owned(), quote!(RolloutWindow::Endless))),
        _ => Err(ValueError::Form),
    }
}

fn premature(input: ParseStream<'_>) -> Result<Rule, ValueError> {
    let answer = one_of(&["Retry", "NotFound", "Current"], input)?;
    Ok((answer.to_string(), quote!(PrematureAnswer::#answer)))
}

fn stale(input: ParseStream<'_>) -> Result<Rule, ValueError> {
    let answer = one_of(&["Redirect", "NotFound", "NotFoundForModules"], input)?;
    Ok((answer.to_string(), quote!(StaleAnswer::#answer)))
}

fn policy(input: ParseStream<'_>) -> Result<Rule, ValueError> {
    let policy = one_of(&["SameOrigin", "SameSite", "CrossOrigin"], input)?;
    Ok((policy.to_string(), quote!(::core::option::Option::Some(ResourcePolicy::#policy))))
}

fn origins(input: ParseStream<'_>) -> Result<Rule, ValueError> {
    let text = input.parse::<LitStr>()?.value();
    check_origins(&text).map_err(ValueError::new)?;
    let origins = quote!(::core::option::Option::Some(#text));
    Ok((text, origins))
}

fn one_of(words: &[&str], input: ParseStream<'_>) -> Result<Ident, ValueError> {
    let word = input.parse::<Ident>()?;
    if words.iter().any(|known| word == known) { Ok(word) } else { Err(ValueError::Form) }
}

/// What is wrong with an option's value.
pub(crate) enum ValueError {
    /// The option does not take such a value: its form says what it takes.
    Form,
    /// A message about the value.
    Message(String),
}

impl ValueError {
    fn new(message: impl ToString) -> Self {
        Self::Message(message.to_string())
    }
}

/// syn's messages are for those who know Rust's grammar. The option's form says more.
impl From<syn::Error> for ValueError {
    fn from(_: syn::Error) -> Self {
        Self::Form
    }
}
