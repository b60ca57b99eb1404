//! The macro's arguments: `[$crate] pub mod assets = "static", name = "static/{breaker}", …`.

use cachebreaker_manifest::base::{Base, check_origins};
use cachebreaker_manifest::name::{Name, default_name};
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{format_ident, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitBool, LitInt, LitStr, Token, Visibility, bracketed};

use crate::asset;

/// What the user wrote, checked.
pub(crate) struct Arguments {
    /// The path of the `cachebreaker` crate, whatever the user calls it.
    pub(crate) krate: TokenStream,
    pub(crate) visibility: Visibility,
    pub(crate) module: Ident,
    /// Whether the user left the module's name out.
    pub(crate) has_default_module: bool,
    pub(crate) folder: LitStr,
    /// The view's key: see [`asset::key`].
    pub(crate) key: u64,
    /// The view's name; the default one where what the user wrote is wrong.
    pub(crate) name: String,
    pub(crate) cache_max_age: u64,
    pub(crate) embed: Embed,
    /// A variant of `RolloutWindow`.
    pub(crate) rollout_window: TokenStream,
    /// A variant of `PrematureAnswer`.
    pub(crate) premature: Ident,
    /// The base of all URLs; empty for none.
    pub(crate) base: String,
    pub(crate) cors: bool,
    /// A variant of `ResourcePolicy`.
    pub(crate) resource_policy: Option<Ident>,
    pub(crate) timing_allow_origin: Option<String>,
    /// What is wrong with the options.
    pub(crate) mistakes: Option<syn::Error>,
}

/// Whether contents are embedded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Embed {
    /// Unless the user's crate has `debug_assertions`.
    InRelease,
    Always,
    Never,
}

/// The options, and what is said about any value that is none of theirs.
const OPTIONS: [(&str, &str); 9] = [
    ("name", "`name` is a text with `{breaker}` where the token stands, as in `name = \"static/{breaker}\"`"),
    ("cache_max_age", "`cache_max_age` is a whole number of seconds, as in `cache_max_age = 31536000`"),
    ("embed", "`embed` is `true` or `false`, as in `embed = true`"),
    ("rollout_window", "`rollout_window` is a whole number of seconds, `None` for no window, or `Endless`"),
    ("premature", "`premature` is `Retry` (503), `NotFound` (404) or `Current` (the current file)"),
    ("base", "`base` is where assets stand elsewhere, as in `base = \"https://cdn.example.com\"`"),
    ("cors", "`cors` is `true` or `false`, as in `cors = true`"),
    (
        "cross_origin_resource_policy",
        "`cross_origin_resource_policy` is `SameOrigin`, `SameSite` or `CrossOrigin`, the pages that may load assets",
    ),
    (
        "timing_allow_origin",
        "`timing_allow_origin` is `*` or origins with commas between them, as in `timing_allow_origin = \"https://example.com\"`",
    ),
];
const YEAR: u64 = 365 * 24 * 60 * 60;

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let all = input.to_string();
        let krate;
        bracketed!(krate in input);
        let krate = krate.parse()?;
        let has_default_module = input.peek(LitStr);
        let (visibility, module) = if has_default_module {
            (Visibility::Public(Token![pub](Span::call_site())), format_ident!("assets"))
        } else {
            parse_module(input)?
        };
        let folder: LitStr = input.parse().map_err(|error| {
            syn::Error::new(error.span(), "expected the folder that `build.rs` prepares, as in `assets!(\"static\")`")
        })?;
        let mut arguments = Self {
            krate,
            visibility,
            module,
            has_default_module,
            name: default_name(&folder.value()),
            key: asset::key(&all, folder.span()),
            folder,
            cache_max_age: YEAR,
            embed: Embed::InRelease,
            rollout_window: quote!(DEFAULT),
            premature: format_ident!("Retry"),
            base: String::new(),
            cors: false,
            resource_policy: None,
            timing_allow_origin: None,
            mistakes: None,
        };
        arguments.parse_options(input);
        Ok(arguments)
    }
}

/// `pub(crate) mod theme =`
fn parse_module(input: ParseStream<'_>) -> syn::Result<(Visibility, Ident)> {
    let visibility = input.parse()?;
    if !input.peek(Token![mod]) {
        let message =
            "expected a folder or a module, as in `assets!(\"static\")` or `assets!(pub mod theme = \"theme\")`";
        return Err(input.error(message));
    }
    input.parse::<Token![mod]>()?;
    let name = |error: syn::Error| {
        let message = "expected the name of the module, as in `assets!(pub mod theme = \"theme\")`";
        syn::Error::new(error.span(), message)
    };
    let module = input.parse().map_err(name)?;
    input.parse::<Token![=]>()?;
    Ok((visibility, module))
}

impl Arguments {
    fn parse_options(&mut self, input: ParseStream<'_>) {
        let mut given: Vec<String> = Vec::new();
        while !input.is_empty() {
            if let Err(error) = self.parse_option(&mut given, input) {
                self.mistake(error);
                // On to the next option, so that all mistakes are told at once.
                while !input.is_empty() && !input.peek(Token![,]) {
                    let _ = input.parse::<TokenTree>();
                }
            }
        }
        if !given.iter().any(|option| option == "name") && Name::parse(&self.name).is_err() {
            let folder = self.folder.value();
            self.mistake(syn::Error::new(
                self.folder.span(),
                format!(
                    "folder `{folder}` cannot name the view: give it a name, as in `name = \"static/{{breaker}}\"`"
                ),
            ));
            self.name = default_name("static");
        }
    }

    /// `, name = "static/{breaker}"`, or a comma at the end.
    fn parse_option(&mut self, given: &mut Vec<String>, input: ParseStream<'_>) -> syn::Result<()> {
        input.parse::<Token![,]>()?;
        if input.is_empty() {
            return Ok(());
        }
        if input.peek(Token![mod]) {
            let message = "the module goes before the folder, as in `assets!(mod theme = \"theme\")`";
            return Err(input.error(message));
        }
        let options = OPTIONS.map(|(name, _)| format!("`{name}`")).join(", ");
        let option: Ident = input.parse().map_err(|error| {
            syn::Error::new(error.span(), format!("expected an option and its value: the options are {options}"))
        })?;
        let error = |message: String| Err(syn::Error::new(option.span(), message));
        let name = option.to_string();
        let Some((_, form)) = OPTIONS.iter().find(|(known, _)| name == *known) else {
            return error(format!("unknown option `{name}`: the options are {options}"));
        };
        let is_second = given.contains(&name);
        given.push(name.clone());
        if is_second {
            return error(format!("option `{name}` stands here twice: remove one"));
        }
        if input.parse::<Token![=]>().is_err() {
            return error(format!("option `{name}` has no value: {form}"));
        }
        let value = input.span();
        self.parse_value(&name, input).map_err(|problem| match problem {
            Problem::Form => syn::Error::new(value, form),
            Problem::Value(problem) => syn::Error::new(value, problem),
        })
    }

    fn parse_value(&mut self, option: &str, input: ParseStream<'_>) -> Result<(), Problem> {
        match option {
            "name" => {
                let text = input.parse::<LitStr>()?.value();
                self.name = Name::parse(&text).map_err(Problem::value)?.to_string();
            }
            "cache_max_age" => self.cache_max_age = input.parse::<LitInt>()?.base10_parse()?,
            "embed" => {
                self.embed = if input.parse::<LitBool>()?.value { Embed::Always } else { Embed::Never };
            }
            "rollout_window" => {
                self.rollout_window = if input.peek(Ident) {
                    match input.parse::<Ident>()? {
                        word if word == "None" => quote!(Off),
                        word if word == "Endless" => quote!(Endless),
                        _ => return Err(Problem::Form),
                    }
                } else {
                    let seconds = input.parse::<LitInt>()?.base10_parse::<u64>()?;
                    quote!(Seconds(#seconds))
                };
            }
            "premature" => {
                let answer = input.parse::<Ident>()?;
                if !["Retry", "NotFound", "Current"].iter().any(|known| answer == known) {
                    return Err(Problem::Form);
                }
                self.premature = answer;
            }
            "base" => {
                let text = input.parse::<LitStr>()?.value();
                self.base = Base::parse(&text).map_err(Problem::value)?.as_str().to_owned();
            }
            "cors" => self.cors = input.parse::<LitBool>()?.value,
            "cross_origin_resource_policy" => {
                let policy = input.parse::<Ident>()?;
                if !["SameOrigin", "SameSite", "CrossOrigin"].iter().any(|known| policy == known) {
                    return Err(Problem::Form);
                }
                self.resource_policy = Some(policy);
            }
            "timing_allow_origin" => {
                let text = input.parse::<LitStr>()?.value();
                check_origins(&text).map_err(|_| Problem::Form)?;
                self.timing_allow_origin = Some(text);
            }
            _ => unreachable!("every option has its own arm"),
        }
        Ok(())
    }

    /// Adds something that is wrong, to be told with all the rest.
    pub(crate) fn mistake(&mut self, error: syn::Error) {
        match &mut self.mistakes {
            None => self.mistakes = Some(error),
            Some(mistakes) => mistakes.combine(error),
        }
    }
}

/// What is wrong with an option's value.
enum Problem {
    /// It is none of the values that the option has.
    Form,
    /// It says itself what is wrong.
    Value(String),
}

impl Problem {
    fn value(problem: impl ToString) -> Self {
        Self::Value(problem.to_string())
    }
}

/// What syn says is for those who know Rust's grammar; the option's own form says more.
impl From<syn::Error> for Problem {
    fn from(_: syn::Error) -> Self {
        Self::Form
    }
}
