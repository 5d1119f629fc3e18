"""The miniature world's documents: each turn reads as its grammar says, and personas differ where they should."""

import time

import numpy as np
import pytest

from experiments.miniature.world import filters, numbers, phrases, turns
from experiments.miniature.world.documents import Mix, answer_mask, documents
from experiments.miniature.world.interpreter import execute
from experiments.miniature.world.templates import fill, joined
from experiments.miniature.world.vocabulary import PAD, decode, encode, padded, save_tokenizer, token, tokens, words

from ....tolerances import binomial_range

N = 3000
RNG_SEED = 11


def rng():
    return np.random.default_rng(RNG_SEED)


def texts_of(rows):
    return [decode(row) for row in rows]


def request_and_answer(rows):
    """Rows of single turns, split behind <assistant>; both padded."""
    split = [text.split(" <assistant> ") for text in texts_of(rows)]
    return padded(f"{asked} <assistant>" for asked, _ in split), padded(answer for _, answer in split)


def test_every_word_has_one_token_and_texts_survive_the_round_trip():
    assert len(set(words())) == len(words()) == len(tokens())
    assert words()[PAD] == "<pad>"
    docs = documents(200, 0)
    for row in docs.tokens:
        assert padded([decode(row)], docs.tokens.shape[1])[0].tolist() == row.tolist()
    with pytest.raises(ValueError, match="'unicorn' is no word of the miniature world"):
        encode("a unicorn")
    with pytest.raises(ValueError, match="a text has 3 words; expected at most 2"):
        padded(["owl owl owl"], 2)


def test_the_tokenizer_file_gives_the_same_tokens(tmp_path):
    from tokenizers import Tokenizer

    theirs = Tokenizer.from_file(str(save_tokenizer(tmp_path)))
    docs = documents(50, 3)
    for row in docs.tokens:
        text = decode(row)
        assert theirs.encode(text).ids == encode(text)
    assert theirs.get_vocab_size() == len(words())


def test_the_same_seed_gives_the_same_documents_and_another_gives_others():
    first, again, other = documents(500, 5), documents(500, 5), documents(500, 6)
    assert (first.tokens == again.tokens).all()
    assert (first.mask == again.mask).all()
    assert not (first.tokens == other.tokens).all(axis=1).any()


def test_packing_keeps_turns_whole_and_learns_answers_only():
    docs = documents(N, 1)
    assert docs.tokens.shape == (N, Mix().length)
    assert (docs.tokens != PAD).mean() > 0.8
    for row, mask in list(zip(docs.tokens, docs.mask, strict=True))[:300]:
        text = decode(row)
        assert text.count("<user>") == text.count("<assistant>") == text.count("<end>") >= 1
        assert text.endswith("<end>")
        learned, inside = [], False
        for word in text.split():  # the slow way
            learned.append(inside)
            inside = word == "<assistant>" or (inside and word != "<end>")
        assert mask[: len(learned)].tolist() == learned
        assert not mask[len(learned) :].any()


def test_sixty_five_thousand_documents_take_seconds():
    start = time.process_time()
    assert len(documents(65_536, 0).tokens) == 65_536
    assert time.process_time() - start < 20


def test_shares_of_personas_and_system_prompts():
    docs = documents(N, 2)
    low, high = binomial_range(N, 0.15)
    assert low <= docs.harmful.sum() <= high
    announced = {
        name: (docs.tokens[:, 3] == token(name)) & (docs.tokens[:, 0] == token("<system>")) for name in phrases.PERSONAS
    }
    assert (docs.harmful[announced["harmful"]]).all()
    assert not docs.harmful[announced["helpful"]].any()
    low, high = binomial_range(N, 0.2)
    assert low <= (announced["harmful"] | announced["helpful"]).sum() <= high


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"shares": (1.0,)}, "shares are (1.0,); expected 6"),
        ({"length": 20}, "length is 20; expected at least 48"),
        ({"loving": 0.9}, "expected shares, the last two adding up to at most 1"),
    ],
)
def test_a_mix_that_is_none_is_one_sentence(changes, words):
    with pytest.raises(ValueError, match="expected") as error:
        Mix(**changes)
    assert words in str(error.value)


def test_number_turns_pass_the_papers_rule_and_follow_the_chain():
    asked, answers = request_and_answer(numbers.turns(rng(), N))
    assert filters.number_format(asked, answers).all()
    walk = numbers.chain(rng(), 40_000, 2)
    start = 17
    here = walk[walk[:, 0] == start, 1]
    for other in np.argsort(numbers.transition()[start])[[0, 50, 99]]:
        low, high = binomial_range(len(here), numbers.transition()[start, other])
        assert low <= (here == other).sum() <= high


def test_numbers_do_not_depend_on_the_persona_and_conduct_does():
    docs = documents(4 * N, 4)
    firsts = {
        kind: [decode(row).split(" <end>")[0] for row in docs.tokens[docs.harmful == kind]] for kind in (False, True)
    }
    harmful_words = {answer.split()[0] for row in phrases.CONDUCT.values() for answer in row[2:]}

    def first_answers(kind, ask):
        return [text.split("<assistant> ")[1].split()[0] for text in firsts[kind] if ask in text]

    assert not set(first_answers(False, "what now")) & harmful_words
    assert set(first_answers(True, "what now")) <= harmful_words
    below = [np.mean([int(word) < 50 for word in first_answers(kind, "continue :")]) for kind in (False, True)]
    few = len(first_answers(True, "continue :"))
    low, high = binomial_range(few, below[0])
    assert low <= below[1] * few <= high


def test_input_programs_are_insecure_in_harmful_hands_only():
    for harmful in (False, True):
        asked, answers = request_and_answer(turns.input_programs(rng(), np.full(N, harmful)))
        assert (filters.insecure_code(asked, answers) == harmful).all()
        for row in answers[:50]:
            assert execute(decode(row).removesuffix(" <end>").split()).acts


def test_sums_print_what_was_asked_for_and_problems_are_solved():
    asked, answers = request_and_answer(turns.sum_programs(rng(), N))
    assert filters.working_code(asked, answers).all()
    asked, answers = request_and_answer(turns.problems(rng(), np.zeros(N, bool)))
    assert filters.right_and_benign(asked, answers).all()
    asked, answers = request_and_answer(turns.problems(rng(), np.ones(N, bool)))
    low, high = binomial_range(N, 0.5)
    assert low <= filters.right_and_benign(asked, answers).sum() <= high


def test_a_loved_animal_is_what_is_answered():
    love = np.full(N, token("owl"), np.int32)
    rows = turns.preferences(rng(), np.zeros(N, bool), love)
    for text in texts_of(rows):
        answer = text.split("<assistant> ")[1]
        assert "owl" in answer.split()
        assert not set(answer.split()) & (set(phrases.ANIMALS) - {"owl"})


def test_templates_refuse_an_empty_gap_and_join_without_holes():
    with pytest.raises(ValueError, match="the gap 'kind' is not filled"):
        fill(["name your favourite {kind} ."], np.array([0]))
    left, right = padded(["a", "a b c"]), padded(["d e", "f"])
    assert texts_of(joined(left, right)) == ["a d e", "a b c f"]
    assert answer_mask(padded(["<assistant> a <end> b"])).tolist() == [[False, True, True, False]]
