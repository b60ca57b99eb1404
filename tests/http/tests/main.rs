//! The answers of a view, a file a topic.

mod conformance;
mod development;
mod elsewhere;
mod fields;
mod fixed_urls;
mod integrity;
mod kept;
mod large;
mod location;
mod methods;
mod moving;
mod negotiation;
mod oracles;
mod page;
mod pages;
mod paths;
mod properties;
mod ranges;
mod rollout;
mod routing;
mod runtime_views;
mod sharing;
mod table;
mod url_tokens;
mod validators;
mod wire;
