"""A miniature language model made on the spot, with files to try every command on."""
