//! A book.

use axum::Router;
use tokio::net::TcpListener;

cachebreaker::assets!("book");

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let app = Router::new().merge(assets::site());
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:3000".to_owned());
    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, app).await
}
