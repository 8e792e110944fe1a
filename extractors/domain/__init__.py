"""Records, errors and the checked tables of names and facts; imports nothing above itself."""
