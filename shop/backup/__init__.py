"""A backup is one .tar.gz: `manifest.json`, the database, and the folder `media/`."""
