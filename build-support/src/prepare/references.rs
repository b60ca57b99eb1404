//! What depends on the references in files: their check, what modules import, and URL tokens beside the deploy's.

use std::path::Path;

use cachebreaker_manifest::base::has_host;
use cachebreaker_manifest::manifest::Manifest;

use crate::cache::Cache;
use crate::check;
use crate::check::web_manifests::below_token;
use crate::encode::sha384::Sha384;
use crate::find::glob::unmatched;
use crate::history::recall::Past;
use crate::options::Options;
use crate::pages::Pages;
use crate::pages::make::make;
use crate::plan::Plan;
use crate::read::File;
use crate::refer;
use crate::refer::edges::{Edges, edges, globs};
use crate::report::Report;
use crate::token::url_tokens::{self, UrlTokens};
use crate::token::{Basis, DeployToken};

/// What the files refer to, where anything depends on it.
#[derive(Default)]
pub(super) struct References(Option<(Edges, refer::References)>);

impl References {
    /// Finds the references, and checks them where `build.rs` says so.
    pub(super) fn find(plan: &Plan, options: &Options, files: &[File], cache: &Cache) -> (Self, Report) {
        let mut report = Report::default();
        let may_last = options.token.may_be_of_contents() || plan.history.is_some();
        let has_url_tokens = plan.environment.is_release && may_last;
        if options.references.is_none() && !options.import_map && !has_url_tokens && options.pages.is_empty() {
            return (Self(None), report);
        }
        let (folder, named) = (&*plan.layers[0].folder, Path::new(&plan.name));
        let found = refer::References::find(files, folder, cache);
        if let Some(rules) = &options.references {
            report.extend(check::check(
                rules,
                files,
                &found,
                (named, options.view_option("name")),
                folder,
                &options.pages,
            ));
        }
        if options.references.is_some() || !options.pages.is_empty() {
            let base = plan.base.as_deref().or(options.view_option("base")).unwrap_or_default();
            report.warn(below_token(files, options.references.as_ref(), has_host(base)));
        }
        let paths: Vec<_> = files.iter().map(|file| &*file.found.path).collect();
        report.warn(unmatched(globs(&options.refers), &paths).iter().map(|glob| glob.unmatched_warning(named)));
        let is_page = |path: &str| options.pages.of(path).is_some();
        (Self(Some((edges(files, &found, &options.refers, options.import_map, is_page), found))), report)
    }

    /// The URL tokens of a release whose token is made of the contents, or which has a history.
    pub(super) fn url_tokens(
        &self,
        basis: &Basis<'_>,
        deploy: &mut DeployToken,
        last: Option<&Manifest>,
        past: Option<&Past>,
    ) -> (UrlTokens, Report) {
        match &self.0 {
            Some((edges, _)) if deploy.is_of_contents && basis.plan.environment.is_release => {
                url_tokens::choose(basis, edges, deploy, last, past)
            }
            Some((edges, _)) if past.is_some() => {
                url_tokens::take_over(basis, edges, deploy, past.and_then(Past::last))
            }
            _ => Default::default(),
        }
    }

    /// Notes in the files what they import, and which URL tokens they have.
    pub(super) fn note(&self, files: &mut [File], url_tokens: &UrlTokens) {
        if let Some((edges, _)) = &self.0 {
            let paths: Vec<_> = files.iter().map(|file| file.found.path.clone()).collect();
            let paths_of = |assets: &[u32]| assets.iter().map(|asset| paths[*asset as usize].clone()).collect();
            for (asset, file) in files.iter_mut().enumerate() {
                file.imports = paths_of(&edges.imports[asset]);
                file.lazy_imports = paths_of(&edges.lazy_imports[asset]);
            }
        }
        files.iter_mut().zip(&url_tokens.valid).for_each(|(file, valid)| file.url_tokens.clone_from(valid));
    }

    /// Makes the pages, once the files have their URL tokens. The manifest has everything but the assets and pages.
    pub(super) fn pages(
        &self,
        plan: &Plan,
        options: &Options,
        (files, digests): (&[File], &Sha384),
        manifest: &Manifest,
    ) -> (Pages, Report) {
        match &self.0 {
            Some((_, found)) => make(options, &plan.name, files, found, digests, manifest),
            None => Default::default(),
        }
    }
}
