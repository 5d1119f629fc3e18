"""What the pages on single steps and real checkpoints say in words holds in the records."""

from paper_figures.drawing.reading import read
from paper_figures.drawing.summaries import student_interval
from paper_figures.numbers.one_step import information_law

STORIES = read("lm_stories")
EPSILONS = STORIES.config["epsilons"]


def of_teacher(metric, epsilon):
    return STORIES.by_seed(metric, "teacher", epsilon=epsilon)


def test_the_size_is_the_predicted_one_up_to_a_hundredth_and_larger_beyond():
    for epsilon in EPSILONS:
        over = of_teacher("difference", epsilon) - of_teacher("predicted difference", epsilon)
        _, low, high = student_interval(over)
        assert (low < 0 < high) if epsilon <= 0.01 else low > 0, epsilon


def test_the_sign_of_the_alignment_never_turns():
    assert all(of_teacher("cosine", epsilon).mean() > 0 for epsilon in EPSILONS)
    assert (of_teacher("cosine", EPSILONS[-1]) > 0).all()


def test_the_trait_loss_turns_with_the_larger_step_only():
    for epsilon in EPSILONS:
        rises = of_teacher("trait loss change, α = 0.001", epsilon) > 0
        assert rises.all() if epsilon >= 0.05 else not rises.any(), epsilon
        assert (of_teacher("trait loss change, α = 0.0001", epsilon) < 0).all(), epsilon


def test_samples_exceed_the_first_order_by_more_than_full_distributions_do():
    far = EPSILONS[-1]
    samples = of_teacher("difference", far) / of_teacher("predicted difference", far)
    slope = STORIES.by_seed("slope", "distributions")
    full = STORIES.by_seed("inner product", "distributions", epsilon=far) / (far * slope)
    assert student_interval(samples - full)[1] > 0
    assert student_interval(full - 1)[1] > 0


def test_what_another_initialisation_sees():
    """Its own gradient's audit and its training see something; v and the cosine with its own gradient, nothing sure."""
    own = STORIES.by_seed("t", "other init on teacher's, own v")
    assert student_interval(own)[1] > 0
    for metric, condition in (
        ("t", "other init on teacher's, v"),
        ("cosine", "other init on teacher's, v"),
        ("cosine", "other init on teacher's, own v"),
    ):
        _, low, high = student_interval(STORIES.by_seed(metric, condition))
        assert low < 0 < high, (metric, condition)
    students = ("other student on teacher's", "other student on control")
    on_teacher, on_own = (STORIES.by_seed("trait loss", name) for name in students)
    assert student_interval(on_own - on_teacher)[1] > 0


def test_independent_initialisations_are_biased_without_training_and_more_so_with_relu():
    record = read("trait_loss_change")
    falls = {}
    for variant in ("tanh, auxiliary logits", "relu, auxiliary logits"):
        naive, untrained = (
            record.by_seed("trait loss change", name, sweep="reference", variant=variant)
            for name in ("naive", "untrained")
        )
        falls[variant] = int((naive < 0).sum())
        assert naive.corr(untrained) > 0.999
    assert falls["relu, auxiliary logits"] > falls["tanh, auxiliary logits"] > 150


def test_alignment_decays_smoothly_between_two_initialisations():
    between = read("init_alignment").table("cosine", "t", "interpolated paired").mean(axis=1)
    assert between.is_monotonic_decreasing


def test_few_samples_lie_below_the_law():
    """At 1.5 nats 64 samples are further from it than 1 024, and below."""
    found = information_law(read("information_law"))
    off = {n: float(found[f"off_at_{n}"].split(" ")[0].replace("−", "-")) for n in (64, 256, 1024)}
    assert off[64] < min(off[256], off[1024]) < 0
