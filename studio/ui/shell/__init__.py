"""What surrounds the rooms: rail, job drawer, player bar, palette, first-run page. The GUI thread."""
