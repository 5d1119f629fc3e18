"""What text says of the experiments on auxiliary logits: one function each, in modules by what they vary."""

from .channels import aux_count as aux_count
from .figure_ten import mnist_aux_logits as mnist_aux_logits
from .lengths import training_length as training_length
