"""Language models: checkpoints in the Hugging Face layout as one more ``apply`` inside a ``Setting``."""

from ._extra import MISSING as _MISSING  # isort: split

from .checkpoint import load as load
from .checkpoint import save as save
from .config import DecoderConfig as DecoderConfig
from .decoder import Decoder as Decoder
from .families import FAMILIES as FAMILIES
from .generate import Generated as Generated
from .generate import generate as generate
from .layer import ACTIVATIONS as ACTIVATIONS
from .model import LanguageModel as LanguageModel
from .model import initialise as initialise
from .parameters import parameter_count as parameter_count
from .parameters import parameter_shapes as parameter_shapes
from .rope import Rope as Rope
from .tokens import Tokenizer as Tokenizer
