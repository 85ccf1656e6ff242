"""The room Arrange, used as a person would."""
