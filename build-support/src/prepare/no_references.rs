//! Without the feature `references`, nothing is known about references: all assets have the deploy's token.

use cachebreaker_manifest::manifest::{Manifest, UrlToken};

use crate::cache::Cache;
use crate::encode::sha384::Sha384;
use crate::history::recall::Past;
use crate::options::Options;
use crate::pages::Pages;
use crate::plan::Plan;
use crate::read::File;
use crate::report::Report;
use crate::token::{Basis, DeployToken};

/// Nothing.
#[derive(Default)]
pub(super) struct References(());

/// No tokens.
#[derive(Default)]
pub(super) struct UrlTokens {
    pub(super) tokens: Vec<UrlToken>,
    pub(super) explanation: Option<String>,
}

impl References {
    pub(super) fn find(_: &Plan, _: &Options, _: &[File], _: &Cache) -> (Self, Report) {
        Default::default()
    }

    #[expect(clippy::unused_self, reason = "it is as with the feature")]
    pub(super) fn url_tokens(
        &self,
        _: &Basis<'_>,
        _: &mut DeployToken,
        _: Option<&Manifest>,
        _: Option<&Past>,
    ) -> (UrlTokens, Report) {
        Default::default()
    }

    #[expect(clippy::unused_self, reason = "it is as with the feature")]
    pub(super) fn note(&self, _: &mut [File], _: &UrlTokens) {}

    #[expect(clippy::unused_self, reason = "it is as with the feature")]
    pub(super) fn pages(&self, _: &Plan, _: &Options, _: (&[File], &Sha384), _: &Manifest) -> (Pages, Report) {
        Default::default()
    }
}
