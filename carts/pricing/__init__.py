"""Pricing: pure functions from lines, shipping and tax to totals. No database, no clock."""
