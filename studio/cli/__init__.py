"""The command line. Parses, asks the services, prints. The main thread; the only package that prints."""
