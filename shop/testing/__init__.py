"""What the tests of every app share. Never imported by the shop itself."""
