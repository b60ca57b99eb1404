//! Pages with [handlebars](https://docs.rs/handlebars): a helper `static_url`. A wrong path is an error when the template is
//! rendered, and a test renders all of them.
//!
//! ```sh
//! cargo run -p examples --bin handlebars
//! ```

use std::sync::LazyLock;

use axum::http::StatusCode;
use axum::response::Html;
use axum::{Router, routing::get};
use handlebars::{Context, Handlebars, Helper, HelperResult, Output, RenderContext, RenderErrorReason};
use serde_json::json;
use tokio::net::TcpListener;

cachebreaker::assets!("static");

static TEMPLATES: LazyLock<Handlebars<'static>> = LazyLock::new(|| {
    let mut templates = Handlebars::new();
    templates.register_helper("static_url", Box::new(static_url));
    for (name, source) in [
        ("head", include_str!("../../templates/handlebars/head.hbs")),
        ("page", include_str!("../../templates/handlebars/page.hbs")),
    ] {
        templates.register_template_string(name, source).expect("the templates are tested");
    }
    templates
});

fn static_url(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    output: &mut dyn Output,
) -> HelperResult {
    let path = helper.param(0).and_then(|path| path.value().as_str());
    let path = path.ok_or(RenderErrorReason::ParamNotFoundForIndex("static_url", 0))?;
    let asset = assets::find(path).map_err(|error| RenderErrorReason::NestedError(Box::new(error)))?;
    Ok(output.write(asset.url())?)
}

async fn page() -> Result<Html<String>, (StatusCode, String)> {
    let page = TEMPLATES.render("page", &json!({ "title": "handlebars" }));
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
        for name in TEMPLATES.get_templates().keys() {
            TEMPLATES.render(name, &json!({})).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }

    #[test]
    fn a_wrong_path_is_an_error_that_names_the_nearest() {
        let error = TEMPLATES.render_template(r#"{{static_url "css/stlye.css"}}"#, &json!({})).unwrap_err().to_string();
        assert!(error.contains("there is no asset `css/stlye.css`: did you mean `css/style.css`?"), "{error}");
    }
}
