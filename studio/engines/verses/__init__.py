"""The sketch writer: words for songs by grammar, rhyme and syllables."""
