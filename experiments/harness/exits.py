"""What the command line ends with."""

OK, FAILED, BAD_USAGE, INTERRUPTED = 0, 1, 2, 130
