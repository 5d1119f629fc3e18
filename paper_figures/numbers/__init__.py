"""Numbers for text: every one that a page says is made here, from the committed records, and nowhere typed.

One module or package per room, one function per experiment: ``NAME(record) -> {key: words}``. The documentation writes
``{{ NAME.key }}`` and is filled in when it is built; the README's rows are held to the same words by a test.
``python -m paper_figures.numbers NAME`` prints what there is.
"""
