"""Cards and wallets by Stripe, with its official SDK: our page with script, Stripe's own page without."""
