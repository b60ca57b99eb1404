//! Tower's `Service` for each of our services, written once.

/// The service over the types of the `http` crate, for types whose `answer` takes a request: they never wait and never fail. In brackets is
/// the parameter of the type, if it has one.
macro_rules! services {
    ($([$($parameter:tt)*] $service:ty;)*) => {
        $(
            impl<Content, $($parameter)*> tower_service::Service<http::Request<Content>> for $service {
                type Response = http::Response<$crate::Body>;
                type Error = std::convert::Infallible;
                type Future = std::future::Ready<Result<Self::Response, Self::Error>>;

                fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> std::task::Poll<Result<(), Self::Error>> {
                    std::task::Poll::Ready(Ok(()))
                }

                #[inline]
                fn call(&mut self, request: http::Request<Content>) -> Self::Future {
                    std::future::ready(Ok(self.answer(&request)))
                }
            }
        )*
    };
}

services! {
    [] super::service::AssetService;
    [] super::fixed::FixedService;
    [] super::page::PageService;
}

#[cfg(feature = "axum")]
services! {
    [View: super::router::Served] super::router::Routed<View>;
}
