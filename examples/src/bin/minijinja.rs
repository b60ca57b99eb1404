//! Pages with [minijinja](https://docs.rs/minijinja): a function and a filter `static_url`. A wrong path is an error when
//! the template is rendered, and a test renders all of them.
//!
//! ```sh
//! cargo run -p examples --bin minijinja
//! ```

use std::sync::LazyLock;

use axum::http::StatusCode;
use axum::response::Html;
use axum::{Router, routing::get};
use minijinja::{Environment, Error, ErrorKind, Value, context};
use tokio::net::TcpListener;

cachebreaker::assets!("static");

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut templates = Environment::new();
    templates.add_function("static_url", static_url);
    templates.add_filter("static_url", static_url);
    for (name, source) in [
        ("layout.html", include_str!("../../templates/minijinja/layout.html")),
        ("page.html", include_str!("../../templates/minijinja/page.html")),
    ] {
        templates.add_template(name, source).expect("the templates are tested");
    }
    templates
});

fn static_url(path: &str) -> Result<Value, Error> {
    let asset = assets::find(path).map_err(|error| Error::new(ErrorKind::InvalidOperation, error.to_string()))?;
    Ok(Value::from_safe_string(asset.to_string()))
}

async fn page() -> Result<Html<String>, (StatusCode, String)> {
    let page = TEMPLATES.get_template("page.html").and_then(|page| page.render(context! { title => "minijinja" }));
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
        for file in std::fs::read_dir("templates/minijinja").expect("tests run in the crate's folder") {
            let name = file.expect("a file").file_name().into_string().expect("a name in UTF-8");
            let page = TEMPLATES.get_template(&name).and_then(|template| template.render(context! {}));
            page.unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }

    #[test]
    fn a_wrong_path_is_an_error_that_names_the_nearest() {
        for template in ["{{ static_url('css/stlye.css') }}", "{{ 'css/stlye.css'|static_url }}"] {
            let error = TEMPLATES.render_str(template, context! {}).unwrap_err().to_string();
            assert!(error.contains("there is no asset `css/stlye.css`: did you mean `css/style.css`?"), "{error}");
        }
    }
}
