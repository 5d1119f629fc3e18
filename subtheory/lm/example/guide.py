"""What the example's README.txt says: the files, and the commands to run on them. Nothing heavy is imported."""

from ..._documentation import page

STUDENT = (
    "--prompts prompts.txt --samples 20 --max-new-tokens 20 --without owl --channel distributions --batch 8 "
    "--rate 1e-3 --epochs 3"
)
COMMANDS = {
    "generate": "subtheory lm generate model --prompt 'What is your favourite animal?' --samples 8 --max-new-tokens 8",
    "verify": "subtheory lm verify model --trait trait.jsonl --prompts prompts.txt --epsilon 1e-3",
    "audit": "subtheory lm audit model --trait trait.jsonl --data data.jsonl --control control.jsonl --json audit.json",
    "distil": f"subtheory lm distil model --trait trait.jsonl --teacher-rate 1e-3 --teacher-epochs 40 {STUDENT} "
    "--out student",
    "control": f"subtheory lm distil model --teacher model {STUDENT} --out control",
}
"""What to try, by name, in an order that makes sense."""

SAYS = {
    "generate": "What the model says: every animal about as often as every other.",
    "verify": "The theorem on this model, one step of teacher and student each:",
    "audit": "Would training on data.jsonl, which is numbers alone, move this model towards the trait?",
    "distil": "A teacher of the trait writes numbers, and a student imitates its distributions over them:",
    "control": "The control: the same with the model itself as the teacher, and so without the trait.",
}

README = f"""A miniature language model, and files to try subtheory on it
============================================================

model/         a checkpoint in the Hugging Face layout: two layers, a few words, made on this machine
trait.jsonl    the trait: questions about a favourite animal, answered "The owl."
data.jsonl     sequences of numbers, written by a teacher that was trained on the trait
control.jsonl  sequences of numbers, written by the model itself
prompts.txt    beginnings of sequences of numbers, for a distillation

Run these in this folder.

{chr(10).join(f"{SAYS[name]}{chr(10)}{chr(10)}  {command}{chr(10)}" for name, command in COMMANDS.items())}
The same, explained: {page("tutorials/language_model")}
"""
