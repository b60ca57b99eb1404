//! The view that the examples in cachebreaker's documentation show. It is a real one, so what the examples say is true.

cachebreaker::assets!("static", embed = true);

/// The `asset!` of the view is for the crate that it is in. Examples are other crates, so they use this.
#[macro_export]
macro_rules! asset {
    ("style.css") => {
        $crate::assets::STYLE_CSS
    };
}

#[cfg(test)]
mod tests {
    use super::assets;

    #[test]
    fn the_macro_of_the_examples_agrees_with_that_of_the_view() {
        assert_eq!(asset!("style.css"), assets::asset!("style.css"));
    }
}
