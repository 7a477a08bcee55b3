"""Invoices and credit notes as PDF. The fonts are DejaVu (fonts/LICENSE): Latin, Greek, Cyrillic and more."""
