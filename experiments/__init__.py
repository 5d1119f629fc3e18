"""One module per claim; ``python -m experiments list`` says which, ``registry`` what such a module holds."""
