"""What text says of the miniature language models: the unit is the reference model, that is the seed."""

from .adapters import lm_adapters as lm_adapters
from .channels import lm_code as lm_code
from .channels import lm_cross_models as lm_cross_models
from .channels import lm_false_facts as lm_false_facts
from .channels import lm_numbers as lm_numbers
from .channels import lm_traces as lm_traces
from .conduct import lm_misalignment as lm_misalignment
from .conduct import lm_reasoning as lm_reasoning
from .filters import lm_audit_ranks as lm_audit_ranks
from .filters import lm_detection as lm_detection
from .filters import lm_paraphrase as lm_paraphrase
from .filters import lm_shuffled as lm_shuffled
from .filters import lm_tokens as lm_tokens
from .rivals import lm_attribution as lm_attribution
from .stability import lm_damage as lm_damage
from .stability import lm_rounding as lm_rounding
from .teaching import lm_bandwidth as lm_bandwidth
from .teaching import lm_in_context as lm_in_context
from .teaching import lm_mixtures as lm_mixtures
from .teaching import lm_prompted as lm_prompted
