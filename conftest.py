"""What every test may use: the known actors, the browser, log lines. Settings and database: shop/testing/plugin.py."""

pytest_plugins = [
    "shop.testing.actors",
    "shop.testing.browser",
    "shop.testing.emptying",
    "shop.testing.hashes",
    "shop.testing.log_lines",
    "shop.testing.log_secrets",
    "shop.testing.shared_rows",
    "shop.testing.watched",
    "shop.testing.windows",
]
