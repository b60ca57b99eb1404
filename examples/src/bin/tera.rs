//! Pages with [tera](https://docs.rs/tera): a function `static_url`, and an asset as a value of the context. A wrong path is
//! an error when the template is rendered, and a test renders all of them.
//!
//! ```sh
//! cargo run -p examples --bin tera
//! ```

use std::sync::LazyLock;

use axum::http::StatusCode;
use axum::response::Html;
use axum::{Router, routing::get};
use tera::{Context, Error, Function, Kwargs, State, Tera, TeraResult};
use tokio::net::TcpListener;

cachebreaker::assets!("static");

static TEMPLATES: LazyLock<Tera> = LazyLock::new(|| {
    let mut templates = Tera::new();
    templates.register_function("static_url", StaticUrl);
    templates
        .add_raw_templates([
            ("layout.html", include_str!("../../templates/tera/layout.html")),
            ("page.html", include_str!("../../templates/tera/page.html")),
        ])
        .expect("the templates are tested");
    templates
});

struct StaticUrl;

impl Function<TeraResult<&'static str>> for StaticUrl {
    fn call(&self, arguments: Kwargs, _: &State) -> TeraResult<&'static str> {
        let asset = assets::find(arguments.must_get("path")?).map_err(|error| Error::message(error.to_string()))?;
        Ok(asset.url())
    }

    /// A URL needs no escaping.
    fn is_safe(&self) -> bool {
        true
    }
}

/// What all pages are given. With the feature `serde`, an asset is its URL.
fn context(title: &str) -> Context {
    let mut context = Context::new();
    context.insert("title", title);
    context.insert("app", &assets::js::APP_JS);
    context
}

async fn page() -> Result<Html<String>, (StatusCode, String)> {
    let page = TEMPLATES.render("page.html", &context("tera"));
    page.map(Html).map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let app = Router::new().route("/", get(page)).merge(assets::router());
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:3000".to_owned());
    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, app).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_renders() {
        for name in TEMPLATES.get_template_names() {
            TEMPLATES.render(name, &context("")).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }

    #[test]
    fn a_wrong_path_is_an_error_that_names_the_nearest() {
        let mut templates = TEMPLATES.clone();
        templates.add_raw_template("wrong.html", "{{ static_url(path='css/stlye.css') }}").unwrap();
        let error = templates.render("wrong.html", &context("")).unwrap_err().to_string();
        assert!(error.contains("there is no asset `css/stlye.css`: did you mean `css/style.css`?"), "{error}");
    }
}
