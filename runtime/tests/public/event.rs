//! Events for `tracing`.

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};

use doc_assets::assets::service;
use http::Request;
use tower_service::Service as _;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Writes each event down, a line each.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl Visit for Log {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0.lock().unwrap(), " {}={value:?}", field.name()).unwrap();
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn event(&self, event: &Event<'_>) {
        self.0.lock().unwrap().push_str(event.metadata().name());
        event.record(&mut self.clone());
        self.0.lock().unwrap().push('\n');
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[test]
fn each_stale_and_each_premature_answer_is_an_event_and_no_other_is() {
    let log = Log::default();
    tracing::subscriber::with_default(log.clone(), || {
        for token in ["1718539201234", "1718539201233", "1718539299999"] {
            for file in ["style.css", "none.css"] {
                let request = Request::get(format!("/static/{token}/{file}")).body(()).unwrap();
                let Ok(_) = service().call(request).into_inner();
            }
        }
    });
    assert_eq!(
        *log.0.lock().unwrap(),
        "stale message=asked for an asset of an older deploy token=\"1718539201233\" path=\"style.css\"\n\
         stale message=asked for an asset of an older deploy token=\"1718539201233\" path=\"none.css\"\n\
         premature message=asked for an asset of a newer deploy token=\"1718539299999\" path=\"style.css\" age_seconds=0\n\
         premature message=asked for an asset of a newer deploy token=\"1718539299999\" path=\"none.css\" age_seconds=0\n"
    );
}

/// Only with `include_dir` is a view made here, and not by `assets!`.
#[cfg(feature = "include_dir")]
mod kept {
    use cachebreaker::AssetService;
    use cachebreaker::private::{Name, Rules, ServedView, TokenKind, View};
    use cachebreaker_manifest::layout::{Options, layout};
    use cachebreaker_manifest::manifest::{Entry, Kept, KeptAsset, KeptRelease, Lead, Manifest, PastToken};
    use cachebreaker_manifest::table::{Place, Stored};
    use http::Request;
    use tower_service::Service as _;

    use super::Log;

    /// `v2.0.0` keeps `v1.9.0`, which had another `app.js`, and `gone.js` too.
    fn with_history() -> &'static ServedView {
        let content_type = || "text/javascript; charset=utf-8".to_owned();
        let identity =
            |chunk| Stored { digest: format!("G1YwM5d_pGBNkQQ{chunk}"), place: Place { chunk, offset: 0, len: 1 } };
        let kept = |path: &str| KeptAsset {
            path: path.to_owned(),
            content_type: content_type(),
            identity: identity(1),
            leads: vec![Lead { token: 0, release: 0 }],
            ..KeptAsset::default()
        };
        let token = PastToken { text: "v1.9.0".to_owned(), ..PastToken::default() };
        let manifest: &'static Manifest = Box::leak(Box::new(Manifest {
            token: "v2.0.0".to_owned(),
            kind: TokenKind::Release,
            assets: vec![Entry {
                path: "app.js".to_owned(),
                content_type: content_type(),
                identity: identity(0),
                ..Entry::default()
            }],
            kept: Kept {
                releases: vec![KeptRelease { token, modified: 1_718_539_201 }],
                assets: vec![kept("app.js"), kept("gone.js")],
                ..Kept::default()
            },
            ..Manifest::default()
        }));
        let layout = layout(manifest, Name::from_parts("static/", ""), "", Options::default()).unwrap();
        let view = View::leak(layout, Vec::new(), vec![b"2", b"1"]);
        Box::leak(Box::new(ServedView::new(view, Rules::DEFAULT)))
    }

    #[test]
    fn each_answer_with_a_file_of_a_kept_release_is_an_event_with_the_files_path_and_the_release() {
        let log = Log::default();
        tracing::subscriber::with_default(log.clone(), || {
            for (path, status) in [
                ("v2.0.0/app.js", 200),
                ("v1.9.0/app.js", 200),
                // As the file is called, however it is spelt.
                ("v1.9.0/%67one.js", 200),
                // With other options of the macro.
                ("v1.9.0~5f6e3b/gone.js", 200),
                // Not of that release.
                ("v1.9.0/none.js", 404),
            ] {
                let request = Request::get(format!("/static/{path}")).body(()).unwrap();
                let Ok(response) = AssetService::new(with_history()).call(request).into_inner();
                assert_eq!(response.status(), status, "{path}");
            }
        });
        let kept = "kept message=asked for an asset of a kept release";
        assert_eq!(
            *log.0.lock().unwrap(),
            format!(
                "{kept} token=\"v1.9.0\" path=\"app.js\" release=\"v1.9.0\"\n\
             {kept} token=\"v1.9.0\" path=\"gone.js\" release=\"v1.9.0\"\n\
             {kept} token=\"v1.9.0~5f6e3b\" path=\"gone.js\" release=\"v1.9.0\"\n\
             stale message=asked for an asset of an older deploy token=\"v1.9.0\" path=\"none.js\"\n"
            )
        );
    }
}
