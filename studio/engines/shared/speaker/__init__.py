"""Who speaks: encoders that turn speech into a vector. In engine processes."""
