"""Qt adapters over the services: threads, events, the open project, the queue, the player. No widgets here."""
