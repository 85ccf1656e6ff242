"""Parts that rooms are built from; none of them knows a room. The GUI thread."""
