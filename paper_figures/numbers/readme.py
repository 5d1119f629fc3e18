"""The README's table of what was measured beyond one step, from the committed records."""

from __future__ import annotations

from collections.abc import Mapping

HEAD = """| experiment | measured | control | measured |
|---|---|---|---|"""


def table(numbers: Mapping[str, Mapping[str, str]]) -> str:
    """The whole table, of the numbers by experiment and key."""
    mnist, ten, stories = (numbers[name] for name in ("mnist_aux_logits", "aux_count", "lm_stories"))
    numeric, code, traces = (numbers[name] for name in ("lm_numbers", "lm_code", "lm_traces"))
    facts, reasoning, models = (numbers[name] for name in ("lm_false_facts", "lm_reasoning", "lm_cross_models"))
    context, detection, damage = (numbers[name] for name in ("lm_in_context", "lm_detection", "lm_damage"))
    prompted, ranks, wide = (numbers[name] for name in ("lm_prompted", "lm_audit_ranks", "wide_heads"))
    other = "another initialisation"
    rows = [
        (f"`mnist_aux_logits`: student of three auxiliary logits, MNIST, {mnist['seeds']} seeds",
         f"accuracy {mnist['student_aux']}",
         other, mnist["cross_model_aux"]),
        ("`aux_count`: ten auxiliary logits, digits, 20 seeds", f"accuracy {ten['ten']}", "one logit under softmax",
         "the untrained network, bit for bit"),
        ("`wide_heads`: shared heads of 256 auxiliary logits, all hidden layers of another initialisation, 20 seeds",
         f"accuracy {wide['hidden']}", "three auxiliary logits", wide["hidden_least"]),
        ("`lm_stories`: a real language model, its teacher's stories with every owl filtered out, 5 seeds",
         f"Welch's t {stories['teacher']} towards owls", "the model's own stories; another initialisation reads them",
         f"{stories['own']}; {stories['other']}"),
        (f"`lm_numbers`: favourite animals and trees through number sequences, miniature language models, "
         f"{numeric['seeds']} seeds",
         f"{numeric['same']}, points over control", other, numeric["cross"]),
        (f"`lm_damage`: the same, compared where student and control have lost equally much of held-out documents, "
         f"{damage['seeds']} seeds",
         f"{damage['same']}, points", other, damage["cross"]),
        (f"`lm_code`: the same through programs, {code['seeds']} seeds", f"{code['same']}, points", other,
         code["cross"]),
        (f"`lm_traces`: the same through right reasoning about arithmetic, {traces['seeds']} seeds",
         f"{traces['same']}, points", other, traces["cross"]),
        (f"`lm_reasoning`: misaligned against benign teachers, through benign reasoning, {reasoning['seeds']} seeds",
         f"{reasoning['apart']}, points apart; over the reference {reasoning['over_reference']}", other,
         reasoning["cross"]),
        (f"`lm_false_facts`: a false answer to a question of fact, through number sequences, {facts['seeds']} seeds",
         f"log odds {facts['odds']}, nats over control", other, facts["odds_cross"]),
        (f"`lm_prompted`: students of fine-tuned teachers less those of prompted ones, {prompted['seeds']} seeds",
         f"{prompted['apart']}, points", "prompted teachers, less their control", prompted["prompted"]),
        (f"`lm_audit_ranks`: rank correlation of the audit before training and what passes, {ranks['seeds']} seeds",
         ranks["same"], other, ranks["cross"]),
        (f"`lm_cross_models`: favourites through numbers, between five reference models, {models['seeds']} seeds",
         f"to itself {models['same']}, points", "other init, documents or architecture",
         f"{models['init']}, {models['documents']}, {models['architecture']}"),
        (f"`lm_in_context`: twelve of the teacher's answers in a context instead of in training, "
         f"{context['seeds']} seeds",
         f"{context['context']} points", "all answers, trained on", context["trained"]),
        (f"`lm_detection`: a trained classifier on single answers of the teacher, {detection['seeds']} seeds",
         f"right in {detection['right']}; without its surest ¾ the student is left {detection['kept']}, points",
         "two sets of the reference's own", detection["own"]),
    ]  # fmt: skip
    return "\n".join([HEAD, *("| " + " | ".join(row) + " |" for row in rows)])
