//! The rules of a view: the options of `assets!` and of the builder of a `StaticView` that decide about responses.

use crate::decide::rollout::RolloutWindow;
use crate::serve::deploy::PrematureAnswer;
use crate::sharing::ResourcePolicy;

/// What the user of a view chose. Each field has the name of its option.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// The seconds for which a client may keep an asset under the current token.
    pub cache_max_age: u64,
    /// How long a token counts as premature.
    pub rollout_window: RolloutWindow,
    /// The answer to a premature token.
    pub premature: PrematureAnswer,
    /// Whether pages of all origins may read every response.
    pub cors: bool,
    /// Which pages may load assets without reading them.
    pub cross_origin_resource_policy: Option<ResourcePolicy>,
    /// Which pages of other origins may see how long assets took, as `Timing-Allow-Origin` spells them (Resource Timing §4.5).
    pub timing_allow_origin: Option<&'static str>,
}

impl Rules {
    /// The rules of a view whose user chose nothing.
    pub const DEFAULT: Self = Self {
        cache_max_age: 365 * 24 * 60 * 60,
        rollout_window: RolloutWindow::DEFAULT,
        premature: PrematureAnswer::Retry,
        cors: false,
        cross_origin_resource_policy: None,
        timing_allow_origin: None,
    };
}
