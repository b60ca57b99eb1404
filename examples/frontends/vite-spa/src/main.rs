//! A single-page application and its API.

use axum::extract::Path;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;

cachebreaker::assets!("web/dist");

async fn user(Path(id): Path<u32>) -> Json<Value> {
    Json(json!({ "id": id, "name": format!("Person {id}") }))
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let app = Router::new().route("/api/users/{id}", get(user)).merge(assets::site());
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:3000".to_owned());
    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, app).await
}
