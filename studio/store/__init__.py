"""What lies on disk: atomic files, locks, the database with its migrations, the settings file. Any thread."""
