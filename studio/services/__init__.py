"""What the studio can do, for all three faces alike. No Qt, no torch. Services are built once, in `studio.app`."""
