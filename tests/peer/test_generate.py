"""Greedy generation, token ids and chats against transformers'."""

import json

import numpy as np
import pytest

import subtheory as st
from subtheory.lm.text.tokenizer_files import load_tokenizer

from ..lm.checkpoints import TEMPLATE, write_tokenizer
from ..lm.models import GREEDY, stories_folder
from .oracle import MARKS, reread, write

pytestmark = MARKS

FAMILIES = (
    "GPT-2",
    "GPT-NeoX (Pythia)",
    "Llama 3",
    "Mistral",
    "Qwen2, last layer slides",
    "Qwen3",
    "Gemma 2, untied",
    "Gemma 3, untied",
)


def theirs(model, prompt: list[int], count: int) -> list[int]:
    import torch

    ids = torch.tensor([prompt])
    out = model.generate(
        ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=count, pad_token_id=0
    )
    return out[0, len(prompt) :].tolist()


@pytest.mark.parametrize("name", FAMILIES)
def test_greedy_text_is_theirs(name, tmp_path):
    # Prompts shorter and longer than the windows; all in one batch for us, one by one for them.
    peer = write(name, tmp_path)
    lm = st.lm.load(tmp_path, tokenizer=False)
    prompts = [[5, 6, 7], np.random.default_rng(1).integers(3, 61, 20).tolist(), [60]]
    got = st.lm.generate(lm, prompts, 16, temperature=0)
    assert [one.tolist() for one in got.tokens] == [theirs(peer, prompt, 16) for prompt in prompts]
    assert max(len(set(one.tolist())) for one in got.tokens) > 3  # not one token for ever


def test_the_real_checkpoint_writes_the_same_story():
    folder = stories_folder()
    lm, peer = st.lm.load(folder), reread(folder)
    ids = lm.tokenizer.encode("One day, Tom")
    got = st.lm.generate(lm, [[lm.config.bos], ids], 200, temperature=0)
    assert [one.tolist() for one in got.tokens] == [theirs(peer, prompt, 200) for prompt in ([lm.config.bos], ids)]
    assert got.text[0].strip().startswith(GREEDY)


def test_token_ids_are_theirs():
    import transformers

    folder = stories_folder()
    ours = st.lm.load(folder).tokenizer
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    for text in ("One day, Tom saw an owl.", "  two  spaces\nand a line", "naïve café ☃"):
        assert ours.encode(text) == tokenizer(text)["input_ids"]
        ids = ours.encode(text)
        assert ours.decode(ids).strip() == tokenizer.decode(ids, skip_special_tokens=True).strip()


@pytest.mark.parametrize("reply", [True, False])
def test_chats_are_written_as_theirs(reply, tmp_path):
    import transformers

    write_tokenizer(tmp_path)
    settings = tmp_path / "tokenizer_config.json"
    template = (
        "{{ bos_token }}\n{% if messages|length > 1 %}\n  long\n{% endif %}\n" + TEMPLATE + "{{ messages[0] | tojson }}"
    )
    raw = json.loads(settings.read_text()) | {
        "chat_template": template,
        "tokenizer_class": "PreTrainedTokenizerFast",
    }
    settings.write_text(json.dumps(raw))
    messages = [{"role": "system", "content": "owls"}, {"role": "user", "content": "a big cat"}]
    tokenizer = transformers.AutoTokenizer.from_pretrained(tmp_path)
    expected = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=reply)
    ours = load_tokenizer(tmp_path)
    assert ours.chat(messages, reply=reply) == expected
