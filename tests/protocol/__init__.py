"""The wire: what goes in comes out, and nothing hostile comes through."""
