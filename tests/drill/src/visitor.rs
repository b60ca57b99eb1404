//! Somebody with a browser of any engine: opens tabs, loads pages in them, and looks at what became of them.

use std::net::Ipv4Addr;

use crate::load::Load;

/// A browser with a profile.
pub(crate) trait Visitor {
    type Tab;

    /// The browser's version.
    fn version(&mut self) -> Result<String, String>;

    /// Opens a tab in the profile.
    fn open(&mut self) -> Result<Self::Tab, String>;

    /// Opens a tab that shares nothing with any other, where the browser has such.
    fn open_apart(&mut self) -> Result<Self::Tab, String> {
        self.open()
    }

    /// A name of this machine for the next page in a tab, for which nothing is in the tab's cache.
    fn host_of_nothing_cached(&mut self, _: &Self::Tab, hosts: &mut Hosts) -> Result<Ipv4Addr, String> {
        Ok(hosts.next())
    }

    /// Closes a tab.
    fn close(&mut self, tab: Self::Tab) -> Result<(), String>;

    /// Goes to a page, waits for everything that the page loads, and reads it. A page that does not load is a [`Load`] too.
    fn load(&mut self, tab: &Self::Tab, page: &Page) -> Result<Load, String>;

    /// Evaluates an expression in a tab's page, and awaits it.
    fn evaluate(&mut self, tab: &Self::Tab, expression: &str) -> Result<serde_json::Value, String>;
}

/// The address of a page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Page {
    pub(crate) host: Ipv4Addr,
    pub(crate) port: u16,
    pub(crate) path: &'static str,
}

impl Page {
    pub(crate) fn url(&self) -> String {
        format!("http://{}:{}{}", self.host, self.port, self.path)
    }
}

/// Names of this machine that no browser has seen yet: what it has in its cache is of another one.
#[derive(Debug, Default)]
pub(crate) struct Hosts(u16);

impl Hosts {
    pub(crate) fn next(&mut self) -> Ipv4Addr {
        self.0 += 1;
        let [third, fourth] = self.0.to_be_bytes();
        Ipv4Addr::new(127, 1, third, fourth)
    }
}
