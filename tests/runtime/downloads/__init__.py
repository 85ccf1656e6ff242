"""The process that loads models, against a hub of the tests' own."""
