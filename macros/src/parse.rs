//! The macro's arguments: `[$crate] pub mod assets = "static", name = "static/{breaker}", …`.

use cachebreaker_manifest::name::{Name, default_name};
use cachebreaker_manifest::options::OF_RESPONSES;
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::format_ident;
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::{Ident, LitStr, Token, Visibility, bracketed};

use crate::key::key;
use crate::options::{Embed, Options, TABLE, ValueError};

/// What the user wrote, checked.
pub(crate) struct Arguments {
    /// The path of the `cachebreaker` crate, whatever the user calls it.
    pub(crate) krate: TokenStream,
    pub(crate) visibility: Visibility,
    pub(crate) module: Ident,
    /// Whether the user left the module's name out.
    pub(crate) has_default_module: bool,
    pub(crate) folder: LitStr,
    /// The view's [key].
    pub(crate) key: u64,
    /// The options; the default where what the user wrote is wrong.
    pub(crate) options: Options,
    /// The names of those that the user gave, here or in `build.rs`.
    given: Vec<String>,
    /// What is wrong with the options.
    pub(crate) mistakes: Option<syn::Error>,
}

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
            options: Options {
                name: default_name(&folder.value()),
                base: String::new(),
                embed: Embed::InRelease,
                rules: Vec::new(),
            },
            key: key(&all, folder.span()),
            folder,
            given: Vec::new(),
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
        while !input.is_empty() {
            if let Err(error) = self.parse_option(input) {
                self.mistake(error);
                // The next option may have a mistake too, and all are reported at once.
                while !input.is_empty() && !input.peek(Token![,]) {
                    let _ = input.parse::<TokenTree>();
                }
            }
        }
    }

    /// Takes over the options that `build.rs` has, and checks the name if neither has one.
    pub(crate) fn complete(&mut self, of_build: &[(String, String)]) {
        for (name, value) in of_build {
            if let Err(message) = self.take_over(name, value) {
                self.mistake(syn::Error::new(self.folder.span(), message));
            }
        }
        if !self.given.iter().any(|option| option == "name") && Name::parse(&self.options.name).is_err() {
            let folder = self.folder.value();
            self.mistake(syn::Error::new(
                self.folder.span(),
                format!(
                    "folder `{folder}` cannot name the view: give it a name, as in `name = \"static/{{breaker}}\"`"
                ),
            ));
            self.options.name = default_name("static");
        }
    }

    fn take_over(&mut self, name: &str, value: &str) -> Result<(), String> {
        let call = format!("`.view_option({name:?}, {value:?})` in `build.rs`");
        let Some(row) = TABLE.iter().find(|row| row.name == name) else {
            return Err(format!("{call} is no option: the options are {}", names()));
        };
        if self.given.iter().any(|given| given == name) {
            return Err(format!("{call} sets the option `{name}`, and so does this: remove one of them"));
        }
        self.given.push(name.to_owned());
        // Texts are without quotes there.
        let text = format!("{value:?}");
        let parse = |text: &str, options: &mut Options| {
            let parser = |input: ParseStream<'_>| Ok(options.parse_value(row, input));
            parser.parse_str(text).unwrap_or_else(|error| Err(error.into()))
        };
        let parsed = parse(value, &mut self.options).or_else(|_| parse(&text, &mut self.options));
        parsed.map_err(|error| match error {
            ValueError::Form => format!("{call} is wrong: {}", row.form),
            ValueError::Message(message) => format!("{call} is wrong: {message}"),
        })
    }

    /// `, name = "static/{breaker}"`, or a comma at the end.
    fn parse_option(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        input.parse::<Token![,]>()?;
        if input.is_empty() {
            return Ok(());
        }
        if input.peek(Token![mod]) {
            let message = "the module goes before the folder, as in `assets!(mod theme = \"theme\")`";
            return Err(input.error(message));
        }
        let options = names();
        let option: Ident = input.parse().map_err(|error| {
            syn::Error::new(error.span(), format!("expected an option and its value: the options are {options}"))
        })?;
        let error = |message: String| Err(syn::Error::new(option.span(), message));
        let name = option.to_string();
        let Some(row) = TABLE.iter().find(|row| row.name == name) else {
            return error(format!("unknown option `{name}`: the options are {options}"));
        };
        let is_second = self.given.contains(&name);
        self.given.push(name.clone());
        if is_second {
            return error(format!("option `{name}` stands here twice: remove one"));
        }
        if input.parse::<Token![=]>().is_err() {
            return error(format!("option `{name}` has no value: {}", row.form));
        }
        let value = input.span();
        self.options.parse_value(row, input).map_err(|error| match error {
            ValueError::Form => syn::Error::new(value, row.form),
            ValueError::Message(message) => syn::Error::new(value, message),
        })
    }

    /// What to do where pages have other URLs in them than the view has.
    pub(crate) fn moved_options(&self, of_build: &[(String, String)]) -> String {
        let of_urls = ["name", "base"].into_iter().chain(OF_RESPONSES.map(|(name, _)| name));
        let is_in_build = |name: &str| of_build.iter().any(|(of_build, _)| of_build == name);
        let here = of_urls.filter(|name| self.given.iter().any(|given| given == name) && !is_in_build(name));
        let calls = here.map(|name| format!("`.view_option({name:?}, {:?})`", self.options.text(name)));
        let calls: Vec<_> = calls.collect();
        let cause = "the pages of this view have its URLs in them, and these depend on options";
        if calls.is_empty() {
            return format!(
                "{cause}: write the values of `.view_option(…)` in `build.rs` as plainly as you can, as in `86400`"
            );
        }
        format!("{cause}: write them in `build.rs` as {}, and not here", calls.join(" and "))
    }

    /// Adds something that is wrong.
    pub(crate) fn mistake(&mut self, error: syn::Error) {
        match &mut self.mistakes {
            None => self.mistakes = Some(error),
            Some(mistakes) => mistakes.combine(error),
        }
    }
}

/// The names of all options, as a message lists them.
fn names() -> String {
    TABLE.iter().map(|row| format!("`{}`", row.name)).collect::<Vec<_>>().join(", ")
}
