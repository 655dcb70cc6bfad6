"""Where raw tables come from: warehouse, downloads, and a simulated league."""
