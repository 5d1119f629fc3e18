"""What the experiments on auxiliary logits share: protocol, one seed of it, many seeds at once, sweeps, theory."""
