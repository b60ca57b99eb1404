vcl 4.1;

# Varnish as a CDN before an app with cachebreaker. It stores what the app says: assets for a year, everything else not at
# all. Varnish's own rules do the rest.

backend app {
    .host = "127.0.0.1";
    .port = "3001";
}

sub vcl_recv {
    # base = "https://cdn.example.com/site"
    set req.url = regsub(req.url, "^/site/", "/");

    # A cookie would keep the answer out of the cache, and no asset depends on one.
    unset req.http.Cookie;
}
