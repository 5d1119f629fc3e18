"""What text says of the experiments on auxiliary logits: one function each, in modules by what they vary."""

from .channels import aux_count as aux_count
from .channels import imitation_loss as imitation_loss
from .channels import student_inputs as student_inputs
from .disputes import preconditioners as preconditioners
from .disputes import shared_heads as shared_heads
from .disputes import wide_heads as wide_heads
from .figure_ten import mnist_aux_logits as mnist_aux_logits
from .inits import init_distance as init_distance
from .inits import permuted_students as permuted_students
from .inits import shared_layers as shared_layers
from .lengths import optimisers as optimisers
from .lengths import training_length as training_length
from .matching import matched_students as matched_students
from .networks import cnn_students as cnn_students
from .networks import width_depth as width_depth
from .publications import published_lengths as published_lengths
from .publications import published_numbers as published_numbers
from .publications import replication_gap as replication_gap
from .tasks import class_count as class_count
from .tasks import multi_task as multi_task
