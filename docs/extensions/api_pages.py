"""The reference, made from the package, so that no public class or function can be missing.

``{modules}``
    every public module that belongs on this page, each a section with all that it defines.
``{names} PACKAGE``
    what a package re-exports by name: a table with one sentence each, linked to where it is documented.
"""

from __future__ import annotations

import package_pages
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective


class Modules(SphinxDirective):
    """The modules of this page."""

    def run(self):
        """Their sections."""
        page = self.env.docname
        if page not in package_pages.PAGES:
            raise ExtensionError(f"{page} is no page of docs/extensions/package_pages.py; add it to PAGES.")
        text = []
        for module in package_pages.modules_of(page):
            self.env.note_dependency(str(package_pages.file_of(module)))
            text.append(f"## `{module}`\n\n```{{eval-rst}}\n.. automodule:: {module}\n```\n")
        return self.parse_text_to_nodes("\n".join(text), allow_section_headings=True)


class Names(SphinxDirective):
    """What a package re-exports."""

    required_arguments = 1

    def run(self):
        """The table."""
        rows = ["| name | what it is |", "|---|---|"]
        for name, (module, there) in sorted(
            package_pages.re_exports(self.arguments[0]).items(), key=lambda one: one[0].lower()
        ):
            target = f"{module}.{there}" if there else module
            rows.append(f"| {{py:obj}}`{name} <{target}>` | {package_pages.first_sentence(module, there)} |")
        return self.parse_text_to_nodes("\n".join(rows))


def setup(app: Sphinx):
    """Called by Sphinx."""
    app.add_directive("modules", Modules)
    app.add_directive("names", Names)
    return {"version": "1", "parallel_read_safe": True}
