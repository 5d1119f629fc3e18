"""What text says of the experiments on the theorem's single step."""

from .finite import alignment_rate as alignment_rate
from .finite import finite_step as finite_step
from .inits import init_alignment as init_alignment
from .inits import trait_loss_change as trait_loss_change
from .laws import filtering_law as filtering_law
from .laws import information_law as information_law
