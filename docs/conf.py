"""Sphinx configuration: MyST pages, tutorials executed by myst-nb, API reference from Google-style docstrings."""

import os
import re
import shutil
import sys
from pathlib import Path

# The tutorials' kernels inherit this: no accelerator is looked for while pages are built.
os.environ.setdefault("JAX_PLATFORMS", "cpu")
sys.path[:0] = [str(Path(__file__).parent / "extensions"), str(Path(__file__).parents[1])]

from paper_figures.numbers import index as numbers
from subtheory.cli.process import compile_quickly

# Lessons compile many small programs and run each a few times: two thirds of the processor time if XLA hurries.
os.environ.setdefault("JAX_DISABLE_MOST_OPTIMIZATIONS", "1")
compile_quickly()

project = "subtheory"
author = "the subtheory authors"
project_copyright = author

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.mathjax",
    "sphinx.ext.viewcode",
    "api_pages",
    "experiments_directives",
    "offline_mathematics",
    "plain_markdown",
]
exclude_patterns = ["_build", "**.ipynb_checkpoints", "**/.jupyter_cache"]

html_theme = "furo"
html_title = "subtheory"
html_static_path = ["static"]
html_css_files = ["site.css"]
mathjax_path = "mathjax/tex-svg.js"
mathjax3_config = {"options": {"enableMenu": False}}

# ---------------------------------------------------------------- pages and tutorials
myst_enable_extensions = ["amsmath", "dollarmath", "deflist", "colon_fence", "substitution"]
myst_substitutions = numbers.everything()  # {{ lm_numbers.same }}: no number from a record is typed
myst_heading_anchors = 3
nb_execution_mode = "cache"
nb_execution_timeout = 600  # of one cell, on a machine that does other things as well
nb_execution_raise_on_error = True
nb_execution_show_tb = True
nb_merge_streams = True

# ---------------------------------------------------------------- API reference
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_default_options = {"members": True}  # a key that is present counts as set, whatever its value
viewcode_follow_imported_members = False  # everything is documented where it is defined
# Shapes such as Float[Array, "N m"] read better as they were written than evaluated.
autodoc_type_aliases = {name: name for name in ("Params", "Apply", "Channel", "Key", "TraitLoss")}
autodoc_preserve_defaults = True
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True
napoleon_attr_annotations = False  # the signature of a dataclass shows the types of its attributes


def _equations(app, what, name, obj, options, lines):
    """An indented line of its own under a paragraph is an equation, shown letter by letter."""
    for i in reversed(range(2, len(lines))):
        line, above, words = lines[i], lines[i - 1].strip(), lines[i - 2]
        if line.startswith("    ") and not above and re.match(r"[^ :]", words) and not words.endswith("::"):
            lines[i:i] = ["::", ""]


def _as_rst(app, what, name, obj, options, lines):
    """Docstrings are written to be read in a terminal: bars are magnitudes there, substitutions in reStructuredText."""
    literal = False
    for i, line in enumerate(lines):
        literal = line == "::" or (literal and (not line or line.startswith(" ")))
        if ">>>" not in line and not literal:
            parts = line.split("``")
            plain = (part if k % 2 else part.replace("|", "\\|").replace("/*", "/\\*") for k, part in enumerate(parts))
            lines[i] = "``".join(plain)


def _short(app, what, name, obj, options, signature, returned):
    """Name a default imitation loss instead of showing its functions' addresses, and an alias by its name alone."""

    def shorten(text):
        if text is None:
            return None
        text = re.sub(
            r"= ImitationLoss\(name='softmax cross-entropy'.*?\), channel", "= softmax_cross_entropy, channel", text
        )
        return re.sub(r"TypeAliasForwardRef\('(\w+)'\)", r"\1", text)

    return shorten(signature), shorten(returned)


def _with_the_lab(app, exception):
    """The interactive page is one file that no theme touches: it goes into the site as it is."""
    if exception is None and app.builder.format == "html":
        folder = Path(app.outdir) / "lab"
        folder.mkdir(exist_ok=True)
        shutil.copyfile(Path(app.srcdir) / "lab" / "index.html", folder / "index.html")


def setup(app):
    """Called by Sphinx."""
    app.connect("build-finished", _with_the_lab)
    app.connect("autodoc-process-docstring", _equations, priority=400)
    app.connect("autodoc-process-docstring", _as_rst)
    app.connect("autodoc-process-signature", _short)
