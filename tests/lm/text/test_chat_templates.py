"""Chat templates from strangers: rendered within limits; honest ones as ``transformers`` would."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from subtheory.lm.text import chat_templates
from subtheory.lm.text.chat_templates import render

USER = [{"role": "user", "content": "hi"}]
TALK = [{"role": "system", "content": " be good "}, *USER]
EACH = "{% for m in messages %}{{ m.content }}|{% endfor %}"


@pytest.fixture
def hasty(monkeypatch):
    monkeypatch.setattr(chat_templates, "SECONDS", 0.2)


BEYOND = {
    "nested loops": "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
    "one format": "{{ '%999999999d' % 1 }}",
    "doubling": "{% set n = namespace(x='a') %}{% for i in range(60) %}{% set n.x = n.x ~ n.x %}{% endfor %}",
    "one power": "{{ (10**10)**(10**8) }}",
    "words without end": "{{ lipsum(n=100000) }}",
    "one method": "{{ 'a'.ljust(10**10) }}",
    "output": "{% for i in range(99999) %}{{ 'a' * 1000 }}{% endfor %}",
    "calls itself": "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    "deep": "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
    "deep blocks": "{% if 1 %}" * 3000 + "{% endif %}" * 3000,
    "long": "x" * 2**21,
    "no end": "{% if %}",
    "no such name": "{{ a.b.c }}",
    "attribute": "{{ ''.__class__.__mro__ }}",
    "division": "{{ 1/0 }}",
    "other files": "{% include '/etc/passwd' %}",
}


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("what", BEYOND)
def test_what_goes_beyond_is_one_short_sentence(what):
    with pytest.raises(ValueError, match=r"^the chat template cannot be rendered: ") as caught:
        render(BEYOND[what], USER, {})
    assert len(str(caught.value)) <= 300
    assert "\n" not in str(caught.value)
    assert render(EACH, USER, {}) == "hi|"  # and the next is rendered


@pytest.mark.parametrize("length", [1, 100_000])
def test_a_refusal_is_quoted_in_short(length):
    with pytest.raises(ValueError, match=r"^the chat template refuses these messages: x") as caught:
        render("{{ raise_exception(word) }}", USER, {"word": "x\n" * length})
    assert len(str(caught.value)) <= 300
    assert "\n" not in str(caught.value)


def test_words_of_other_templates():
    assert render("{% generation %}{{ messages[0].content }}{% endgeneration %}", USER, {}) == "hi"
    assert render("{% for m in messages %}a{% break %}{% endfor %}", USER * 3, {}) == "a"
    assert render("{{ messages | tojson }}{{ x }}", [{"role": "ä", "content": "ü"}], {"x": 3}) == (
        '[{"role": "ä", "content": "ü"}]3'
    )
    assert len(render("{{ strftime_now('%Y') }}", USER, {})) == 4


@pytest.mark.parametrize(
    "template",
    [
        "{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}" + EACH,
        "{% for m in messages %}{% if m.role != 'system' %}{{ m.content }}{% endif %}{% endfor %}",
        "{% set names = {'user': 'U'} %}{% for m in messages %}{{ names[m.role] + m.content }}{% endfor %}",
    ],
)
def test_a_template_without_a_system_role_says_so(template):
    with pytest.raises(ValueError, match=r"has no system role.*; put that text at the beginning of the first user"):
        render(template, TALK, {})
    assert "hi" in render(template, USER, {})
    assert render(EACH, TALK, {}) == " be good |hi|"
    assert render("{% for m in messages %}{{ m.content | trim }}{% endfor %}", TALK, {}) == "be goodhi"


def test_values_that_are_no_json_are_refused():
    with pytest.raises(ValueError, match="its values are not such as JSON can say"):
        render(EACH, USER, {"tools": [object()]})


def test_a_worker_that_somebody_ended_is_replaced():
    render(EACH, USER, {})
    process = chat_templates._WORKERS[os.getpid()].process
    process.kill()
    process.wait()
    assert render(EACH, USER, {}) == "hi|"
    assert chat_templates._WORKERS[os.getpid()].process.pid != process.pid


def test_the_worker_ends_with_its_owner_however_that_ends():
    script = (
        "import os, signal, sys\nfrom subtheory.lm.text import chat_templates as c\n"
        "c.render('', [], {})\nprint(c._WORKERS[os.getpid()].process.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL) if sys.argv[1] == 'kill' else None\n"
    )
    root = str(Path(__file__).parents[3])
    for how in ("kill", "end"):
        run = subprocess.run(
            [sys.executable, "-W", "error", "-c", script, how], env={**os.environ, "PYTHONPATH": root},
            capture_output=True, text=True,
        )  # fmt: skip
        assert not run.stderr
        worker = Path(f"/proc/{int(run.stdout)}")
        for _ in range(200):
            if not worker.exists() or "Z" in (worker / "stat").read_text().split()[2]:
                break
            time.sleep(0.05)
        else:
            pytest.fail("the worker outlived its owner")
