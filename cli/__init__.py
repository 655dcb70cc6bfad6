"""The command line: one small module per command; it parses, calls and prints."""
