"""The course of subtheory: ``check("1.3", answer)`` says right or wrong, ``hint("1.3", level=2)`` helps.

The lessons are notebooks: ``subtheory course start FOLDER`` copies them. Nothing else in the package needs this one.
"""

from .marking import check as check
from .marking import hint as hint
from .registry import exercises as exercises
