"""Pictures: reading foreign ones, writing the user's, what is told inside them. Runs in the picture process only."""
