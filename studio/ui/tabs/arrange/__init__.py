"""The room Arrange: the pieces of a project on its timeline."""
