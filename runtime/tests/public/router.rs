//! The router in applications.

use axum::Router;
use axum::extract::{Request, State};
use axum::routing::get;
use doc_assets::assets::{STYLE_CSS, router};
use tower_service::Service as _;

async fn status(mut app: Router, path: &str) -> u16 {
    let Ok(response) = app.call(Request::get(path).body(axum::body::Body::empty()).unwrap()).await;
    response.status().as_u16()
}

#[tokio::test]
async fn an_application_takes_the_router_before_and_after_its_state() {
    let page = || Router::new().route("/", get(|State(status): State<axum::http::StatusCode>| async move { status }));
    let state = axum::http::StatusCode::IM_A_TEAPOT;
    for app in [
        page().merge(router()).with_state(state),
        page().with_state(state).merge(router()),
        page().nest("/none", router()).fallback_service(router()).with_state(state),
    ] {
        assert_eq!(status(app.clone(), "/").await, 418);
        assert_eq!(status(app, STYLE_CSS.url()).await, 200);
    }
}
