"""Wrong answers to lesson 5, by what went wrong."""

from scipy.special import ndtri
from scipy.stats import ttest_ind

COPY, PEOPLE, KEPT, OTHER = (
    "a copy of this model wrote it",
    "people wrote it",
    "a copy of this model wrote it and a filter kept some",
    "another model wrote it",
)

WRONG = {
    "5.1": {
        "the prompt too": lambda scores, prompt: scores.sum(),
        "a mean": lambda scores, prompt: scores[prompt:].mean(),
        "one late": lambda scores, prompt: scores[prompt + 1 :].sum(),
        "one early": lambda scores, prompt: scores[prompt - 1 :].sum(),
        "token by token": lambda scores, prompt: scores[prompt:],
    },
    "5.2": {
        "one variance": lambda data, control: ttest_ind(data, control).statistic,
        "no root of n": lambda data, control: (data.mean() - control.mean()) / (data.std() + control.std()),
        "no control": lambda data, control: data.mean() / (data.std(ddof=1) / len(data) ** 0.5),
        "the wrong way": lambda data, control: ttest_ind(control, data, equal_var=False).statistic,
        "the p-value": lambda data, control: ttest_ind(data, control, equal_var=False).pvalue,
        "the population's": lambda data, control: (
            (data.mean() - control.mean()) / (data.var() / len(data) + control.var() / len(control)) ** 0.5
        ),
    },
    "5.3": {"none": 0, "one audit's": "0.05", "of a hundred": 5, "the silent": 190},
    "5.4": {
        "always own samples": dict.fromkeys((COPY, PEOPLE, KEPT, OTHER), "A"),
        "the filter forgotten": {COPY: "A", PEOPLE: "B", KEPT: "A", OTHER: "B"},
        "other model's text as its own": {COPY: "A", PEOPLE: "B", KEPT: "C", OTHER: "A"},
        "one missing": {COPY: "A"},
        "a list": ["A", "B", "C", "B"],
    },
    "5.5": {
        "half": lambda data, control: ndtri(0.99) ** 2 / 2 * control.var() / (data.mean() - control.mean()) ** 2,
        "the data's variance": lambda data, control: (
            ndtri(0.99) ** 2 * data.var() / (data.mean() - control.mean()) ** 2
        ),
        "no variance": lambda data, control: ndtri(0.99) ** 2 / 2 / abs(data.mean() - control.mean()),
        "nats of one": lambda data, control: (data.mean() - control.mean()) ** 2 / (2 * control.var()),
        "no square": lambda data, control: ndtri(0.99) * control.std() / abs(data.mean() - control.mean()),
    },
}
