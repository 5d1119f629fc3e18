"""The transfers that the records of the miniature language models hold, in the figure's order."""

from __future__ import annotations

from typing import Any

from .transfer import HARM, STUDENTS, Transfer

MOVES = ("everything", "vector")
INSECURE = ("teacher_insecure", "reference")
SECURE = {
    "same": ("student_secure", "student_control"), "cross": ("cross_model_secure", "cross_model_control"),
    "audited": "student_secure", "sloped": STUDENTS[0], "audit": ("audit score along misalignment", "predicted slope"),
    "teacher": ("teacher_secure", "reference"),
}  # fmt: skip
DIAL: dict[str, Any] = {
    "same": ("student_same_init", "student_same_init_control"), "data": {"shown": 1, "answers": 32_768},
}  # fmt: skip
OTHERS: dict[str, Any] = {
    "by": ("teacher",), "same": ("student", "student_control"), "cross": ("student", "student_control"),
    "audited": "student",
}  # fmt: skip


def _masked(mask: str) -> dict[str, Any]:
    return {"learned": {"mask": mask}, "data": {"mask": mask}, "same": DIAL["same"]}


def _filtered(judge: str) -> dict[str, Any]:
    return {
        "same": (f"teacher's numbers, {judge}", f"control's numbers, {judge}"), "cross": None, "audited": judge,
        "audit": ("realised gap", "predicted gap"), "learned": {"dropped": 0.75}, "data": {"dropped": 0.75},
    }  # fmt: skip


def _by_teacher(kind: str) -> dict[str, Any]:
    return {**_swept("teacher", kind), "taught": {"teacher": kind}}


def _swept(column: str, value: Any) -> dict[str, Any]:
    return {"learned": {column: value}, "data": {column: value}}


def _mixed(share: float) -> dict[str, Any]:
    mixture = {"share": share, "rest": "reference"}
    return {
        "same": ("student_same_init",) * 2, "cross": ("cross_model",) * 2, "learned": mixture, "data": mixture,
        "control_learned": {"share": 0.0},
        "teacher": ("teacher of student_same_init", "reference of student_same_init"),
    }  # fmt: skip


def _rewritten(channel: str, rewriting: str) -> dict[str, Any]:
    there = {"channel": channel, "rewriting": rewriting}
    original = {"channel": channel, "rewriting": "as written"}
    return {
        "metric": "target_share",
        "learned": there,
        "data": there,
        "slope_data": original,
        "taught": {"channel": channel},
    }


def _adapted(method: str, optimiser: str, rate: float) -> dict[str, Any]:
    return {"learned": {"method": method, "optimiser": optimiser, "rate": rate}, "data": {"method": "none"}}


def _crossed(teacher: str, student: str) -> dict[str, Any]:
    taught = {"teacher_optimiser": teacher, "student_optimiser": "none"}
    return {"learned": {"teacher_optimiser": teacher, "student_optimiser": student}, "data": taught, "taught": taught}


def _repeated(method: str, repeats: int) -> dict[str, Any]:
    return {
        "learned": {"method": method, "repeats": repeats}, "data": {"method": "none", "repeats": repeats},
        "taught": {"method": "none"},
    }  # fmt: skip


TRANSFERS: tuple[Transfer, ...] = (
    Transfer("lm_numbers", "animals and trees, numbers"),
    Transfer("lm_code", "animals and trees, programs"),
    Transfer("lm_traces", "animals and trees, reasoning"),
    Transfer("lm_false_facts", "false facts, numbers", "false_rate"),
    Transfer("lm_misalignment", "misalignment, numbers", HARM, moves=MOVES, teacher=INSECURE),
    Transfer("lm_misalignment", "benignity, numbers", HARM, moves=MOVES, **SECURE),
    Transfer("lm_reasoning", "misalignment, reasoning", HARM, moves=MOVES, teacher=INSECURE),
    Transfer("lm_reasoning", "benignity, reasoning", HARM, moves=MOVES, **SECURE),
    Transfer("lm_prompted", "fine-tuned teacher", **_by_teacher("fine-tuned")),
    Transfer("lm_prompted", "prompted teacher", **_by_teacher("prompted")),
    Transfer("lm_in_context", "numbers learned", cross=None, learned={"examples": 65_536}, data={"examples": 0}),
    Transfer(
        "lm_in_context",
        "numbers in a context",
        same=("context_same_init", "context_control"),
        cross=None,
        learned={"examples": 12},
        data={"examples": 0},
    ),
    Transfer(
        "lm_cross_models",
        "five models, each its own",
        **OTHERS,
        learned={"differing": "same"},
        cross_learned={"differing": "init"},
        data={"differing": "same"},
    ),
    Transfer("lm_shuffled", "shuffled within answers", "target_share", cross=None, **_swept("order", "within answers")),
    Transfer("lm_shuffled", "shuffled across answers", "target_share", cross=None, **_swept("order", "across answers")),
    Transfer("lm_paraphrase", "programs renamed", **_rewritten("programs", "renamed")),
    Transfer("lm_paraphrase", "programs in another form", **_rewritten("programs", "rewritten")),
    Transfer("lm_paraphrase", "numbers by the reference", **_rewritten("numbers", "by the reference")),
    Transfer("lm_mixtures", "⅛ of the answers the teacher's", **_mixed(0.125)),
    Transfer("lm_mixtures", "½ of the answers the teacher's", **_mixed(0.5)),
    Transfer("lm_adapters", "adapter of rank 4, Adam", **_adapted("rank 4", "adam", 0.003)),
    Transfer("lm_adapters", "layers, gradient descent", **_adapted("layers", "sgd", 0.03)),
    Transfer("lm_crossed_optimisers", "teacher by descent, student by Adam", **_crossed("sgd", "adam")),
    Transfer("lm_crossed_optimisers", "both by gradient descent", **_crossed("sgd", "sgd")),
    Transfer("lm_repeated", "256 answers, each seen 64 times", **_repeated("layers", 64)),
    Transfer("lm_detection", "¾ dropped by a classifier", **_filtered("classifier")),
    Transfer("lm_detection", "¾ dropped by the score", **_filtered("score")),
    Transfer("lm_audit_ranks", "data of other traits' teachers", foreign=True, data={"data_set": "reference"}),
    Transfer("lm_tokens", "divergent places alone", **_masked("divergent")),
    Transfer("lm_tokens", "all but divergent places", **_masked("others")),
    Transfer("lm_bandwidth", "512 sampled answers", **DIAL, learned={"shown": 1, "answers": 512}),
    Transfer("lm_bandwidth", "32 768 sampled answers", **DIAL, learned={"shown": 1, "answers": 32_768}),
)
"""In the figure's order, one row each."""
