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
