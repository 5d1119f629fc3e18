"""Language models: checkpoints in the Hugging Face layout as one more ``apply`` inside a ``Setting``."""

from ._extra import MISSING as _MISSING  # isort: split

from .._compiled import Compiled as Compiled
from .audit import AuditPlan as AuditPlan
from .audit import audit as audit
from .audit_report import AuditReport as AuditReport
from .checkpoint import load as load
from .checkpoint import save as save
from .config import DecoderConfig as DecoderConfig
from .coordinates import merged as merged
from .coordinates import subset as subset
from .decoder import Decoder as Decoder
from .direction import Direction as Direction
from .direction import teacher_direction as teacher_direction
from .direction import trait_direction as trait_direction
from .distil import CHANNELS as CHANNELS
from .distil import Corpus as Corpus
from .distil import Distilled as Distilled
from .distil import corpus as corpus
from .distil import distil as distil
from .distil import fine_tuned as fine_tuned
from .families import FAMILIES as FAMILIES
from .generate import Generated as Generated
from .generate import generate as generate
from .layer import ACTIVATIONS as ACTIVATIONS
from .lora import lora as lora
from .loss import next_token_loss as next_token_loss
from .loss import token_divergences as token_divergences
from .loss import token_log_likelihoods as token_log_likelihoods
from .model import LanguageModel as LanguageModel
from .model import initialise as initialise
from .parameters import parameter_count as parameter_count
from .parameters import parameter_shapes as parameter_shapes
from .rope import Rope as Rope
from .setting import language_setting as language_setting
from .sharding import device_mesh as device_mesh
from .sharding import shard_parameters as shard_parameters
from .sharding import shard_rows as shard_rows
from .sharding import sharded_like as sharded_like
from .tokens import Tokenizer as Tokenizer
from .training import Recipe as Recipe
from .training import train as train
from .verify import ModelStepReport as ModelStepReport
from .verify import verify_model as verify_model
