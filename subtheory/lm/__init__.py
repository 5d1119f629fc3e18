"""Language models: checkpoints in the Hugging Face layout as one more ``apply`` inside a ``Setting``."""

from . import _extra as _extra  # isort: split

from .._compiled import Compiled as Compiled
from .audit.audit import AuditPlan as AuditPlan
from .audit.audit import audit as audit
from .audit.direction import Direction as Direction
from .audit.direction import teacher_direction as teacher_direction
from .audit.direction import trait_direction as trait_direction
from .audit.report import AuditReport as AuditReport
from .checkpoint.families import FAMILIES as FAMILIES
from .checkpoint.folder import load as load
from .checkpoint.folder import save as save
from .coordinates.coordinates import merged as merged
from .coordinates.coordinates import subset as subset
from .coordinates.lora import lora as lora
from .decoder.config import DecoderConfig as DecoderConfig
from .decoder.decoder import Decoder as Decoder
from .decoder.layer import ACTIVATIONS as ACTIVATIONS
from .decoder.parameters import parameter_count as parameter_count
from .decoder.parameters import parameter_shapes as parameter_shapes
from .decoder.rope import Rope as Rope
from .distillation.distil import CHANNELS as CHANNELS
from .distillation.distil import Corpus as Corpus
from .distillation.distil import Distilled as Distilled
from .distillation.distil import corpus as corpus
from .distillation.distil import distil as distil
from .distillation.distil import fine_tuned as fine_tuned
from .distillation.training import Recipe as Recipe
from .distillation.training import train as train
from .generation.generate import Generated as Generated
from .generation.generate import generate as generate
from .loss import next_token_loss as next_token_loss
from .loss import token_divergences as token_divergences
from .loss import token_log_likelihoods as token_log_likelihoods
from .model import LanguageModel as LanguageModel
from .model import initialise as initialise
from .sharding import device_mesh as device_mesh
from .sharding import shard_parameters as shard_parameters
from .sharding import shard_rows as shard_rows
from .sharding import sharded_like as sharded_like
from .text.reading import Reading as Reading
from .text.tokens import Tokenizer as Tokenizer
from .verification.setting import language_setting as language_setting
from .verification.verify import ModelStepReport as ModelStepReport
from .verification.verify import verify_model as verify_model
