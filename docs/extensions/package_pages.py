"""Which public module of the package stands on which page of the reference; read from the files, without Sphinx."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

PAGES: dict[str, tuple[str, ...]] = {
    "api/setting_losses": ("setting.loss", "setting.broken_loss", "setting.premises", "setting.channel"),
    "api/setting_data": ("setting.inputs", "setting.data", "setting.download", "setting.idx", "setting.npz"),
    "api/setting": ("setting", "setting.*"),
    "api/theory_radius": ("theory.radius", "theory.certified*", "theory.rounding", "theory.student_step"),
    "api/theory_data": ("theory.attribution", "theory.sampling", "theory.filtering", "theory.kernel"),
    "api/theory_training": ("theory.flow", "theory.spectrum", "theory.krylov", "theory.trajectory", "theory.endpoint"),
    "api/theory": ("theory", "theory.*"),
    "api/simulation_steps": (
        "simulation.teacher", "simulation.student", "simulation.step", "simulation.descent", "simulation.linearised",
        "simulation.samples",
    ),
    "api/simulation": ("simulation", "simulation.*"),
    "api/lm_scores": ("lm.audit.score*", "lm.audit.tally", "lm.audit.welch", "lm.audit.extremes", "lm.audit.ends"),
    "api/lm_factors": ("lm.audit.factors", "lm.audit.factors.*"),
    "api/lm_calibration": (
        "lm.audit.inference.calibration", "lm.audit.inference.placebo", "lm.audit.inference.permutation",
        "lm.audit.inference.columns",
        "lm.audit.inference.sequential",
        "lm.audit.inference.family", "lm.audit.selftest", "lm.audit.distribution", "lm.audit.shares",
    ),
    "api/lm_audit_page": ("lm.audit.page", "lm.audit.page.*"),
    "api/lm_audit": ("lm.audit", "lm.audit.*"),
    "api/lm_gguf": ("lm.checkpoint.gguf*", "lm.checkpoint.adapters", "lm.checkpoint.adapters.*"),
    "api/lm_checkpoint": ("lm.checkpoint", "lm.checkpoint.*"),
    "api/lm_coordinates": ("lm.coordinates", "lm.coordinates.*"),
    "api/lm_decoder": ("lm.decoder", "lm.decoder.*"),
    "api/lm_distillation": ("lm.distillation", "lm.distillation.*"),
    "api/lm_tokenizers": ("lm.text.tok*", "lm.text.byte_pairs", "lm.text.chat_templates", "lm.text.template_worker"),
    "api/lm_text": ("lm.text", "lm.text.*"),
    "api/lm_verification": ("lm.verification", "lm.verification.*"),
    "api/lm": ("lm", "lm.*"),
    "api/verification_claims": ("verification.claims", "verification.claims.*"),
    "api/verification": ("verification", "verification.*"),
    "api/cli_language_models": ("cli.language_models", "cli.language_models.*"),
    "api/cli_lm": ("cli.lm_*",),
    "api/cli": ("cli", "cli.*"),
    "api/records": ("*",),
}  # fmt: skip
"""Page → patterns of modules, ``subtheory.`` left out; a module stands on the first page that it fits."""


def public_modules() -> Iterator[str]:
    """Every module without a leading underscore anywhere in its name, ``subtheory`` itself left out."""
    for path in sorted((ROOT / "subtheory").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        if name != "subtheory" and not any(part.startswith("_") for part in name.split(".")):
            yield name


def page_of(module: str) -> str:
    """The page that a module stands on."""
    rest = module.removeprefix("subtheory.")
    return next(page for page, patterns in PAGES.items() if any(fnmatchcase(rest, one) for one in patterns))


def modules_of(page: str) -> list[str]:
    """The modules of a page: in the order of its patterns, then of their names."""
    patterns = PAGES[page]

    def place(module: str) -> tuple[int, str]:
        rest = module.removeprefix("subtheory.")
        return next(i for i, one in enumerate(patterns) if fnmatchcase(rest, one)), module

    return sorted((one for one in public_modules() if page_of(one) == page), key=place)


def file_of(module: str) -> Path:
    """Where a module is written."""
    path = ROOT.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def source(module: str) -> ast.Module:
    """The module as it is written."""
    return ast.parse(file_of(module).read_text(encoding="utf-8"))


def definitions(module: str) -> list[str]:
    """The public classes and functions that a module defines."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return [node.name for node in source(module).body if isinstance(node, kinds) and node.name[0] != "_"]


def re_exports(package: str) -> dict[str, tuple[str, str]]:
    """Public name → the module that it comes from, and its name there; a module has an empty name there."""
    found, modules = {}, set(public_modules())
    for node in ast.walk(source(package)):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = package.rsplit(".", node.level - 1)[0] if node.level > 1 else package
            origin = ".".join(part for part in (base, node.module) if part)
            for alias in node.names:
                if alias.asname and not alias.asname.startswith("_"):
                    is_module = f"{origin}.{alias.name}" in modules
                    found[alias.asname] = (f"{origin}.{alias.name}", "") if is_module else (origin, alias.name)
    return found


def first_sentence(module: str, name: str) -> str:
    """What a docstring begins with, on one line."""
    body = source(module)
    node = next((n for n in body.body if getattr(n, "name", None) == name), None) if name else body
    words = ast.get_docstring(node) if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module) else None
    return " ".join((words or "").split("\n\n")[0].split()).replace("|", "\\|").replace("``", "`")
