"""Published models, scaled down, against transformers: in the spelling of their config and in the newer."""

import json

import numpy as np
import pytest

import subtheory as st

from .oracle import MARKS, agree, logits, reread, some_tokens
from .published import PUBLISHED

pytestmark = MARKS


def peer_of(raw, folder):
    """A random model of transformers by a config, every parameter moved, saved with this very config."""
    import torch
    import transformers

    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(raw))
    torch.manual_seed(0)
    config = transformers.AutoConfig.from_pretrained(folder)
    model = transformers.AutoModelForCausalLM.from_config(config, attn_implementation="eager", dtype=torch.float32)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    model.save_pretrained(folder)
    (folder / "config.json").write_text(json.dumps(raw))
    return model.eval()


@pytest.mark.parametrize("newer", [False, True], ids=["as published", "newer"])
@pytest.mark.parametrize("name", PUBLISHED)
def test_logits_agree(name, newer, tmp_path):
    raw = PUBLISHED[name].raw(newer)
    peer = peer_of(raw, tmp_path / "model")
    lm = st.lm.load(tmp_path / "model", tokenizer=False)
    agree(lm.apply(lm.params, some_tokens()), logits(peer, some_tokens()), 1e-5)
    agree(lm.apply(lm.params, some_tokens()), logits(reread(tmp_path / "model"), some_tokens()), 1e-5)


def test_the_text_part_of_a_model_for_pictures(tmp_path):
    """The same weights under the names of the multimodal model, and the config in ``text_config``."""
    from safetensors.numpy import load_file, save_file

    raw = PUBLISHED["Gemma-3-1b"].raw(True)
    peer = peer_of(raw, tmp_path / "model")
    outer = {"model_type": "gemma3", "text_config": raw, "vision_config": {"hidden_size": 8}, "eos_token_id": [1, 106]}
    tensors = load_file(tmp_path / "model" / "model.safetensors")
    (tmp_path / "model" / "config.json").write_text(json.dumps(outer))
    named = {"language_model." + name: array for name, array in tensors.items()}
    save_file(named | {"vision_tower.x": np.ones(3, "float32")}, tmp_path / "model" / "model.safetensors")
    lm = st.lm.load(tmp_path / "model", tokenizer=False)
    agree(lm.apply(lm.params, some_tokens()), logits(peer, some_tokens()), 1e-5)
